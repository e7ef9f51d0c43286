"""The process in which an uploaded file is opened: `python -m …child EXTENSION MARK`, file in, JSON out.

It loads neither Django nor the database nor any secret, and cannot use more memory or time than the limits say.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hztargets.domain.problems import Problem, ProblemError
from hztargets.domain.sheets.cells import Line, pack
from hztargets.guard.limits import MAX_CHARACTERS, MEMORY_LIMIT, TIME_LIMIT, refused


def main(extension: str, mark: str) -> None:
    answer(lambda data: _read(data, extension, mark))


def answer(read: Callable[[bytes], dict[str, Any]]) -> None:
    """Writes as JSON what `read` makes of the file, or under `problem` why the file is refused."""
    prepare()
    try:
        result = read(sys.stdin.buffer.read())
    except ProblemError as error:
        result = {"problem": asdict(error.problem)}
    except MemoryError:  # no memory is left to clean up: answer and exit at once
        os.write(1, b'{"problem": {"code": "too_much_memory"}}')
        os._exit(0)
    except Exception as error:  # any error of a library that reads a damaged file
        result = {"problem": asdict(Problem("broken_workbook", facts={"detail": type(error).__name__}))}
    sys.stdout.write(json.dumps(result))


def prepare() -> None:
    """Must run before the file is read."""
    _limit()
    _leave_out_heavy_libraries()


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (TIME_LIMIT, TIME_LIMIT + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _leave_out_heavy_libraries() -> None:
    """openpyxl loads them when it finds them: numpy alone costs 0.2 s and most of the address space."""
    for name in ("numpy", "PIL", "lxml"):
        sys.modules[name] = None  # type: ignore[assignment]


def _read(data: bytes, extension: str, mark: str) -> dict[str, Any]:
    encoding = ""
    if extension == ".xlsx":
        from hztargets.guard.workbook import read_workbook

        lines = read_workbook(data, mark)
    else:
        from hztargets.guard.plain_text import read_text

        lines, encoding = read_text(data)
    _check_amount(lines)
    return {"lines": pack(lines), "encoding": encoding}


def _check_amount(lines: list[Line]) -> None:
    if sum(len(cell.text) for line in lines for cell in line.cells) > MAX_CHARACTERS:
        raise refused("too_much_text")


if __name__ == "__main__":
    main(*sys.argv[1:3])

"""CSV in the encodings Chinese offices write."""

import csv
import io
from collections.abc import Iterator

from hztargets.domain.sheets.cells import Cell, Line
from hztargets.guard.limits import MAX_COLUMNS, MAX_TEXT_ROWS, refused

ENCODINGS = ("utf-8-sig", "gb18030")


def read_text(data: bytes) -> tuple[list[Line], str]:
    """The lines and the encoding they were read in."""
    text, encoding = decode(data)
    return list(_lines(text)), encoding


def decode(data: bytes) -> tuple[str, str]:
    """The text without byte-order mark, and its encoding. Raises `ProblemError`."""
    if b"\0" in data:
        raise refused("nul_bytes")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise refused("unknown_encoding")


def _lines(text: str) -> Iterator[Line]:
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            while row and not row[-1].strip():
                row.pop()
            if number > MAX_TEXT_ROWS:
                raise refused("too_many_rows", row=number, limit=MAX_TEXT_ROWS)
            if len(row) > MAX_COLUMNS:
                raise refused("too_many_columns", column=len(row), limit=MAX_COLUMNS)
            if row:
                yield Line(number, tuple(Cell(text=cell) for cell in row))
    except csv.Error as error:
        raise refused("broken_text") from error

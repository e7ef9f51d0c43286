"""The one way for an uploaded table into the system."""

from dataclasses import dataclass
from hashlib import sha256

from hztargets.domain.sheets.cells import Line, unpack
from hztargets.domain.sheets.stamp import MARK
from hztargets.guard.limits import MAX_BYTES, refused
from hztargets.guard.process import run_child
from hztargets.guard.signature import check_signature


@dataclass(frozen=True, slots=True)
class Table:
    """`encoding` is what a text file was read in, empty for a workbook; `digest` the SHA-256 of the file."""

    lines: tuple[Line, ...]
    encoding: str
    digest: str


def check_outside(name: str, data: bytes) -> str:
    """What can be said without opening the file: its size, and whether it is what its name says. The extension."""
    if len(data) > MAX_BYTES:
        raise refused("too_big", limit=MAX_BYTES // 1024 // 1024)
    return check_signature(name, data)


def read_table(name: str, data: bytes) -> Table:
    """Raises `ProblemError`. The order is the cheapest and safest check first; inflating is left to the child."""
    extension = check_outside(name, data)
    answer = run_child(data, extension, MARK)
    return Table(unpack(answer["lines"]), str(answer["encoding"]), sha256(data).hexdigest())

"""A table as read from a file: cells with the type that the file gives them, not interpreted yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The type of a cell in the file. `text` of a day is an ISO date, of a percentage the number in front of the
    sign."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MOMENT = "moment"
    TRUTH = "truth"
    FORMULA = "formula"
    ERROR = "error"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Cell:
    """MERGED is a cell covered by another one which may not be read as empty."""

    kind: Kind = Kind.TEXT
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return self.kind is Kind.TEXT and not self.text.strip()


EMPTY = Cell()

Packed = list[tuple[int, list[tuple[str, str] | None]]]
"""The form in which a table is sent between processes and stored until it is confirmed."""


@dataclass(frozen=True, slots=True)
class Line:
    """`number` is the row number a spreadsheet shows."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, index: int) -> Cell:
        return self.cells[index] if index < len(self.cells) else EMPTY

    @property
    def is_empty(self) -> bool:
        return all(cell.is_empty for cell in self.cells)


def pack(lines: Iterable[Line]) -> Packed:
    return [
        (line.number, [None if cell.is_empty else (cell.kind.value, cell.text) for cell in line.cells])
        for line in lines
    ]


def unpack(packed: Sequence[Sequence[object]]) -> tuple[Line, ...]:
    """Raises ValueError or TypeError for anything `pack` did not make."""
    return tuple(_line(*row) for row in packed)


def _line(number: object, cells: object) -> Line:
    if not isinstance(number, int) or not isinstance(cells, list):
        raise TypeError("not a packed line")
    return Line(number, tuple(EMPTY if cell is None else Cell(Kind(cell[0]), str(cell[1])) for cell in cells))

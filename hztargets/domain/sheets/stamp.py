"""The line that says which document, period and department a sheet was made for."""

from dataclasses import dataclass

MARK = "hztargets 1"
_BETWEEN = " | "


@dataclass(frozen=True, slots=True)
class Stamp:
    """Document number, period such as `2024-07`, department code."""

    document: str
    period: str
    department: str

    def __str__(self) -> str:
        return _BETWEEN.join((MARK, self.document, self.period, self.department))


def read_stamp(text: str) -> Stamp | None:
    parts = text.strip().split(_BETWEEN)
    return Stamp(*parts[1:]) if len(parts) == 4 and parts[0] == MARK else None

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong where. `column` is a column's key, empty for the row as a whole; `line` 0 is the whole file."""

    code: str
    line: int = 0
    column: str = ""
    value: str = ""
    facts: tuple[tuple[str, str], ...] = ()

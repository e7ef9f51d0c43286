"""CSV tables written by people: every bad cell becomes a problem with its line, and the next cells are read."""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hztargets.domain.numbers import NumberError, read_number
from hztargets.domain.problems import Fact, Problem

YES = ("yes", "true", "1", "是")
NO = ("", "no", "false", "0", "否")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row. Reading a bad cell adds a problem to the list of the whole table and returns the empty value."""

    line: int
    values: dict[str, str]
    problems: list[Problem]

    def refuse(self, code: str, field: str = "", **facts: Fact) -> None:
        self.problems.append(Problem(code, field, self.line, facts))

    def text(self, field: str) -> str:
        return self.values.get(field, "")

    def needed(self, field: str) -> str:
        if not (value := self.text(field)):
            self.refuse("cell_empty", field)
        return value

    def number(self, field: str) -> Decimal | None:
        value = self.text(field)
        try:
            return read_number(value) if value else None
        except NumberError:
            self.refuse("cell_not_a_number", field, value=value)
            return None

    def whole(self, field: str) -> int | None:
        value = self.text(field)
        if re.fullmatch(r"[0-9]{1,4}", value):
            return int(value)
        if value:
            self.refuse("cell_not_whole", field, value=value)
        return None

    def day(self, field: str) -> date | None:
        value = self.text(field)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.refuse("cell_not_a_day", field, value=value)
            return None

    def flag(self, field: str) -> bool:
        value = self.text(field).lower()
        if value not in YES + NO:
            self.refuse("cell_not_yes_or_no", field, value=value)
        return value in YES

    def choice(self, field: str, allowed: Collection[str]) -> str:
        value = self.text(field)
        if value not in allowed:
            self.refuse("cell_unknown", field, value=value, allowed=", ".join(filter(None, allowed)))
        return value


def read_table(text: str, required: Sequence[str], optional: Sequence[str], problems: list[Problem]) -> list[Cells]:
    """The rows of a table, blank lines left out; no rows at all when the header does not fit."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [name.strip() for name in next(reader, [])]
    wrong = _check_header(header, required, optional)
    problems.extend(wrong)
    rows: list[Cells] = []
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells) and not wrong:
            rows.append(Cells(line, _named(header, cells), problems))
            if len(cells) != len(header):
                rows.pop().refuse("wrong_cell_count", count=len(cells), expected=len(header))
        line = reader.line_num + 1
    return rows


def _named(header: list[str], cells: list[str]) -> dict[str, str]:
    return dict(zip(header, (cell.strip() for cell in cells), strict=False))


def _check_header(header: list[str], required: Sequence[str], optional: Sequence[str]) -> list[Problem]:
    wrong = {
        "column_missing": [name for name in required if name not in header],
        "column_unknown": [name for name in header if name not in (*required, *optional)],
        "column_twice": [name for name in dict.fromkeys(header) if header.count(name) > 1],
    }
    return [Problem(code, line=1, facts={"name": name}) for code, names in wrong.items() for name in names]

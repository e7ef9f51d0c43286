"""CSV tables written by people: every bad cell becomes a problem with its line, and reading goes on."""

import csv
import io
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hztargets.domain.catalogue.values import Problem
from hztargets.domain.numbers import NumberError, read_number

YES = ("yes", "true", "1", "是")
NO = ("", "no", "false", "0", "否")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row. Reading a bad cell notes a problem in the shared list and answers with the empty value."""

    file: str
    line: int
    values: dict[str, str]
    problems: list[Problem]

    def refuse(self, reason: str) -> None:
        self.problems.append(Problem(self.file, self.line, reason))

    def text(self, field: str) -> str:
        return self.values.get(field, "")

    def needed(self, field: str) -> str:
        if not (value := self.text(field)):
            self.refuse(f"{field}: empty; fill it in")
        return value

    def number(self, field: str) -> Decimal | None:
        value = self.text(field)
        try:
            return read_number(value) if value else None
        except NumberError:
            self.refuse(f"{field}: “{value}” is not a number; write digits only, such as 177.1")
            return None

    def whole(self, field: str) -> int | None:
        value = self.text(field)
        if re.fullmatch(r"[0-9]{1,4}", value):
            return int(value)
        if value:
            self.refuse(f"{field}: “{value}” is not a whole number; write digits only, such as 26")
        return None

    def day(self, field: str) -> date | None:
        value = self.text(field)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.refuse(f"{field}: “{value}” is not a date; write it like 2024-11-30")
            return None

    def flag(self, field: str) -> bool:
        value = self.text(field).lower()
        if value not in YES + NO:
            self.refuse(f"{field}: “{value}” is neither yes nor no; write yes or leave it empty")
        return value in YES

    def choice(self, field: str, allowed: Collection[str]) -> str:
        value = self.text(field)
        if value not in allowed:
            self.refuse(f"{field}: “{value}” is not known; use one of {', '.join(filter(None, allowed))}")
        return value


def read_table(
    file: str, text: str, required: Sequence[str], optional: Sequence[str], problems: list[Problem]
) -> list[Cells]:
    """The rows of a table, blank lines left out; no rows at all when the header does not fit."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [name.strip() for name in next(reader, [])]
    wrong = _check_header(file, header, required, optional)
    problems.extend(wrong)
    rows: list[Cells] = []
    line = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells) and not wrong:
            rows.append(Cells(file, line, _named(header, cells), problems))
            if len(cells) != len(header):
                rows.pop().refuse(f"{len(cells)} cells where the header has {len(header)}; check the commas")
        line = reader.line_num + 1
    return rows


def _named(header: list[str], cells: list[str]) -> dict[str, str]:
    return dict(zip(header, (cell.strip() for cell in cells), strict=False))


def _check_header(file: str, header: list[str], required: Sequence[str], optional: Sequence[str]) -> list[Problem]:
    missing = [f"missing column {name}; add it" for name in required if name not in header]
    unknown = [f"unknown column {name}; correct or remove it" for name in header if name not in (*required, *optional)]
    double = [f"column {name} stands twice; remove one" for name in dict.fromkeys(header) if header.count(name) > 1]
    return [Problem(file, 1, reason) for reason in (*missing, *unknown, *double)]

"""The content of a catalogue folder that was read without problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hztargets.domain.problems import Problem

DUE_WORKING_DAY = 5
DUE_DAYS = range(1, 16)
"""Working days after a period opens on which reports may fall due: even the last is before the next period's."""


class CatalogueError(ValueError):
    """The folder cannot be used. `problems` holds everything found, by file and in the order of lines; line 1 is the
    header of a table."""

    def __init__(self, problems: Mapping[str, Sequence[Problem]]) -> None:
        self.problems = {file: _in_order(problems[file]) for file in sorted(problems) if problems[file]}
        super().__init__(", ".join(self.problems))


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Sorted by line; a problem that was found twice is listed once."""
    once = [problem for at, problem in enumerate(problems) if problem not in problems[:at]]
    return sorted(once, key=lambda problem: (problem.line or 0, problem.field))


@dataclass(frozen=True, slots=True)
class DepartmentEntry:
    """`position` counts from 1 in the order of protocol, which is the order of the file."""

    code: str
    name: str
    aliases: tuple[str, ...]
    kind: str
    position: int


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """`front` is the text before the first area, `imprint` the text from 抄送 on."""

    number: str
    title: str
    issuer: str
    year: int
    issued_on: date
    source: str
    text: str
    front: str
    imprint: str
    due_working_day: int = DUE_WORKING_DAY


@dataclass(frozen=True, slots=True)
class AreaEntry:
    """`departments` are codes, the lead first; `opening` is the paragraph before the area's first clause."""

    number: int
    title: str
    departments: tuple[str, ...]
    opening: str


@dataclass(frozen=True, slots=True)
class ClauseEntry:
    """Number 0 is an area's opening; one more than the last clause, in area 0, is the closing paragraph.

    `text` is whole, heading and （责任单位：…） included; a line break between paragraphs is its only space.
    """

    area: int
    number: int
    title: str
    text: str
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoalEntry:
    """`start` and `length` are the position of `quote` in its clause's text. `departments` are codes, the lead
    first."""

    code: str
    position: int
    area: int
    clause: int
    kind: str
    name: str
    value: Decimal | None
    value_max: Decimal | None
    unit: str
    direction: str
    qualifier: str
    measure: str
    period: str
    due: date | None
    departments: tuple[str, ...]
    parent: str | None
    quote: str
    start: int
    length: int
    frequency: str
    profile: str
    baseline: Decimal | None
    comparator: str
    expr: str
    count: bool
    any_time: bool
    precision: int | None
    skips_january: bool
    note: str
    due_working_day: int | None
    line: int

    @property
    def lead(self) -> str:
        return self.departments[0]


@dataclass(frozen=True, slots=True)
class Catalogue:
    document: DocumentEntry
    areas: tuple[AreaEntry, ...]
    clauses: tuple[ClauseEntry, ...]
    departments: tuple[DepartmentEntry, ...]
    goals: tuple[GoalEntry, ...]

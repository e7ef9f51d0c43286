"""Reads one row of goals.csv and checks it against its clause."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hztargets.domain.catalogue.departments import Names, split_names
from hztargets.domain.catalogue.tables import Cells
from hztargets.domain.catalogue.values import DUE_DAYS, ClauseEntry, GoalEntry
from hztargets.domain.measures import MEASURES

FILE = "goals.csv"
REQUIRED = (
    "code", "area", "clause", "kind", "name", "value", "unit", "direction", "measure", "period", "quote", "frequency",
)  # fmt: skip
OPTIONAL = (
    "value_max", "qualifier", "due", "departments", "parent", "profile", "baseline", "comparator", "expr", "count",
    "any_time", "precision", "skips_january", "note",
    "due_working_day",
)  # fmt: skip
KINDS = ("goal", "budget", "milestone")
DIRECTIONS = (">=", "<=", "~", "=", ">")
FREQUENCIES = ("monthly", "quarterly", "half_yearly", "yearly", "once")
PROFILES = ("auto", "linear", "plan", "history", "step", "working_day")
# Tests that need no number of their own: twice the baseline, baseline within a tolerance, above a comparator,
# above last year; growth_on_baseline turns a rate into an amount.
EXPRESSIONS = ("", "double", "growth_on_baseline", "stable", "outpace", "increase")

Clauses = Mapping[tuple[int, int], ClauseEntry]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is measured and against what number."""

    kind: str
    measure: str
    direction: str
    expr: str
    value: Decimal | None
    value_max: Decimal | None


def read_goal(row: Cells, position: int, clauses: Clauses, names: Names) -> GoalEntry | None:
    """The goal, or nothing when its row has problems; they are in the row's list then."""
    before = len(row.problems)
    clause = _find_clause(row, clauses)
    goal = _build_goal(row, position, clause, names)
    return goal if len(row.problems) == before else None


def compact(text: str) -> str:
    return re.sub(r"\s", "", text)


def _build_goal(row: Cells, position: int, clause: ClauseEntry | None, names: Names) -> GoalEntry:
    target = _read_measurement(row)
    start, length = _find_quote(row, clause) if clause else (0, 0)
    return GoalEntry(
        code=row.needed("code"),
        position=position,
        area=clause.area if clause else 0,
        clause=clause.number if clause else 0,
        kind=target.kind,
        name=row.needed("name"),
        value=target.value,
        value_max=target.value_max,
        unit=row.text("unit"),
        direction=target.direction,
        qualifier=row.text("qualifier"),
        measure=target.measure,
        period=_read_period(row),
        due=row.day("due"),
        departments=_read_departments(row, clause, names),
        parent=row.text("parent") or None,
        quote=compact(row.text("quote")),
        start=start,
        length=length,
        frequency=row.choice("frequency", FREQUENCIES),
        profile=row.choice("profile", PROFILES) if row.text("profile") else "auto",
        baseline=row.number("baseline"),
        comparator=row.text("comparator"),
        expr=target.expr,
        count=row.flag("count"),
        any_time=row.flag("any_time"),
        precision=row.whole("precision"),
        skips_january=row.flag("skips_january"),
        note=row.text("note"),
        due_working_day=_read_due_day(row),
        line=row.line,
    )


def _read_measurement(row: Cells) -> Measurement:
    target = Measurement(
        kind=row.choice("kind", KINDS),
        measure=row.choice("measure", tuple(MEASURES)),
        direction=row.choice("direction", DIRECTIONS),
        expr=row.choice("expr", EXPRESSIONS),
        value=row.number("value"),
        value_max=row.number("value_max"),
    )
    _check_measurement(row, target)
    return target


def _check_measurement(row: Cells, target: Measurement) -> None:
    if (target.kind == "milestone") != MEASURES[target.measure].is_milestone:
        row.refuse("measure_unfit", "measure", measure=target.measure, kind=target.kind)
    if target.kind == "milestone" and not row.text("due"):
        row.refuse("milestone_without_day", "due")
    if target.kind != "milestone" and not row.text("value") and not target.expr:
        row.refuse("target_missing", "value")
    if target.value_max is not None and target.value is None:
        row.refuse("upper_end_alone", "value_max")
    elif target.value_max is not None and target.value is not None and target.value_max < target.value:
        row.refuse("upper_end_too_low", "value_max", upper=target.value_max, lower=target.value)


def _read_period(row: Cells) -> str:
    period = row.needed("period")
    if period and not re.fullmatch(r"[0-9]{4}", period):
        row.refuse("cell_not_a_year", "period", value=period)
    return period


def _read_due_day(row: Cells) -> int | None:
    day = row.whole("due_working_day")
    if day is not None and day not in DUE_DAYS:
        row.refuse("working_day_out_of_range", "due_working_day", last=DUE_DAYS[-1])
    return day


def _find_clause(row: Cells, clauses: Clauses) -> ClauseEntry | None:
    row.needed("area"), row.needed("clause")
    area, number = row.whole("area"), row.whole("clause")
    if area is None or number is None:
        return None
    if (area, number) in clauses:
        return clauses[area, number]
    homes = [home for home, candidate in clauses if candidate == number and number]
    if homes:
        row.refuse("clause_elsewhere", "clause", area=area, clause=number, home=homes[0])
    else:
        row.refuse("clause_unknown", "clause", area=area, clause=number)
    return None


def _find_quote(row: Cells, clause: ClauseEntry) -> tuple[int, int]:
    """Position and length of the quote in the clause's text; the comparison ignores white space."""
    quote = compact(row.needed("quote"))
    places = [index for index, character in enumerate(clause.text) if not character.isspace()]
    found = compact(clause.text).count(quote) if quote else 0
    if found == 1:
        first = compact(clause.text).index(quote)
        start, end = places[first], places[first + len(quote) - 1]
        return start, end - start + 1
    if quote and found:
        row.refuse("quote_twice", "quote", quote=quote, count=found, clause=clause.number, area=clause.area)
    elif quote:
        row.refuse("quote_unknown", "quote", quote=quote, clause=clause.number, area=clause.area)
    return 0, 0


def _read_departments(row: Cells, clause: ClauseEntry | None, names: Names) -> tuple[str, ...]:
    written = split_names(row.text("departments"))
    for name in written:
        if name not in names:
            row.refuse("department_unknown", "departments", name=name)
    codes = tuple(dict.fromkeys(names[name] for name in written if name in names))
    if written or clause is None:
        return codes
    if not clause.departments:
        row.refuse("departments_missing", "departments", clause=clause.number)
    return clause.departments

"""One row of goals.csv against the clause it comes from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from hztargets.domain.catalogue.departments import Names, split_names
from hztargets.domain.catalogue.tables import Cells
from hztargets.domain.catalogue.values import DUE_DAYS, Clause, Goal
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

Clauses = Mapping[tuple[int, int], Clause]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What is measured and against what number."""

    kind: str
    measure: str
    direction: str
    expr: str
    value: Decimal | None
    value_max: Decimal | None


def read_goal(row: Cells, position: int, clauses: Clauses, names: Names) -> Goal | None:
    """The goal, or nothing when its row has problems; they are in the row's list then."""
    before = len(row.problems)
    clause = _find_clause(row, clauses)
    goal = _build_goal(row, position, clause, names)
    return goal if len(row.problems) == before else None


def compact(text: str) -> str:
    return re.sub(r"\s", "", text)


def _build_goal(row: Cells, position: int, clause: Clause | None, names: Names) -> Goal:
    target = _read_measurement(row)
    start, length = _find_quote(row, clause) if clause else (0, 0)
    return Goal(
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
        row.refuse(f"measure: “{target.measure}” does not fit kind “{target.kind}”; a milestone has both")
    if target.kind == "milestone" and not row.text("due"):
        row.refuse("due: empty; a milestone needs its date")
    if target.kind != "milestone" and not row.text("value") and not target.expr:
        row.refuse("value: empty; write the number, or name the test in expr")
    if target.value_max is not None and target.value is None:
        row.refuse("value_max: stands without a value; write the lower number as the value")
    elif target.value_max is not None and target.value is not None and target.value_max < target.value:
        row.refuse(f"value_max: {target.value_max} is less than value {target.value}; exchange them")


def _read_period(row: Cells) -> str:
    period = row.needed("period")
    if period and not re.fullmatch(r"[0-9]{4}", period):
        row.refuse(f"period: “{period}” is not a year; write it like 2024")
    return period


def _read_due_day(row: Cells) -> int | None:
    day = row.whole("due_working_day")
    if day is not None and day not in DUE_DAYS:
        row.refuse(
            f"due_working_day: {day} is not from {DUE_DAYS[0]} to {DUE_DAYS[-1]}; leave it empty for the document's day"
        )
    return day


def _find_clause(row: Cells, clauses: Clauses) -> Clause | None:
    row.needed("area"), row.needed("clause")
    area, number = row.whole("area"), row.whole("clause")
    if area is None or number is None:
        return None
    if (area, number) in clauses:
        return clauses[area, number]
    homes = [home for home, candidate in clauses if candidate == number and number]
    hint = f"clause {number} stands in area {homes[0]}" if homes else "correct the number, 0 is an area's opening"
    row.refuse(f"clause: area {area} has no clause {number}; {hint}")
    return None


def _find_quote(row: Cells, clause: Clause) -> tuple[int, int]:
    """Where the quote stands in the clause's text, white space left out of the comparison."""
    quote = compact(row.needed("quote"))
    places = [index for index, character in enumerate(clause.text) if not character.isspace()]
    found = compact(clause.text).count(quote) if quote else 0
    if found == 1:
        first = compact(clause.text).index(quote)
        start, end = places[first], places[first + len(quote) - 1]
        return start, end - start + 1
    where = f"clause {clause.number} of area {clause.area}"
    if quote and found:
        row.refuse(f"quote: “{quote}” stands {found} times in {where}; lengthen it until it is unique")
    elif quote:
        row.refuse(f"quote: “{quote}” is not in {where}; copy the phrase from text.txt")
    return 0, 0


def _read_departments(row: Cells, clause: Clause | None, names: Names) -> tuple[str, ...]:
    written = split_names(row.text("departments"))
    for name in written:
        if name not in names:
            row.refuse(f"departments: “{name}” is unknown; add it to departments.csv as a name or an alias")
    codes = tuple(dict.fromkeys(names[name] for name in written if name in names))
    if written or clause is None:
        return codes
    if not clause.departments:
        row.refuse(f"departments: empty, and clause {clause.number} names none; write the responsible departments")
    return clause.departments

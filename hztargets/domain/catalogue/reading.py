"""A folder of files, already read into memory, becomes a catalogue or one list of everything to mend."""

import tomllib
from collections.abc import Mapping
from datetime import date

from hztargets.domain.catalogue import departments as units
from hztargets.domain.catalogue import goals as goal_rows
from hztargets.domain.catalogue import policy as policy_text
from hztargets.domain.catalogue import totals
from hztargets.domain.catalogue.departments import Names
from hztargets.domain.catalogue.policy import Passage, Policy
from hztargets.domain.catalogue.tables import read_table
from hztargets.domain.catalogue.values import (
    DUE_DAYS,
    DUE_WORKING_DAY,
    Area,
    Catalogue,
    CatalogueError,
    Clause,
    Document,
    Goal,
    Problem,
)

DOCUMENT_FILE = "document.toml"
FILES = (DOCUMENT_FILE, policy_text.FILE, units.FILE, goal_rows.FILE)


def read_catalogue(files: Mapping[str, str]) -> Catalogue:
    """`files` maps names to contents; names other than FILES are left alone. Raises CatalogueError."""
    problems = [Problem(name, 1, "file missing; add it to the folder") for name in FILES if name not in files]
    if problems:
        raise CatalogueError(problems)
    policy = policy_text.read_policy(files[policy_text.FILE], problems)
    document = _read_document(files[DOCUMENT_FILE], files[policy_text.FILE], policy, problems)
    departments, names = units.read_departments(files[units.FILE], problems)
    if not departments:
        problems.append(Problem(units.FILE, 1, "no department read; add the responsible units"))
        raise CatalogueError(problems)
    areas = tuple(_area(opening, names, problems) for opening in policy.openings)
    clauses = tuple(_clause(passage, names, problems) for passage in policy.passages)
    goals = _read_goals(files[goal_rows.FILE], clauses, names, problems)
    if problems or document is None:
        raise CatalogueError(problems)
    return Catalogue(document, areas, clauses, departments, goals)


def _read_goals(text: str, clauses: tuple[Clause, ...], names: Names, problems: list[Problem]) -> tuple[Goal, ...]:
    rows = read_table(goal_rows.FILE, text, goal_rows.REQUIRED, goal_rows.OPTIONAL, problems)
    places = {(clause.area, clause.number): clause for clause in clauses}
    read = [goal_rows.read_goal(row, position, places, names) for position, row in enumerate(rows, start=1)]
    goals = [goal for goal in read if goal]
    totals.check_codes(rows)
    totals.check_parents(rows)
    totals.check_sums(goals, rows, problems)
    if len(goals) == len(rows):
        totals.check_budget_overlap(goals, problems)
    return tuple(goals)


def _area(opening: Passage, names: Names, problems: list[Problem]) -> Area:
    return Area(opening.area, opening.title, _codes(opening, names, []), opening.text)


def _clause(passage: Passage, names: Names, problems: list[Problem]) -> Clause:
    codes = _codes(passage, names, problems)
    return Clause(passage.area, passage.number, passage.title, passage.text, codes)


def _codes(passage: Passage, names: Names, problems: list[Problem]) -> tuple[str, ...]:
    where = f"clause {passage.number}" if passage.number else f"the heading of area {passage.area}"
    for name in passage.units:
        if name not in names:
            reason = f"unknown department “{name}” in {where}; add it to {units.FILE} as a name or an alias"
            problems.append(Problem(policy_text.FILE, passage.units_line, reason))
    # An unknown name stands for itself, so that it is reported once and not again by every goal of its clause.
    return tuple(dict.fromkeys(names.get(name, name) for name in passage.units))


def _read_document(toml: str, text: str, policy: Policy, problems: list[Problem]) -> Document | None:
    try:
        given = tomllib.loads(toml.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem(DOCUMENT_FILE, 1, f"not readable as TOML ({error}); correct the file"))
        return None
    wanted: dict[str, type] = {"number": str, "title": str, "issuer": str, "year": int, "issued_on": date}
    for name, kind in wanted.items():
        if not isinstance(given.get(name), kind) or given[name] == "":
            reason = f"{name}: missing or of the wrong form; {_form_hint(name, kind)}"
            problems.append(Problem(DOCUMENT_FILE, _line_of(toml, name), reason))
    due_day = given.get("due_working_day", DUE_WORKING_DAY)
    if type(due_day) is not int or due_day not in DUE_DAYS:
        reason = f"due_working_day: write a whole number from {DUE_DAYS[0]} to {DUE_DAYS[-1]}"
        problems.append(Problem(DOCUMENT_FILE, _line_of(toml, "due_working_day"), reason))
    if problems:
        return None
    return Document(
        **{name: given[name] for name in wanted},
        source=str(given.get("source", "")),
        text=text.removeprefix("\ufeff"),
        front="\n".join(policy.front),
        imprint="\n".join(policy.imprint),
        due_working_day=due_day,
    )


def _form_hint(name: str, kind: type) -> str:
    example = {int: "2024", date: "2024-02-18"}.get(kind, "“text in quotes”")
    return f"write {name} = {example}"


def _line_of(toml: str, name: str) -> int:
    lines = toml.splitlines()
    return next((at for at, line in enumerate(lines, start=1) if line.split("=")[0].strip() == name), 1)

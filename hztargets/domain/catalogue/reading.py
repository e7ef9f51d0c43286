"""A folder of files, already read into memory, becomes a catalogue or one list of everything to correct."""

import tomllib
from collections import defaultdict
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
    AreaEntry,
    Catalogue,
    CatalogueError,
    ClauseEntry,
    DocumentEntry,
    GoalEntry,
)
from hztargets.domain.problems import Problem

DOCUMENT_FILE = "document.toml"
FILES = (DOCUMENT_FILE, policy_text.FILE, units.FILE, goal_rows.FILE)
_EXAMPLES = {int: "2024", date: "2024-02-18", str: '"…"'}


def read_catalogue(files: Mapping[str, str]) -> Catalogue:
    """`files` maps names to contents; names other than FILES are ignored. Raises CatalogueError."""
    missing = {name: [Problem("file_missing", line=1)] for name in FILES if name not in files}
    if missing:
        raise CatalogueError(missing)
    problems: dict[str, list[Problem]] = defaultdict(list)
    in_text = problems[policy_text.FILE]
    policy = policy_text.read_policy(files[policy_text.FILE], in_text)
    document = _read_document(files[DOCUMENT_FILE], files[policy_text.FILE], policy, problems[DOCUMENT_FILE])
    departments, names = units.read_departments(files[units.FILE], problems[units.FILE])
    if not departments:
        problems[units.FILE].append(Problem("no_department", line=1))
        raise CatalogueError(problems)
    areas = tuple(_area(opening, names) for opening in policy.openings)
    clauses = tuple(_clause(passage, names, in_text) for passage in policy.passages)
    goals = _read_goals(files[goal_rows.FILE], clauses, names, problems[goal_rows.FILE])
    if any(problems.values()) or document is None:
        raise CatalogueError(problems)
    return Catalogue(document, areas, clauses, departments, goals)


def _read_goals(
    text: str, clauses: tuple[ClauseEntry, ...], names: Names, problems: list[Problem]
) -> tuple[GoalEntry, ...]:
    rows = read_table(text, goal_rows.REQUIRED, goal_rows.OPTIONAL, problems)
    places = {(clause.area, clause.number): clause for clause in clauses}
    read = [goal_rows.read_goal(row, position, places, names) for position, row in enumerate(rows, start=1)]
    goals = [goal for goal in read if goal]
    totals.check_codes(rows)
    totals.check_parents(rows)
    totals.check_sums(goals, rows, problems)
    if len(goals) == len(rows):
        totals.check_budget_overlap(goals, problems)
    return tuple(goals)


def _area(opening: Passage, names: Names) -> AreaEntry:
    return AreaEntry(opening.area, opening.title, _codes(opening, names, []), opening.text)


def _clause(passage: Passage, names: Names, problems: list[Problem]) -> ClauseEntry:
    codes = _codes(passage, names, problems)
    return ClauseEntry(passage.area, passage.number, passage.title, passage.text, codes)


def _codes(passage: Passage, names: Names, problems: list[Problem]) -> tuple[str, ...]:
    for name in passage.units:
        if name not in names:
            problems.append(Problem("department_unknown", line=passage.units_line, facts={"name": name}))
    # An unknown name is used as its own code, so that it is reported once and not again by every goal of its clause.
    return tuple(dict.fromkeys(names.get(name, name) for name in passage.units))


def _read_document(toml: str, text: str, policy: Policy, problems: list[Problem]) -> DocumentEntry | None:
    try:
        settings = tomllib.loads(toml.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        problems.append(Problem("not_toml", line=1, facts={"error": str(error)}))
        return None
    expected: dict[str, type] = {"number": str, "title": str, "issuer": str, "year": int, "issued_on": date}
    for name, kind in expected.items():
        if not isinstance(settings.get(name), kind) or settings[name] == "":
            facts = {"example": f"{name} = {_EXAMPLES[kind]}"}
            problems.append(Problem("entry_malformed", name, _line_of(toml, name), facts))
    due_day = settings.get("due_working_day", DUE_WORKING_DAY)
    if type(due_day) is not int or due_day not in DUE_DAYS:
        line = _line_of(toml, "due_working_day")
        problems.append(Problem("working_day_out_of_range", "due_working_day", line, {"last": DUE_DAYS[-1]}))
    if problems:
        return None
    return DocumentEntry(
        **{name: settings[name] for name in expected},
        source=str(settings.get("source", "")),
        text=text.removeprefix("\ufeff"),
        front="\n".join(policy.front),
        imprint="\n".join(policy.imprint),
        due_working_day=due_day,
    )


def _line_of(toml: str, name: str) -> int:
    lines = toml.splitlines()
    return next((at for at, line in enumerate(lines, start=1) if line.split("=")[0].strip() == name), 1)

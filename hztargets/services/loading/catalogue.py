"""Imports a catalogue folder into the database. The domain reads and checks it.

Each fact has one owner. The folder owns the structure: codes, areas, clauses, goals, quotes, original targets; its
changes are imported. A department's name, order and other names belong to the folder until an administrator changes
them; the document's due working day, a goal's profile and due day until somebody decides on them in the system. After
that the import keeps them and reports where the folder differs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Manager, Model, QuerySet
from django.utils.timezone import localdate

from hztargets.domain import catalogue
from hztargets.domain.ruleset import DEFAULT_RULES
from hztargets.models import (
    Area,
    AreaLead,
    AuditEvent,
    Clause,
    ClauseDepartment,
    Department,
    DepartmentAlias,
    Document,
    Goal,
    GoalDepartment,
    GoalProfile,
    GoalVersion,
    RuleSetVersion,
    User,
)
from hztargets.services.auditing import record_event
from hztargets.services.calendar.due_days import import_goal_due_day
from hztargets.services.calendar.periods import plan_periods

ADDED, CHANGED, LEFT = "added", "changed", "left"


@dataclass(frozen=True)
class Difference:
    """A value that was decided in the system and is kept, although the folder has another one."""

    row: str
    column: str
    stored: str
    listed: str


@dataclass
class ImportResult:
    """Rows by table and outcome, the codes of goals the folder no longer holds (they stay in place), and the other
    values that are kept although the folder differs."""

    document: Document
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    no_longer_listed: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def leave(self, row: str, column: str, stored: object, listed: object) -> None:
        if stored != listed:
            self.differences.append(Difference(row, column, str(stored), str(listed)))


@transaction.atomic
def import_catalogue(*, source: catalogue.Catalogue, by: User | None, now: datetime) -> ImportResult:
    """Adds or updates everything in the folder; a repeated import without changes writes nothing. Nothing is
    deleted."""
    document, outcome = _document(source.document)
    result = ImportResult(document)
    result.counts["document", outcome] += 1
    listed = source.document.due_working_day
    result.leave(f"document {document.number}", "due_working_day", document.due_working_day, listed)
    departments = _departments(source.departments, result)
    areas = _areas(source, document, departments, result)
    clauses = _clauses(source, document, areas, departments, result)
    plan_periods(document)
    _goals(source.goals, document, clauses, departments, result, localdate(now))
    if not document.rule_sets.exists():
        RuleSetVersion.objects.create(
            document=document, version=1, name=DEFAULT_RULES.name, rules=DEFAULT_RULES.to_data(), created_at=now
        )
    if any(outcome != LEFT for _table, outcome in result.counts):
        counts = {f"{table} {outcome}": count for (table, outcome), count in result.counts.items()}
        record_event(action="document.import", subject=document, by=by, now=now, after=counts)
    return result


def _upsert(rows: Manager[Any] | QuerySet[Any], key: Mapping[str, Any], columns: Mapping[str, Any]) -> tuple[Any, str]:
    """The row with that key, holding those columns, and whether it was added, changed or left."""
    row = rows.filter(**key).first()
    if row is None:
        return rows.create(**key, **columns), ADDED
    if all(getattr(row, name) == value for name, value in columns.items()):
        return row, LEFT
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    return row, CHANGED


def _document(source: catalogue.DocumentEntry) -> tuple[Document, str]:
    columns = {
        "title": source.title,
        "issuer": source.issuer,
        "year": source.year,
        "issued_on": source.issued_on,
        "text": source.text,
    }
    if not Document.objects.filter(number=source.number).exists():
        columns["due_working_day"] = source.due_working_day  # only for a new document: later the office decides
    return _upsert(Document.objects, {"number": source.number}, columns)


def _departments(source: Iterable[catalogue.DepartmentEntry], result: ImportResult) -> dict[str, Department]:
    rows: dict[str, Department] = {}
    for department in source:
        known = Department.objects.filter(code=department.code).first()
        by_hand = _changed_by_hand(known) if known else set()
        columns = {"name": department.name, "position": department.position}
        for column in columns.keys() & by_hand:
            result.leave(f"department {department.code}", column, getattr(known, column), columns.pop(column))
        row, outcome = _upsert(Department.objects, {"code": department.code}, columns)
        _aliases(row, department, "aliases" in by_hand, result)
        result.counts["departments", outcome] += 1
        rows[department.code] = row
    return rows


def _changed_by_hand(department: Department) -> set[str]:
    """The columns an administrator ever set, according to the audit trail."""
    events = AuditEvent.objects.filter(
        action__in=("admin.add", "admin.change"), object_type="department", object_id=department.pk
    )
    return {column for after in events.values_list("after", flat=True) for column in after or ()}


def _aliases(row: Department, department: catalogue.DepartmentEntry, by_hand: bool, result: ImportResult) -> None:
    for alias in department.aliases:
        if not by_hand:
            DepartmentAlias.objects.get_or_create(name=alias, defaults={"department": row})
        elif not row.aliases.filter(name=alias).exists():
            result.leave(f"department {department.code}", "aliases", "", alias)


def _areas(
    source: catalogue.Catalogue, document: Document, departments: Mapping[str, Department], result: ImportResult
) -> dict[int, Area]:
    whole, _outcome = _upsert(Area.objects, {"document": document, "number": 0}, {"title": source.document.title})
    rows = {0: whole}
    for area in source.areas:
        row, outcome = _upsert(Area.objects, {"document": document, "number": area.number}, {"title": area.title})
        _place(AreaLead, {"area": row}, [departments[code] for code in area.departments])
        result.counts["areas", outcome] += 1
        rows[area.number] = row
    return rows


def _clauses(
    source: catalogue.Catalogue,
    document: Document,
    areas: Mapping[int, Area],
    departments: Mapping[str, Department],
    result: ImportResult,
) -> dict[tuple[int, int], Clause]:
    rows: dict[tuple[int, int], Clause] = {}
    for clause in source.clauses:
        key = {"document": document, "area": areas[clause.area], "number": clause.number}
        row, outcome = _upsert(Clause.objects, key, {"title": clause.title, "text": clause.text})
        _place(ClauseDepartment, {"clause": row}, [departments[code] for code in clause.departments])
        result.counts["clauses", outcome] += 1
        rows[clause.area, clause.number] = row
    return rows


def _place(through: type[Model], owner: Mapping[str, Any], departments: list[Department]) -> bool:
    """Makes the owner's departments exactly these, in this order; True when that changed something."""
    rows = through._default_manager.filter(**owner)
    known = list(rows.order_by("position").values_list("department_id", flat=True))
    if known == [department.pk for department in departments]:
        return False
    rows.delete()
    through._default_manager.bulk_create(
        through(**owner, department=department, position=position)
        for position, department in enumerate(departments, start=1)
    )
    return True


def _goals(
    source: Iterable[catalogue.GoalEntry],
    document: Document,
    clauses: Mapping[tuple[int, int], Clause],
    departments: Mapping[str, Department],
    result: ImportResult,
    today: date,
) -> None:
    rows: dict[str, Goal] = {}
    parents_first = sorted(source, key=lambda goal: (goal.parent is not None, goal.position))
    for goal in parents_first:
        clause = clauses[goal.area, goal.clause]
        leads = [departments[code] for code in goal.departments]
        columns = _goal_columns(goal) | {
            "area_id": clause.area_id,
            "clause_id": clause.pk,
            "lead_id": leads[0].pk,
            "parent_id": rows[goal.parent].pk if goal.parent else None,
        }
        row, outcome = _upsert(Goal.objects, {"document": document, "code": goal.code}, columns)
        parts = [
            _place(GoalDepartment, {"goal": row}, leads),
            _target_changed(row, goal),
            _profile_changed(row, goal, result),
            import_goal_due_day(row, goal.due_working_day, is_new=outcome == ADDED, today=today),
        ]
        _compare_due_day(row, goal, result)
        result.counts["goals", CHANGED if outcome == LEFT and any(parts) else outcome] += 1
        rows[goal.code] = row
    listed = set(rows)
    result.no_longer_listed = [
        code for code in document.goals.in_document_order().values_list("code", flat=True) if code not in listed
    ]


def _goal_columns(goal: catalogue.GoalEntry) -> dict[str, Any]:
    return {
        "position": goal.position,
        "kind": goal.kind,
        "name": goal.name,
        "unit": goal.unit,
        "direction": goal.direction,
        "qualifier": goal.qualifier,
        "measure": goal.measure,
        "expr": goal.expr,
        "comparator": goal.comparator,
        "is_count": goal.count,
        "is_any_time": goal.any_time,
        "precision": goal.precision,
        "period": goal.period,
        "due_on": goal.due,
        "frequency": goal.frequency,
        "skips_january": goal.skips_january,
        "quote": goal.quote,
        "quote_start": goal.start,
        "note": goal.note,
    }


def _target_changed(row: Goal, goal: catalogue.GoalEntry) -> bool:
    columns = {"value": goal.value, "value_max": goal.value_max, "baseline": goal.baseline}
    _version, outcome = _upsert(GoalVersion.objects, {"goal": row, "number": 1}, columns)
    return outcome == CHANGED


def _compare_due_day(row: Goal, goal: catalogue.GoalEntry, result: ImportResult) -> None:
    """An empty cell of the folder is not a difference."""
    latest = row.due_days.order_by("number").last()
    if goal.due_working_day is not None:
        result.leave(
            f"goal {goal.code}", "due_working_day", latest.working_day if latest else None, goal.due_working_day
        )


def _profile_changed(row: Goal, goal: catalogue.GoalEntry, result: ImportResult) -> bool:
    """A profile decided in the system is kept. The folder's automatic profile is not a difference."""
    if row.profiles.filter(decided_by__isnull=False).exists():
        if goal.profile not in ("", GoalProfile.Kind.AUTO):
            result.leave(f"goal {goal.code}", "profile", row.profiles.latest("number").kind, goal.profile)
        return False
    if goal.profile in ("", GoalProfile.Kind.AUTO) and not row.profiles.exists():
        return False
    _profile, outcome = _upsert(GoalProfile.objects, {"goal": row, "number": 1}, {"kind": goal.profile or "auto"})
    return outcome == CHANGED

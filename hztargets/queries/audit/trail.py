"""The audit trail as the auditor sees it: filtered, newest first, with the names of the objects."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import make_aware

from hztargets.models import AuditEvent, Goal, Report, Role, User

PAGE = 50
_CHUNK = 500
_FIGURES = frozenset({"value", "comparator"})


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """Restrictions the auditor sets; empty means no restriction. `before`: only events with smaller ids."""

    by: str = ""
    action: str = ""
    object_type: str = ""
    goal: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None

    def to_json(self) -> dict[str, str]:
        named = {name: getattr(self, name) for name in ("by", "action", "object_type", "goal", "since", "until")}
        return {name: str(value) for name, value in named.items() if value}


@dataclass(frozen=True)
class AuditChange:
    """One value before and after the event; None where only the other side has it."""

    name: str
    before: str | None
    after: str | None

    @property
    def differs(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class AuditRow:
    event: AuditEvent
    label: str
    goal: Goal | None
    changes: list[AuditChange]


def audit_events(user: User, filters: AuditFilter) -> QuerySet[AuditEvent]:
    """Newest first; none at all for anybody but the auditor."""
    events = AuditEvent.objects.select_related("by", "link").order_by("-pk")
    if user.role != Role.AUDITOR:
        return events.none()
    if filters.by:
        events = events.filter(Q(by__username__icontains=filters.by) | Q(by__display_name__icontains=filters.by))
    if filters.action:
        events = events.filter(action=filters.action)
    if filters.object_type:
        events = events.filter(object_type=filters.object_type)
    if filters.goal:
        events = events.filter(_about_goal(filters.goal))
    if filters.since:
        events = events.filter(at__gte=_midnight(filters.since))
    if filters.until:
        events = events.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return events.filter(pk__lt=filters.before) if filters.before else events


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))


def object_types() -> Mapping[str, type[Model]]:
    return {str(model._meta.model_name): model for model in apps.get_app_config("hztargets").get_models()}


def _of_goals() -> Mapping[str, type[Model]]:
    """The tables whose rows belong to one goal."""
    return {name: model for name, model in object_types().items() if _has_goal(model)}


def _has_goal(model: type[Model]) -> bool:
    return any(field.name == "goal" and field.related_model is Goal for field in model._meta.concrete_fields)


def _about_goal(code: str) -> Q:
    found = Q(object_type="goal", object_id__in=Goal.objects.filter(code=code).values("pk"))
    for name, model in _of_goals().items():
        found |= Q(object_type=name, object_id__in=model._default_manager.filter(goal__code=code).values("pk"))
    return found


def audit_page(user: User, filters: AuditFilter) -> tuple[list[AuditRow], int | None]:
    """The rows of one page, and the id where the next older page starts."""
    events = list(audit_events(user, filters)[: PAGE + 1])
    older = events[PAGE - 1].pk if len(events) > PAGE else None
    return _described(events[:PAGE]), older


def all_rows(user: User, filters: AuditFilter) -> Iterator[AuditRow]:
    """Every row that passes the filters, read in chunks: an export may not fit into memory."""
    last = filters.before
    events = audit_events(user, filters)
    while True:
        portion = list((events.filter(pk__lt=last) if last else events)[:_CHUNK])
        if not portion:
            return
        yield from _described(portion)
        last = portion[-1].pk


def _described(events: list[AuditEvent]) -> list[AuditRow]:
    """One query for each kind of object on the page."""
    ids_by_type: dict[str, set[int]] = defaultdict(set)
    for event in events:
        ids_by_type[event.object_type].add(event.object_id)
    found = {name: _objects(name, ids) for name, ids in ids_by_type.items()}
    return [_row(event, found[event.object_type].get(event.object_id)) for event in events]


def _objects(name: str, ids: Iterable[int]) -> Mapping[int, Model]:
    model = object_types().get(name)
    if model is None:
        return {}
    related = {"report": ["goal__document", "period__document"], "goal": ["document"], "period": ["document"]}
    followed = related.get(name, ["goal__document"] if _has_goal(model) else [])
    rows = model._default_manager.select_related(*followed) if followed else model._default_manager.all()
    return rows.in_bulk(ids)


def _row(event: AuditEvent, subject: Model | None) -> AuditRow:
    goal = subject if isinstance(subject, Goal) else getattr(subject, "goal", None)
    return AuditRow(event, _label(subject, goal), goal, changes_of(event))


def _label(subject: Model | None, goal: Goal | None) -> str:
    """`A6-01 实际利用外资 2024-07 v2`; empty when the row was deleted or the event has none."""
    if goal is None:
        return getattr(subject, "username", "") or ("" if subject is None else str(subject))
    version = f" {subject.period.label} v{subject.version}" if isinstance(subject, Report) else ""
    return f"{goal.code} {goal.name}{version}"


def changes_of(event: AuditEvent) -> list[AuditChange]:
    """Every value before and after; a name on one side only has None on the other."""
    before, after = event.before or {}, event.after or {}
    return [AuditChange(name, _text(before, name), _text(after, name)) for name in {**before, **after}]


def _text(noted: Mapping[str, Any], name: str) -> str | None:
    value = noted.get(name)
    if isinstance(value, str):
        return _plain(value) if name in _FIGURES else value
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _plain(figure: str) -> str:
    """Without trailing zeros: a figure from the database has six decimals, 34.000000, and equals the typed 34."""
    return figure.rstrip("0").rstrip(".") if "." in figure else figure

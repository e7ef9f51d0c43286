"""The board: stored assessments of one period, filtered and sorted by SQL. Pages, API and bulletin share these rows."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable

from hztargets.models import Area, Assessment, AssessmentRun, Department, Document, Goal, Period, User
from hztargets.models.assessments import AssessmentQuerySet

COLOURS = ("red", "amber", "green", "grey", "none")

_SEVERITY = Case(
    *(When(colour=colour, then=Value(rank)) for rank, colour in enumerate(("red", "amber", "green", "none", "grey"))),
    output_field=IntegerField(),
)
SORTS = {
    "order": [F("goal__position").asc()],
    "light": [_SEVERITY.asc(), F("lag_pp").desc(nulls_last=True)],
    "name": [F("goal__name").asc()],
    "lead": [F("goal__lead__position").asc()],
    "done": [F("done_share").asc(nulls_last=True)],
    "gap": [F("lag_pp").desc(nulls_last=True)],
}


class Point(NamedTuple):
    """A goal's assessment for one month; shares are 0..1 (`shares` those of all twelve months of a cumulative goal),
    the value in the goal's unit."""

    month: int
    value: Decimal
    done_share: float | None
    expected_share: float | None
    colour: str
    shares: Sequence[float] | None


@dataclass(frozen=True, kw_only=True)
class BoardFilter:
    """What is shown; empty means no restriction. `colours` are lights, `sort` a key of `SORTS`, with a leading minus
    for descending order."""

    area: int | None = None
    lead: str = ""
    colours: frozenset[str] = frozenset()
    kind: str = ""
    changed: bool = False
    text: str = ""
    sort: str = "light"


@dataclass(frozen=True, kw_only=True)
class AreaSummary:
    """Lights of one area; `counts` by colour."""

    area: Area
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class Board:
    """`rows` are filtered and sorted; `counts`, `before`, `kinds` and `areas` are of all goals the reader may see."""

    document: Document
    period: Period
    as_of: date | None
    rows: list[Assessment]
    counts: Mapping[str, int]
    before: Mapping[str, int] | None
    kinds: Mapping[str, int]
    areas: list[AreaSummary]
    changed: Mapping[int, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def read_board(user: User, period: Period, *, as_of: date | None = None, filters: BoardFilter = BoardFilter()) -> Board:
    """The board of a period as it is now, or as it was known on `as_of`. Four queries whatever the number of goals."""
    assessments = _assessments(user, period, as_of)
    lights = list(assessments.values_list("goal_id", "colour", "goal__kind", "goal__area_id"))
    previous = _previous_colours(user, period, as_of)
    changed = {
        goal_id: previous[goal_id]
        for goal_id, colour, _kind, _area in lights
        if previous and previous.get(goal_id, colour) != colour
    }
    rows = _filtered(assessments, filters, changed).select_related("goal__lead", "goal__area", "goal__parent")
    return Board(
        document=period.document,
        period=period,
        as_of=as_of,
        rows=list(rows.order_by(*_ordering(filters.sort))),
        counts=_counts(colour for _goal, colour, _kind, _area in lights),
        before=_counts(previous.values()) if previous else None,
        kinds=Counter(kind for _goal, _colour, kind, _area in lights),
        areas=_areas(period.document, lights),
        changed=changed,
    )


def read_trends(user: User, board: Board) -> dict[int, list[Point]]:
    """The assessments of each goal in the board's rows, month by month up to the board's month, in one query."""
    assessments = Assessment.objects.visible_to(user).filter(
        document=board.document,
        goal__in=[row.goal_id for row in board.rows],
        period__month__lte=board.period.month,
        value__isnull=False,
    )
    assessments = assessments.current() if board.as_of is None else assessments.as_known_on(board.as_of)
    trends: dict[int, list[Point]] = defaultdict(list)
    columns = ("goal_id", "judged_month", "value", "done_share", "expected_share", "colour", "details__shares")
    for goal_id, *numbers in assessments.order_by("period__month").values_list(*columns):
        trends[goal_id].append(Point(*numbers))
    return trends


def leads_of(user: User, document: Document) -> list[Department]:
    """The lead departments of the goals the user may see, in the order of protocol."""
    led = Goal.objects.visible_to(user).filter(document=document).values("lead")
    return list(Department.objects.filter(pk__in=led).order_by("position"))


def last_run(document: Document, as_of: date | None) -> AssessmentRun | None:
    """The run whose lights are shown, with its rule set; retrospective runs do not change the board."""
    runs = document.runs.filter(finished_at__isnull=False, is_retrospective=False)
    if as_of is not None:
        runs = runs.filter(as_of__lte=as_of)
    return runs.select_related("rule_set").order_by("-as_of", "-finished_at").first()


def _assessments(user: User, period: Period, as_of: date | None) -> AssessmentQuerySet:
    assessments = Assessment.objects.visible_to(user).filter(document=period.document_id, period=period)
    return assessments.current() if as_of is None else assessments.as_known_on(as_of)


def _previous_colours(user: User, period: Period, as_of: date | None) -> dict[int, str]:
    assessments = Assessment.objects.visible_to(user).filter(
        document=period.document_id, period__document=period.document_id, period__month=period.month - 1
    )
    assessments = assessments.current() if as_of is None else assessments.as_known_on(as_of)
    return dict(assessments.values_list("goal_id", "colour"))


def _filtered(assessments: AssessmentQuerySet, filters: BoardFilter, changed: Mapping[int, str]) -> AssessmentQuerySet:
    if filters.area is not None:
        assessments = assessments.filter(goal__area__number=filters.area)
    if filters.lead:
        assessments = assessments.filter(goal__lead__code=filters.lead)
    if filters.colours:
        assessments = assessments.filter(colour__in=filters.colours)
    if filters.kind:
        assessments = assessments.filter(goal__kind=filters.kind)
    if filters.changed:
        assessments = assessments.filter(goal__in=list(changed))
    for word in filters.text.split():
        assessments = assessments.filter(
            Q(goal__name__icontains=word)
            | Q(goal__quote__icontains=word)
            | Q(goal__code__iexact=word)
            | Q(goal__lead__name__icontains=word)
        )
    return assessments


def _ordering(sort: str) -> list[Combinable]:
    keys = SORTS.get(sort.removeprefix("-"), SORTS["light"])
    first = keys[0].copy()
    if sort.startswith("-"):
        first.reverse_ordering()
    return [first, *keys[1:], F("goal__position").asc()]


def _areas(document: Document, lights: list[tuple[int, str, str, int]]) -> list[AreaSummary]:
    counts: dict[int, Counter[str]] = {}
    for _goal, colour, _kind, area_id in lights:
        counts.setdefault(area_id, Counter())[colour] += 1
    areas = document.areas.filter(pk__in=counts).order_by("number")
    return [AreaSummary(area=area, counts=counts[area.pk]) for area in areas]


def _counts(colours: object) -> dict[str, int]:
    counted = Counter(colours)  # type: ignore[call-overload]
    return {colour: counted[colour] for colour in COLOURS}

"""Filters and sorting of the board, read from the query string."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets.queries.board.board import COLOURS, SORTS, AreaSummary, Board, BoardFilter

_SHOWN: Mapping[str, dict[str, Any]] = {
    "all": {},
    "watch": {"colours": frozenset({"red", "amber"})},
    "red": {"colours": frozenset({"red"})},
    "amber": {"colours": frozenset({"amber"})},
    "green": {"colours": frozenset({"green"})},
    "grey": {"colours": frozenset({"grey"})},
    "none": {"colours": frozenset({"none"})},
    "changed": {"changed": True},
    "budget": {"kind": "budget"},
    "milestone": {"kind": "milestone"},
}
_SORT_KEYS = [*SORTS, *(f"-{key}" for key in SORTS)]


class BoardForm(forms.Form):
    """No field is required. An invalid value is ignored; an invalid day gets an error beside its field."""

    show = forms.ChoiceField(choices=[(key, key) for key in _SHOWN], required=False)
    sort = forms.ChoiceField(choices=[(key, key) for key in _SORT_KEYS], required=False)
    area = forms.IntegerField(min_value=0, required=False)
    lead = forms.SlugField(required=False)
    q = forms.CharField(max_length=100, required=False)
    as_of = forms.DateField(required=False, error_messages={"invalid": gettext_lazy("Enter a day such as 2024-08-12.")})

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.is_valid()

    def clean_as_of(self) -> date | None:
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("That day has not come yet."))
        return day

    @property
    def show_key(self) -> str:
        return self.cleaned_data.get("show") or "all"

    @property
    def sort_key(self) -> str:
        return self.cleaned_data.get("sort") or "light"

    @property
    def as_of_day(self) -> date | None:
        return self.cleaned_data.get("as_of")

    def filters(self) -> BoardFilter:
        return BoardFilter(
            area=self.cleaned_data.get("area"),
            lead=self.cleaned_data.get("lead", ""),
            text=self.cleaned_data.get("q", ""),
            sort=self.sort_key,
            **_SHOWN[self.show_key],
        )

    @property
    def is_narrowed(self) -> bool:
        return self.filters() != BoardFilter(sort=self.sort_key)


@dataclass(frozen=True)
class Chip:
    key: str
    label: str
    count: int


def chips(board: Board) -> list[Chip]:
    counts = board.counts
    return [
        Chip("all", _("All"), board.total),
        Chip("watch", _("Red and amber"), counts["red"] + counts["amber"]),
        Chip("grey", _("No data"), counts["grey"]),
        Chip("changed", _("Changed this month"), len(board.changed)),
        Chip("budget", _("Budget lines"), board.kinds.get("budget", 0)),
        Chip("milestone", _("Milestones"), board.kinds.get("milestone", 0)),
    ]


@dataclass(frozen=True)
class LightCount:
    """Number of goals with this light now and in the month before; `before` is None in the first month."""

    colour: str
    count: int
    before: int | None


def counters(board: Board) -> list[LightCount]:
    return [
        LightCount(colour, count, board.before.get(colour, 0) if board.before is not None else None)
        for colour, count in board.counts.items()
        if colour != "none" or count
    ]


@dataclass(frozen=True)
class Piece:
    """A part of an area's bar. `start` and `count` are numbers of goals."""

    colour: str
    start: int
    count: int


@dataclass(frozen=True)
class AreaBar:
    summary: AreaSummary
    pieces: list[Piece]


def area_bars(board: Board) -> list[AreaBar]:
    return [AreaBar(summary, _pieces(summary)) for summary in board.areas]


def _pieces(summary: AreaSummary) -> list[Piece]:
    pieces, start = [], 0
    for colour in COLOURS:
        count = summary.counts.get(colour, 0)
        if count:
            pieces.append(Piece(colour, start, count))
        start += count
    return pieces

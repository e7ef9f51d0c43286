"""Input of the review page: filters, reasons of a return, and ticked reports."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets.models import User
from hztargets.queries.filing.reports import reports_for
from hztargets.services.review.bulk import Choice
from hztargets.web.review.queue import QueuedReport

STANDARD_REASONS = (
    gettext_lazy("The figure is not counted as in the months before. Check how it is counted and say so."),
    gettext_lazy("The figure does not agree with the evidence. Check both."),
    gettext_lazy("Unit or decimal point seem wrong. Check the figure."),
    gettext_lazy("Evidence is missing. Attach it."),
    gettext_lazy("Cause and remedy are too general. Say who does what by when."),
)


class ReturnForm(forms.Form):
    """Why reports are returned: a standard reason, free text, or both. The service checks that a reason is present."""

    standard = forms.ChoiceField(required=False)
    reason = forms.CharField(required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["standard"].choices = [("", ""), *reason_choices()]  # type: ignore[attr-defined]

    @property
    def full_reason(self) -> str:
        number = self.cleaned_data["standard"]
        chosen = str(STANDARD_REASONS[int(number) - 1]) if number else ""
        return "\n".join(filter(None, (chosen, self.cleaned_data["reason"].strip())))

    @property
    def first_error(self) -> str:
        return str(next(iter(self.errors.values()))[0]) if self.errors else ""


def reason_choices() -> list[tuple[str, str]]:
    return [(str(number), str(reason)) for number, reason in enumerate(STANDARD_REASONS, start=1)]


@dataclass(frozen=True)
class TickedReports:
    """`unknown` is the number of ticked reports that do not exist or that the user may not see."""

    choices: list[Choice]
    unknown: int


def read_ticked(user: User, document_id: int, data: QueryDict) -> TickedReports:
    """Each value is a report id and the revision that was shown: `12:3`."""
    revisions = {}
    for text in data.getlist("report"):
        number, _colon, revision = text.partition(":")
        if all(part.isascii() and part.isdigit() and len(part) < 16 for part in (number, revision)):
            revisions[int(number)] = int(revision)
    rows = reports_for(user).filter(pk__in=revisions, document=document_id).order_by("submitted_at", "pk")
    choices = [Choice(row, revisions[row.pk]) for row in rows]
    return TickedReports(choices, len(revisions) - len(choices))


@dataclass(frozen=True)
class Option:
    """`shown` is a period, an area, a department, a colour, or a word; the template renders it."""

    value: str
    shown: object


@dataclass(frozen=True)
class ReviewFilter:
    """Filters of the queue. A value that no report in the queue has gives an empty list, not an error, because the
    queue can change between two requests."""

    period: str = ""
    department: str = ""
    area: str = ""
    light: str = ""
    warned: str = ""
    late: str = ""

    @classmethod
    def read(cls, arguments: Mapping[str, str]) -> "ReviewFilter":
        return cls(**{name: arguments.get(name, "")[:50] for name in cls.__dataclass_fields__})

    def __bool__(self) -> bool:
        return bool(self._set)

    @property
    def _set(self) -> dict[str, str]:
        return {name: value for name in self.__dataclass_fields__ if (value := getattr(self, name))}

    @property
    def query(self) -> str:
        """Query string with the same filters."""
        return f"?{urlencode(self._set)}" if self else ""

    def chosen_from(self, rows: Iterable[QueuedReport]) -> list[QueuedReport]:
        return [row for row in rows if all(_value(row, name) == value for name, value in self._set.items())]


def _value(row: QueuedReport, name: str) -> str:
    goal = row.report.goal
    values = {
        "period": row.report.period.label,
        "department": goal.lead.code,
        "area": str(goal.area.number),
        "light": row.light or "unknown",
        "warned": "yes" if row.preview.findings else "no",
        "late": "yes" if row.is_late else "no",
    }
    return values[name]


def filter_options(rows: Sequence[QueuedReport]) -> dict[str, list[Option]]:
    """For each filter the values in the queue; a filter with fewer than two values is left out."""
    held = {name: {_value(row, name) for row in rows} for name in ("warned", "late")}
    words = {
        "warned": {"no": _("without warnings"), "yes": _("with warnings")},
        "late": {"no": _("on time"), "yes": _("filed late")},
    }
    shown: dict[str, dict[str, object]] = {
        "period": {row.report.period.label: row.report.period for row in _by_month(rows)},
        "department": {row.report.goal.lead.code: row.report.goal.lead for row in _by_department(rows)},
        "area": {str(row.report.goal.area.number): row.report.goal.area for row in _by_area(rows)},
        "light": {_value(row, "light"): row.light for row in rows},
        **{name: {value: word for value, word in words[name].items() if value in held[name]} for name in words},
    }
    return {name: [Option(*pair) for pair in found.items()] for name, found in shown.items() if len(found) > 1}


def _by_month(rows: Sequence[QueuedReport]) -> list[QueuedReport]:
    return sorted(rows, key=lambda row: row.report.period.month)


def _by_department(rows: Sequence[QueuedReport]) -> list[QueuedReport]:
    return sorted(rows, key=lambda row: row.report.goal.lead.position)


def _by_area(rows: Sequence[QueuedReport]) -> list[QueuedReport]:
    return sorted(rows, key=lambda row: row.report.goal.area.number)

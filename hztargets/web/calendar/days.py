"""The working calendar: a year at a glance, and the office's way of loading the State Council's notice."""

from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets import clock
from hztargets.domain.calendar import WorkingCalendar
from hztargets.models import Document, Period, Role
from hztargets.services.calendar.notice import (
    COLUMNS,
    NoticeDay,
    NoticeEffect,
    days_of,
    due_working_day,
    load_notice,
    preview_notice,
)
from hztargets.services.calendar.periods import load_calendar
from hztargets.services.decisions.conditions import TableRefused
from hztargets.services.errors import ServiceError
from hztargets.web.access import READERS, SignedInRequest, document_or_404, for_roles
from hztargets.web.decisions.form import with_text
from hztargets.web.uploads import TableField, Upload, bad_cells

_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_SATURDAY = 5


@dataclass(frozen=True)
class DayCell:
    """`mark` is rest or work on days that depart from the plain week."""

    day: date
    mark: str
    name: str
    is_weekend: bool


@dataclass(frozen=True)
class CalendarMonth:
    """Weeks from Monday; None before the first and after the last day."""

    number: int
    working_days: int
    weeks: list[list[DayCell | None]]


@dataclass(frozen=True)
class Holiday:
    name: str
    rest: list[date]
    work: list[date]


@dataclass(frozen=True)
class PeriodDeadline:
    """`working_day` counts from the day the period opens."""

    period: Period
    working_day: int


class NoticeForm(forms.Form):
    """The notice as a file or pasted. What was in a file stands in `text` afterwards, to be mended and looked at."""

    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=_FIRST_YEAR, max_value=_LAST_YEAR, widget=forms.TextInput
    )
    source = forms.CharField(label=gettext_lazy("Number of the notice"), required=False, max_length=200)
    file = TableField(label=gettext_lazy("CSV file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or the table, pasted"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("file") and not cleaned.get("text"):
            self.add_error("text", _("Choose a file or paste the table."))
        return cleaned

    @property
    def upload(self) -> Upload:
        chosen: Upload | None = self.cleaned_data["file"]
        return chosen or Upload("notice.csv", self.cleaned_data["text"])

    def show_text(self, text: str) -> None:
        self.data = with_text(self.data, "text", text)


@for_roles(READERS)
def calendar_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    year = _year(request.GET.get("year", ""), document.year)
    calendar, exceptions = load_calendar(), days_of(year)
    counts = calendar.working_days_in(year)
    named = {day.day: day for day in exceptions}
    context = {
        "document": document,
        "year": year,
        "earlier": year - 1 if year > _FIRST_YEAR else None,
        "later": year + 1 if year < _LAST_YEAR else None,
        "is_provisional": calendar.is_provisional(year),
        "months": [_month(year, number, counts[number - 1], named) for number in range(1, 13)],
        "working_days": sum(counts),
        "holidays": _holidays(exceptions),
        "dues": _dues(document, year, calendar),
        "may_load": request.user.role == Role.OFFICE,
    }
    return render(request, "hztargets/pages/calendar.html", context)


@for_roles([Role.OFFICE])
def notice_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    """The action `load` loads the notice; every other one previews what it would change."""
    document = document_or_404(request.user, document_id)
    initial = {"year": _year(request.GET.get("year", ""), document.year)}
    form = NoticeForm(request.POST or None, request.FILES or None, initial=initial)
    context: dict[str, Any] = {"document": document, "form": form, "columns": COLUMNS}
    if request.method == "POST" and form.is_valid() and _take(request, form, context):
        return redirect(f"{reverse('calendar', args=[document.pk])}?year={form.cleaned_data['year']}")
    context["year"] = form["year"].value()
    return render(request, "hztargets/pages/calendar_notice.html", context)


def _take(request: SignedInRequest, form: NoticeForm, context: dict[str, Any]) -> bool:
    upload, year = form.upload, form.cleaned_data["year"]
    form.show_text(upload.text)
    try:
        if request.POST.get("action") == "load":
            source = form.cleaned_data["source"]
            effect = load_notice(text=upload.text, year=year, by=request.user, now=clock.now(), source=source)
            messages.success(request, _loaded(effect))
            return True
        context["effect"] = preview_notice(text=upload.text, year=year)
    except TableRefused as error:
        context["refusal"], context["problems"] = error, bad_cells(error.problems)
    except ServiceError as error:
        form.add_error(None, error.message)
    return False


def _loaded(effect: NoticeEffect) -> str:
    if not effect.moved:
        return _("The notice is loaded.")
    return _("The notice is loaded. %(count)s due dates stay as they were.") % {"count": len(effect.moved)}


def _year(text: str, default: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) == 4 and _FIRST_YEAR <= int(text) <= _LAST_YEAR):
        raise Http404
    return int(text)


def _month(year: int, number: int, working_days: int, named: Mapping[date, NoticeDay]) -> CalendarMonth:
    weeks = Calendar().monthdatescalendar(year, number)
    return CalendarMonth(number, working_days, [[_cell(day, number, named.get(day)) for day in week] for week in weeks])


def _cell(day: date, month: int, exception: NoticeDay | None) -> DayCell | None:
    if day.month != month:
        return None
    mark = "" if exception is None else "work" if exception.is_working else "rest"
    return DayCell(day, mark, exception.name if exception else "", day.weekday() >= _SATURDAY)


def _holidays(days: Sequence[NoticeDay]) -> list[Holiday]:
    """By name, in the order of the year."""
    names = dict.fromkeys(day.name for day in days)
    return [
        Holiday(
            name,
            [day.day for day in days if day.name == name and not day.is_working],
            [day.day for day in days if day.name == name and day.is_working],
        )
        for name in names
    ]


def _dues(document: Document, year: int, calendar: WorkingCalendar) -> list[PeriodDeadline]:
    """The document's periods due in that year."""
    periods = document.periods.filter(due_on__year=year).select_related("document").order_by("month")
    return [PeriodDeadline(period, due_working_day(period, calendar)) for period in periods]

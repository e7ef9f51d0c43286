"""The office's page of reporting periods: who has filed, and moving, closing and reopening a period."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hztargets import clock
from hztargets.domain.timeliness import Tally
from hztargets.models import Department, Document, Goal, Period, Role, User
from hztargets.queries.board.board import leads_of
from hztargets.queries.calendar.periods import all_periods, due_days_of, extensions_of
from hztargets.queries.catalogue import goals_for
from hztargets.queries.review.departments import department_filing
from hztargets.queries.timeliness import period_tallies
from hztargets.services.calendar.due_days import set_due_working_day, set_goal_due_day
from hztargets.services.calendar.periods import close_period, extend_period, reopen_period
from hztargets.services.errors import ServiceError
from hztargets.web.access import SignedInRequest, document_or_404, for_roles, period_or_404


def _reason() -> forms.CharField:
    """That one is needed is the services' to say."""
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=2000, widget=widget)


class _RefusableForm(forms.Form):
    def refuse(self, error: ServiceError) -> None:
        self.add_error(error.field if error.field in self.fields else None, error.message)


class ReasonForm(_RefusableForm):
    reason = _reason()


class ExtendForm(_RefusableForm):
    department = forms.ModelChoiceField(
        Department.objects.none(),
        label=gettext_lazy("For"),
        required=False,
        empty_label=gettext_lazy("All departments"),
    )
    due_on = forms.DateField(
        label=gettext_lazy("New deadline"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Enter a day such as 2024-08-12."),
            "invalid": gettext_lazy("Enter a day such as 2024-08-12."),
        },
    )
    reason = _reason()

    def __init__(self, *args: Any, user: User, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leads = [department.pk for department in leads_of(user, document)]
        self.fields["department"].queryset = Department.objects.filter(pk__in=leads).order_by("position")  # type: ignore[attr-defined]


class DueDayForm(_RefusableForm):
    working_day = forms.IntegerField(label=gettext_lazy("Due on working day"))
    reason = _reason()


class GoalDueDayForm(_RefusableForm):
    goal = forms.ModelChoiceField(
        Goal.objects.none(),
        label=gettext_lazy("Goal"),
        error_messages={"required": gettext_lazy("Choose the goal whose reports are due on another day.")},
    )
    working_day = forms.IntegerField(
        label=gettext_lazy("Due on working day"),
        required=False,
        help_text=gettext_lazy("Empty: on the same day as the others again."),
    )
    reason = _reason()

    def __init__(self, *args: Any, user: User, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goal"].queryset = goals_for(user, document)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class PeriodRow:
    """A line of the table of periods; `tally` is None before the period opens."""

    period: Period
    tally: Tally | None


@for_roles([Role.OFFICE])
def periods_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    label = request.GET.get("period", "")
    return _page(request, document, period_or_404(document, label) if label else None)


@require_POST
@for_roles([Role.OFFICE])
def extend(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    chosen = period_or_404(document, period)
    form = ExtendForm(request.POST, user=request.user, document=document, prefix="extend")

    def move(at: datetime) -> str:
        cleaned = form.cleaned_data
        row = extend_period(
            period=chosen,
            department=cleaned["department"],
            due_on=cleaned["due_on"],
            reason=cleaned["reason"],
            by=request.user,
            now=at,
        )
        who = row.department.name if row.department else _("all departments")
        return _("The deadline of %(who)s is now %(day)s.") % {"who": who, "day": row.due_on}

    return _decide(request, document, chosen, "extend", form, move)


@require_POST
@for_roles([Role.OFFICE])
def close(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    chosen = period_or_404(document, period)
    form = ReasonForm(request.POST, prefix="close")

    def shut(at: datetime) -> str:
        close_period(period=chosen, reason=form.cleaned_data["reason"], by=request.user, now=at)
        return _("Closed. Nothing more can be filed for this period until you reopen it.")

    return _decide(request, document, chosen, "close", form, shut)


@require_POST
@for_roles([Role.OFFICE])
def reopen(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    chosen = period_or_404(document, period)
    form = ReasonForm(request.POST, prefix="reopen")

    def unlock(at: datetime) -> str:
        reopen_period(period=chosen, reason=form.cleaned_data["reason"], by=request.user, now=at)
        return _("Reopened. Departments may file for this period again.")

    return _decide(request, document, chosen, "reopen", form, unlock)


@require_POST
@for_roles([Role.OFFICE])
def due_day(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    form = DueDayForm(request.POST, prefix="due_day")

    def plan(at: datetime) -> str:
        moved = set_due_working_day(document=document, by=request.user, now=at, **form.cleaned_data)
        return _("%(count)s deadlines moved.") % {"count": moved}

    return _decide(request, document, None, "due_day", form, plan)


@require_POST
@for_roles([Role.OFFICE])
def goal_due_day(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    form = GoalDueDayForm(request.POST, user=request.user, document=document, prefix="goal_due_day")

    def plan(at: datetime) -> str:
        cleaned = form.cleaned_data
        moved = set_goal_due_day(by=request.user, now=at, **cleaned)
        return _("%(count)s deadlines of %(goal)s moved.") % {"count": moved, "goal": cleaned["goal"]}

    return _decide(request, document, None, "goal_due_day", form, plan)


def _decide(
    request: SignedInRequest,
    document: Document,
    period: Period | None,
    name: str,
    form: _RefusableForm,
    act: Callable[[datetime], str],
) -> HttpResponse:
    """Acts and goes back to the page; a refusal leaves what was typed in the form."""
    if form.is_valid():
        try:
            messages.success(request, act(clock.now()))
        except ServiceError as error:
            form.refuse(error)
        else:
            query = f"?period={period.label}" if period else ""
            return redirect(reverse("periods", args=[document.pk]) + query)
    return _page(request, document, period, {name: form})


def _page(
    request: SignedInRequest, document: Document, period: Period | None, bound: dict[str, forms.Form] | None = None
) -> HttpResponse:
    today = clock.today()
    periods = all_periods(document)
    chosen = next((row for row in periods if period and row.pk == period.pk), None) or _latest_open(periods, today)
    tallies = period_tallies(request.user, periods, today)
    context: dict[str, Any] = {
        "document": document,
        "today": today,
        "rows": [PeriodRow(row, tallies.get(row.month)) for row in periods],
        "chosen": chosen,
        "has_periods_ahead": any(row.opens_on > today for row in periods),
        "due_days": due_days_of(document),
        "forms": _forms(request.user, document, chosen) | (bound or {}),
    }
    if chosen is not None:
        context["extensions"] = extensions_of(chosen)
        context["departments"] = department_filing(request.user, chosen, today) if chosen.opens_on <= today else []
    return render(request, "hztargets/pages/periods.html", context)


def _latest_open(periods: list[Period], today: date) -> Period | None:
    return next((row for row in reversed(periods) if row.opens_on <= today), periods[0] if periods else None)


def _forms(user: User, document: Document, chosen: Period | None) -> dict[str, forms.Form]:
    start = {"due_on": chosen.due_on} if chosen else {}
    return {
        "extend": ExtendForm(prefix="extend", user=user, document=document, initial=start),
        "close": ReasonForm(prefix="close"),
        "reopen": ReasonForm(prefix="reopen"),
        "due_day": DueDayForm(prefix="due_day", initial={"working_day": document.due_working_day}),
        "goal_due_day": GoalDueDayForm(prefix="goal_due_day", user=user, document=document),
    }

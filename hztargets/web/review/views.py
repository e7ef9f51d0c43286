"""Deciding on reports: the queue of the office and of department heads, one by one and many at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hztargets import clock
from hztargets.models import Assessment, Document, Period, Report, Role
from hztargets.queries.catalogue import open_periods, period_by_label
from hztargets.queries.review.departments import department_filing, overview_of
from hztargets.services.errors import ServiceError
from hztargets.services.review.bulk import Choice, Decision, approve_reports, endorse_reports, return_reports
from hztargets.services.review.reviewing import approve_report, return_report
from hztargets.tasks import nudge_delivery
from hztargets.web.access import SignedInRequest, document_or_404, for_roles, report_or_404
from hztargets.web.review.form import ReturnForm, ReviewFilter, filter_options, read_ticked, reason_choices
from hztargets.web.review.queue import Waiting, read_queue

_REVIEWERS = (Role.OFFICE, Role.DEPARTMENT_HEAD)
_PAGE = 50


@dataclass(frozen=True)
class Rejected:
    """A return that was refused: of which report (0: of those ticked), why, and what was typed."""

    message: str
    report_id: int = 0
    standard: str = ""
    reason: str = ""
    ticked: frozenset[int] = field(default_factory=frozenset)


@for_roles(_REVIEWERS)
def review_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    return _queue(request, document_or_404(request.user, document_id))


@require_POST
@for_roles([Role.OFFICE])
def approve(request: SignedInRequest, report_id: int) -> HttpResponse:
    report = report_or_404(request.user, report_id)
    try:
        approved = approve_report(report=report, revision=_revision_shown(request), by=request.user, now=clock.now())
    except ServiceError as error:
        messages.error(request, error.message)
    else:
        nudge_delivery()
        messages.success(request, _outcome(approved))
    return _back(request, report.document_id)


@require_POST
@for_roles([Role.OFFICE])
def send_back(request: SignedInRequest, report_id: int) -> HttpResponse:
    report = report_or_404(request.user, report_id)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _refused(request, report, form.first_error)
    try:
        return_report(
            report=report, reason=form.full_reason, revision=_revision_shown(request), by=request.user, now=clock.now()
        )
    except ServiceError as error:
        return _refused(request, report, error.message)
    messages.success(request, _("Returned. The department sees your reason on its filing page."))
    return _back(request, report.document_id)


@require_POST
@for_roles(_REVIEWERS)
def decide(request: SignedInRequest, document_id: int) -> HttpResponse:
    """What was ticked, each by itself; the page then says what became of which."""
    document = document_or_404(request.user, document_id)
    ticked = read_ticked(request.user, document.pk, request.POST)
    if ticked.unknown:
        messages.error(request, _("%(count)s of the reports you ticked are not there.") % {"count": ticked.unknown})
    if not ticked.choices:
        messages.info(request, _("Nothing was ticked, so nothing was decided."))
        return _back(request, document.pk)
    verb = request.POST.get("do", "")
    if verb == "return":
        return _return_ticked(request, document, ticked.choices)
    service: Callable[..., list[Decision]] | None = {"approve": approve_reports, "endorse": endorse_reports}.get(verb)
    if service is None:
        messages.error(request, _("Choose what to do with the reports you ticked."))
    else:
        _report_decisions(request, verb, service(choices=ticked.choices, by=request.user, now=clock.now()))
    return _back(request, document.pk)


def _return_ticked(request: SignedInRequest, document: Document, choices: Sequence[Choice]) -> HttpResponse:
    form = ReturnForm(request.POST)
    ids = frozenset(choice.report.pk for choice in choices)
    if not form.is_valid():
        return _queue(request, document, _rejected(request, form.first_error, ticked=ids))
    try:
        decided = return_reports(choices=choices, reason=form.full_reason, by=request.user, now=clock.now())
    except ServiceError as error:
        return _queue(request, document, _rejected(request, error.message, ticked=ids))
    _report_decisions(request, "return", decided)
    return _back(request, document.pk)


def _report_decisions(request: SignedInRequest, verb: str, decided: Sequence[Decision]) -> None:
    """Exactly which were decided, and which not and why."""
    done = [row for row in decided if not row.refused]
    refused = [row for row in decided if row.refused]
    for rows, level in ((done, messages.SUCCESS), (refused, messages.ERROR)):
        if rows:
            context = {"verb": verb, "rows": rows, "all": len(decided), "is_done": rows is done}
            messages.add_message(request, level, render_to_string("hztargets/components/decided.html", context))
    if done and verb == "approve":
        nudge_delivery()


def _revision_shown(request: SignedInRequest) -> int:
    """The revision the page showed; one that no report has where none was sent."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _refused(request: SignedInRequest, report: Report, message: str) -> HttpResponse:
    return _queue(request, report.goal.document, _rejected(request, message, report_id=report.pk))


def _rejected(
    request: SignedInRequest, message: str, *, report_id: int = 0, ticked: frozenset[int] = frozenset()
) -> Rejected:
    standard, reason = (request.POST.get(name, "") for name in ("standard", "reason"))
    return Rejected(message, report_id=report_id, standard=standard, reason=reason, ticked=ticked)


def _back(request: SignedInRequest, document_id: int) -> HttpResponseRedirect:
    """To the queue, filtered as it was."""
    query = request.GET.urlencode()
    return redirect(reverse("review", args=[document_id]) + (f"?{query}" if query else ""))


def _queue(request: SignedInRequest, document: Document, rejected: Rejected | None = None) -> HttpResponse:
    everything = read_queue(request.user, document, clock.today())
    filters = ReviewFilter.read(request.GET.dict())
    rows = filters.chosen_from(everything)
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    if rejected and rejected.report_id and rejected.report_id not in [row.report.pk for row in page]:
        messages.error(request, rejected.message)
    context = {
        "document": document,
        "page": page,
        "count": len(everything),
        "filters": filters,
        "options": filter_options(everything),
        "ticked": _ticked(request, list(page), rejected),
        "reasons": reason_choices(),
        "rejected": rejected,
        "verb": "approve" if request.user.role == Role.OFFICE else "endorse",
        **_filing(request, document, filters.period),
    }
    return render(request, "hztargets/pages/review.html", context)


def _ticked(request: SignedInRequest, rows: Sequence[Waiting], rejected: Rejected | None) -> frozenset[int]:
    if rejected is not None:
        return rejected.ticked
    if request.GET.get("select") != "clean":
        return frozenset()
    verb = "approve" if request.user.role == Role.OFFICE else "endorse"
    return frozenset(row.report.pk for row in rows if row.may(verb) and not row.preview.findings)


def _filing(request: SignedInRequest, document: Document, label: str) -> dict[str, Any]:
    """Who has not filed, for the office: in the period asked for, else in the latest open one."""
    if request.user.role != Role.OFFICE:
        return {}
    periods = open_periods(document, clock.today())
    named = period_by_label(document, label) if label else None
    period: Period | None = named if named in periods else periods[-1] if periods else None
    if period is None:
        return {}
    departments = department_filing(request.user, period, clock.today())
    return {"period": period, "departments": departments, "overview": overview_of(departments)}


def _outcome(report: Report) -> str:
    """What the approval did to the goal's light."""
    assessment = Assessment.objects.current().filter(goal=report.goal, period=report.period).first()
    context = {"report": report, "assessment": assessment, "document": report.goal.document}
    return render_to_string("hztargets/components/approved.html", context)

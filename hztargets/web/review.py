"""The office's side: the queue, approving and returning."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hztargets.models import Assessment, Document, Report, Role
from hztargets.services.errors import ServiceError
from hztargets.services.review import approve_report, return_report
from hztargets.tasks import nudge_delivery
from hztargets.web.access import SignedInRequest, document_or_404, for_roles, report_or_404
from hztargets.web.forms import ReturnForm
from hztargets.web.review_list import read_queue


@dataclass(frozen=True)
class Rejected:
    """A return that was refused: whose, why, and the words already typed."""

    report_id: int
    message: str
    reason: str


@for_roles([Role.OFFICE])
def review_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    return _queue(request, document_or_404(request.user, document_id))


@require_POST
@for_roles([Role.OFFICE])
def approve(request: SignedInRequest, report_id: int) -> HttpResponse:
    report = report_or_404(request.user, report_id)
    if not _has_seen(request, report):
        messages.error(request, _changed())
        return redirect("review", report.document_id)
    try:
        approved = approve_report(report=report, by=request.user, now=now())
    except ServiceError as error:
        messages.error(request, error.message)
    else:
        nudge_delivery()
        messages.success(request, _outcome(approved))
    return redirect("review", report.document_id)


@require_POST
@for_roles([Role.OFFICE])
def send_back(request: SignedInRequest, report_id: int) -> HttpResponse:
    report = report_or_404(request.user, report_id)
    form = ReturnForm(request.POST)
    if "reason" in form.errors:
        return _refused(request, report, str(form.errors["reason"][0]))
    if not _has_seen(request, report):
        return _refused(request, report, _changed())
    try:
        return_report(report=report, reason=form.cleaned_data["reason"], by=request.user, now=now())
    except ServiceError as error:
        return _refused(request, report, error.message)
    nudge_delivery()
    messages.success(request, _("Returned. The department sees your reason on its filing page."))
    return redirect("review", report.document_id)


def _refused(request: SignedInRequest, report: Report, message: str) -> HttpResponse:
    return _queue(request, report.goal.document, Rejected(report.pk, message, request.POST.get("reason", "")))


def _has_seen(request: SignedInRequest, report: Report) -> bool:
    """Whether the page the reviewer decided from showed the report as it is now."""
    return request.POST.get("revision") == str(report.revision)


def _changed() -> str:
    return _("This report has changed since the page was opened. Look at it again before you decide.")


def _queue(request: SignedInRequest, document: Document, rejected: Rejected | None = None) -> HttpResponse:
    queue = read_queue(request.user, document)
    if rejected and rejected.report_id not in [row.report.pk for row in queue]:
        messages.error(request, rejected.message)
    context = {"document": document, "queue": queue, "rejected": rejected}
    return render(request, "hztargets/pages/review.html", context)


def _outcome(report: Report) -> str:
    """What the approval did to the goal's light."""
    said = Assessment.objects.current().filter(goal=report.goal, period=report.period).first()
    context = {"report": report, "said": said, "document": report.goal.document}
    return render_to_string("hztargets/components/approved.html", context)

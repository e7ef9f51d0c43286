"""The department's form for one goal and month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from hztargets import clock
from hztargets.domain.measures import measure_of
from hztargets.domain.problems import Problem
from hztargets.domain.review import DEPARTMENT_ROLES, OPEN_STATES, TRANSITIONS, actions_for
from hztargets.guard.receiving import limit_upload
from hztargets.models import Goal, Period, Report, Role
from hztargets.queries.calendar.periods import read_deadlines
from hztargets.queries.filing.evidence import WITH_EVIDENCE
from hztargets.queries.filing.reports import report_facts, reports_for
from hztargets.services.calendar.periods import load_calendar
from hztargets.services.errors import InvalidReport, ServiceError
from hztargets.services.filing.evidence import MAX_FILES
from hztargets.services.filing.previews import Preview, preview_report
from hztargets.services.filing.reports import file_report, withdraw_report
from hztargets.services.review.reviewing import endorse_report
from hztargets.web.access import (
    SignedInRequest,
    for_roles,
    goal_or_404,
    period_or_404,
    report_or_404,
)
from hztargets.web.decisions.form import with_text
from hztargets.web.filing.form import ReportForm, initial_of
from hztargets.web.filing.report.files import DraftSaving, FileChanges


@dataclass(frozen=True)
class Deadline:
    """`left` is working days until the due day, `late` working days since then."""

    due_on: date
    left: int
    late: int


def deadline_of(period: Period, department_id: int | None, today: date, goal: Goal | None = None) -> Deadline:
    """Uses the department's own day if the office extended it, and the goal's own day if it has one."""
    calendar, deadlines = load_calendar(), read_deadlines([period])
    if goal is not None:
        due_on = deadlines.goal_due_on(period, goal)
    else:
        due_on = period.due_on if department_id is None else deadlines.due_on(period, department_id)
    return Deadline(
        due_on=due_on,
        left=calendar.working_days_between(today, due_on),
        late=calendar.working_days_between(due_on, today),
    )


@for_roles(DEPARTMENT_ROLES)
@csrf_exempt
def report_page(request: SignedInRequest, document_id: int, code: str, period: str) -> HttpResponse:
    """The limits of the files are set first, because the CSRF check of the inner view reads the request body."""
    if request.method == "POST":
        limit_upload(request, MAX_FILES)
    return _report_page(request, document_id, code, period)


@csrf_protect
@for_roles(DEPARTMENT_ROLES)
def _report_page(request: SignedInRequest, document_id: int, code: str, period: str) -> HttpResponse:
    """The form, for users who may file; read-only for other users of the goal's departments."""
    goal = goal_or_404(request.user, document_id, code)
    page = ReportPage.read(request, goal, period_or_404(goal.document, period))
    if request.method != "POST" or not page.may_file:
        form = page.form(initial=initial_of(page.latest if page.takes_up else None))
        return _render(request, page, form, status=403 if request.method == "POST" else 200)
    form = page.form(request.POST)
    changes = FileChanges.read(request)
    if changes:
        is_saved = _save(request, page, form, changes)
        if is_saved and changes.keep_draft:
            return redirect(request.path)
        page = ReportPage.read(request, goal, page.period)
        if not is_saved:
            form.resend(revision=page.revision)
            return _render(request, page, form)
        form = page.form(with_text(request.POST, "revision", str(page.revision)))
    if not form.is_valid():
        return _render(request, page, form)
    preview = _preview(request, page, form)
    if "check" in request.POST or not _file(request, page, form, preview):
        return _render(request, page, form, preview=preview)
    messages.success(request, _("Filed. The municipal office reviews it next; you can withdraw it until then."))
    return redirect("grid", document_id, period)


def _save(request: SignedInRequest, page: "ReportPage", form: ReportForm, changes: FileChanges) -> bool:
    """Saves input and files as a draft; False, with the errors in the form, unless all was saved. The message about the
    draft is left out when the same request also files the report."""
    form.full_clean()
    is_current = _is_current(page, form)
    saving = DraftSaving(page.goal, page.period, page.open_report, form, request.user, is_current)
    saving.save(changes)
    is_saved = form.is_valid()
    is_filing = is_saved and not {"draft", "check"} & request.POST.keys()
    done = saving.file_messages if is_filing else [*saving.input_messages, *saving.file_messages]
    if done:
        messages.success(request, " ".join(done))
    elif is_saved and not is_filing:
        messages.info(request, _("Nothing changed: this is what was saved already."))
    return is_saved


def _is_current(page: "ReportPage", form: ReportForm) -> bool:
    if (form.cleaned_data.get("revision") or 0) == page.revision:
        return True
    form.add_error(None, _("Somebody changed this report while you were typing. Compare below, then file again."))
    form.resend(revision=page.revision)
    return False


@dataclass(frozen=True)
class ReportPage:
    """A goal's reports for one period, with the actions the user may take."""

    request: SignedInRequest
    goal: Goal
    period: Period
    reports: list[Report]
    last: Report | None
    today: date

    @classmethod
    def read(cls, request: SignedInRequest, goal: Goal, period: Period) -> "ReportPage":
        reports = reports_for(request.user).filter(goal=goal)
        before = reports.approved().filter(period__month__lt=period.month, value__isnull=False)
        return cls(
            request=request,
            goal=goal,
            period=period,
            reports=list(reports.filter(period=period).prefetch_related(WITH_EVIDENCE).order_by("-version")),
            last=before.order_by("-period__month", "-version").first(),
            today=clock.today(),
        )

    @property
    def latest(self) -> Report | None:
        return self.reports[0] if self.reports else None

    @property
    def approved(self) -> Report | None:
        return next((report for report in self.reports if report.state == Report.State.APPROVED), None)

    @property
    def actions(self) -> tuple[str, ...]:
        """Actions the user may take on the latest report."""
        if self.latest is None:
            return ()
        return actions_for(self.request.user.to_actor(), report_facts(self.latest))

    @property
    def takes_up(self) -> bool:
        """The form starts with the content of the latest report, unless that one is approved."""
        return self.latest is not None and self.latest.state != Report.State.APPROVED

    @property
    def open_report(self) -> Report | None:
        """The report that the form changes; None if a new one is created."""
        return self.latest if "edit" in self.actions else None

    @property
    def is_to_mend(self) -> bool:
        """The report was returned and not submitted again yet; the reason of the return is shown."""
        report = self.latest
        return report is not None and bool(report.return_reason) and report.state in TRANSITIONS["edit"].sources

    @property
    def obstacle(self) -> Problem | None:
        """Why the user cannot file now; None when the form is shown."""
        user = self.request.user
        if self.period.opens_on > self.today:
            return Problem("not_open_yet", facts={"day": self.period.opens_on})
        if self.period.closed_at is not None:
            return Problem("period_closed")
        if user.department_id != self.goal.lead_id:
            return Problem("filed_by_lead", facts={"lead": self.goal.lead.name})
        if user.role != Role.CLERK:
            return Problem("filed_by_clerk")
        under_way = self.latest is not None and self.latest.state in OPEN_STATES and "edit" not in self.actions
        return Problem("with_the_office") if under_way else None

    @property
    def may_restate(self) -> bool:
        """There is an approved figure to correct, or an earlier cumulative figure that the new one may fall below."""
        falls = self.last is not None and measure_of(self.goal).adds_up
        return self.approved is not None or falls

    @property
    def may_file(self) -> bool:
        return not self.obstacle

    @property
    def revision(self) -> int:
        return self.latest.revision if self.latest is not None and self.takes_up else 0

    def form(self, data: Any = None, **options: Any) -> ReportForm:
        return ReportForm(data, goal=self.goal, may_restate=self.may_restate, **options)


def _preview(request: SignedInRequest, page: ReportPage, form: ReportForm) -> Preview | None:
    """Checks and coming light of the input; None, with the error in the form, when no report can be created."""
    try:
        preview = preview_report(
            goal=page.goal, period=page.period, content=form.content(), by=request.user, now=clock.now()
        )
    except ServiceError as error:
        form.refuse(error)
        return None
    if "check" in request.POST:
        _show_findings(form, preview)
    return preview


def _show_findings(form: ReportForm, preview: Preview) -> None:
    if preview.blocking:
        form.refuse(InvalidReport(*preview.blocking))
    else:
        form.show_warnings(preview)


def _file(request: SignedInRequest, page: ReportPage, form: ReportForm, preview: Preview | None) -> bool:
    """Files the input; False, with the errors in the form, when it is refused.

    A warning is shown once before filing, also when the note already explains it.
    """
    if preview is None:
        return False
    if not _is_current(page, form):
        return False
    if preview.submittable and preview.warned_of != form.cleaned_data["warned_of"]:
        form.show_warnings(preview)
        return False
    try:
        file_report(
            goal=page.goal,
            period=page.period,
            content=form.content(),
            by=request.user,
            now=clock.now(),
            preview=preview,
        )
    except ServiceError as error:
        form.refuse(error)
        return False
    return True


def _render(
    request: SignedInRequest, page: ReportPage, form: ReportForm, status: int = 200, preview: Preview | None = None
) -> HttpResponse:
    context = {
        "document": page.goal.document,
        "goal": page.goal,
        "period": page.period,
        "page": page,
        "form": form,
        "preview": preview,
        "target": page.goal.versions.order_by("number").last(),
        "deadline": deadline_of(page.period, page.goal.lead_id, page.today, page.goal),
    }
    return render(request, "hztargets/pages/report.html", context, status=status)


@require_POST
@for_roles([Role.CLERK])
def withdraw(request: SignedInRequest, report_id: int) -> HttpResponse:
    done = _("Withdrawn. Nothing is lost: the form below starts with what you had filed.")
    return _act(request, report_id, withdraw_report, done)


@require_POST
@for_roles([Role.DEPARTMENT_HEAD])
def endorse(request: SignedInRequest, report_id: int) -> HttpResponse:
    return _act(request, report_id, endorse_report, _("Endorsed. The municipal office reviews it next."))


def _act(request: SignedInRequest, report_id: int, service: Callable[..., Report], done: str) -> HttpResponse:
    report = report_or_404(request.user, report_id)
    try:
        service(report=report, by=request.user, now=clock.now())
        messages.success(request, done)
    except ServiceError as error:
        messages.error(request, error.message)
    return redirect("report", report.document_id, report.goal.code, report.period.label)

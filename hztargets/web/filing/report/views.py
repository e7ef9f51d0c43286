"""The department's side: the form for one goal and month."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from hztargets import clock
from hztargets.domain.measures import measure_of
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
from hztargets.web.filing.report.files import FileChanges, Keeping


@dataclass(frozen=True)
class Deadline:
    """Working days until the period is due; `late` ones since it was."""

    due_on: date
    left: int
    late: int


def deadline_of(period: Period, department_id: int | None, today: date, goal: Goal | None = None) -> Deadline:
    """The department's own day where the office granted one, the goal's where it has one."""
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
    """Reading the CSRF token reads the body, so the limits of the files have to be in place first; the check itself
    follows."""
    if request.method == "POST":
        limit_upload(request, MAX_FILES)
    return _report_page(request, document_id, code, period)


@csrf_protect
@for_roles(DEPARTMENT_ROLES)
def _report_page(request: SignedInRequest, document_id: int, code: str, period: str) -> HttpResponse:
    """The form where the user may file; the same, read-only, for everybody else of the goal's departments."""
    goal = goal_or_404(request.user, document_id, code)
    page = ReportPage.read(request, goal, period_or_404(goal.document, period))
    if request.method != "POST" or not page.may_file:
        form = page.form(initial=initial_of(page.latest if page.takes_up else None))
        return _render(request, page, form, status=403 if request.method == "POST" else 200)
    form = page.form(request.POST)
    changes = FileChanges.read(request)
    if changes:
        is_kept = _keep(request, page, form, changes)
        if is_kept and changes.keep_draft:
            return redirect(request.path)
        page = ReportPage.read(request, goal, page.period)
        if not is_kept:
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


def _keep(request: SignedInRequest, page: "ReportPage", form: ReportForm, changes: FileChanges) -> bool:
    """Keeps words and files as a draft; False with the reasons in the form unless all of it was kept. What is filed in
    the same breath is not called a draft."""
    form.full_clean()
    is_current = _is_current(page, form)
    keeping = Keeping(page.goal, page.period, page.open_report, form, request.user, is_current)
    keeping.keep(changes)
    is_kept = form.is_valid()
    is_filing = is_kept and not {"draft", "check"} & request.POST.keys()
    done = keeping.files_done if is_filing else [*keeping.words_done, *keeping.files_done]
    if done:
        messages.success(request, " ".join(done))
    elif is_kept and not is_filing:
        messages.info(request, _("Nothing changed: this is what was saved already."))
    return is_kept


def _is_current(page: "ReportPage", form: ReportForm) -> bool:
    if (form.cleaned_data.get("revision") or 0) == page.revision:
        return True
    form.add_error(None, _("Somebody changed this report while you were typing. Compare below, then file again."))
    form.resend(revision=page.revision)
    return False


@dataclass(frozen=True)
class ReportPage:
    """A goal's reports for one period, as the user may act on them."""

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
        """What the rules let the user do with the latest report."""
        if self.latest is None:
            return ()
        return actions_for(self.request.user.to_actor(), report_facts(self.latest))

    @property
    def takes_up(self) -> bool:
        """The form starts from the latest report's words, unless that one is approved."""
        return self.latest is not None and self.latest.state != Report.State.APPROVED

    @property
    def open_report(self) -> Report | None:
        """The one the form changes."""
        return self.latest if "edit" in self.actions else None

    @property
    def is_to_mend(self) -> bool:
        """The reason of a return stays in sight until the report is handed in again."""
        report = self.latest
        return report is not None and bool(report.return_reason) and report.state in TRANSITIONS["edit"].sources

    @property
    def obstacle(self) -> str:
        """Why nobody can file here now; empty when the form is shown."""
        user = self.request.user
        if self.period.opens_on > self.today:
            return "not_open"
        if self.period.closed_at is not None:
            return "closed"
        if user.department_id != self.goal.lead_id:
            return "not_lead"
        if user.role != Role.CLERK:
            return "read_only"
        under_way = self.latest is not None and self.latest.state in OPEN_STATES and "edit" not in self.actions
        return "under_review" if under_way else ""

    @property
    def may_restate(self) -> bool:
        """There is a figure to correct, or an earlier one below which a cumulative figure may have to fall."""
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
    """What the system would say of it, with the warnings beside the figure; None where no report can be started."""
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
    """Files what was typed; False with the reason in the form when it was refused.

    A warning is shown once even where the note already explains it: the clerk decides with it before their eyes.
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
    report = report_or_404(request.user, report_id)
    try:
        withdraw_report(report=report, by=request.user, now=clock.now())
        messages.success(request, _("Withdrawn. Nothing is lost: the form below starts with what you had filed."))
    except ServiceError as error:
        messages.error(request, error.message)
    return redirect(_address(report))


@require_POST
@for_roles([Role.DEPARTMENT_HEAD])
def endorse(request: SignedInRequest, report_id: int) -> HttpResponse:
    report = report_or_404(request.user, report_id)
    try:
        endorse_report(report=report, by=request.user, now=clock.now())
        messages.success(request, _("Endorsed. The municipal office reviews it next."))
    except ServiceError as error:
        messages.error(request, error.message)
    return redirect(_address(report))


def _address(report: Report) -> str:
    return reverse("report", args=[report.document_id, report.goal.code, report.period.label])

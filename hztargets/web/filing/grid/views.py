"""The filing grid: a department's whole period on one page. Filled in by the clerk, read and endorsed by the head."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from hztargets import clock
from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.models import Document, Period, Report, Role
from hztargets.queries.filing.due import Due, read_due
from hztargets.queries.filing.reports import reports_for
from hztargets.services.filing.filing import FilingResult
from hztargets.services.filing.grid import file_rows, save_rows
from hztargets.services.review.bulk import Choice, endorse_reports
from hztargets.web.access import SignedInRequest, document_or_404, for_roles, open_period_or_404, period_or_404
from hztargets.web.filing.grid.page import Grid, add_previews, read_grid, with_last_changes
from hztargets.web.filing.grid.rows import GridRow
from hztargets.web.kept_input import for_script, keeps_input, restore

Results = dict[int, FilingResult | None]
"""By goal; None for a row that cannot be read."""


@keeps_input
@never_cache
@for_roles(DEPARTMENT_ROLES)
def grid_page(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    month = period_or_404(document, period)
    if month.opens_on > clock.today():
        return render(request, "hztargets/pages/grid_not_open.html", {"document": document, "period": month})
    if request.method == "POST":
        return _answer(request, document, month)
    typed = restore(request)
    if typed is not None:
        messages.info(request, _("What you had typed before logging in is back below. It is not saved yet."))
    return _page(request, read_grid(request.user, document, month, typed))


def _page(request: SignedInRequest, grid: Grid) -> HttpResponse:
    add_previews(grid.rows, grid.period, request.user, clock.now())
    return render(request, "hztargets/pages/grid.html", grid.context(request.user, clock.today()))


def _answer(request: SignedInRequest, document: Document, period: Period) -> HttpResponse:
    """The name of the button selects the action; Enter in a field saves drafts, because that button is the first."""
    if request.user.role != Role.CLERK:
        raise PermissionDenied(_("The clerk of your department files these goals. You can read them here."))
    data = _without_taken(request.POST)
    grid = read_grid(request.user, document, period, data)
    if "check" in data:
        return _page(request, grid)
    is_filing = "file" in data
    results = _act(grid, file_rows if is_filing else save_rows, request)
    if is_filing:
        _add_messages(request, grid.rows, results)
    left = {pk for pk, result in results.items() if result is None or result.error}
    if not left and not is_filing:
        messages.success(request, _("Saved as drafts. Nothing has been filed yet."))
    if not left and not grid.has_unsaved_input and not (is_filing and _saves_some(results)):
        return redirect(request.path)
    again = read_grid(request.user, document, period, data, settled=results.keys() - left)
    for row in again.rows:
        row.result, row.is_tried = results.get(row.goal.pk), is_filing
    with_last_changes(again.rows)
    return _page(request, again)


def _without_taken(data: Any) -> Any:
    """Removes the input of rows for which the clerk chose the stored content of a colleague."""
    taken = tuple(name.removesuffix("take") for name in data if name.endswith("-take"))
    remaining = data.copy()
    for name in data:
        if taken and name.startswith(taken):
            del remaining[name]
    return remaining


def _act(grid: Grid, write: Callable[..., Sequence[FilingResult]], request: SignedInRequest) -> Results:
    sent = [row for row in grid.rows if row.form.is_bound]
    inputs = [row.input for row in sent if row.input is not None]
    written = iter(write(inputs, period=grid.period, by=request.user, now=clock.now()))
    return {row.goal.pk: None if row.input is None else next(written) for row in sent}


def _saves_some(results: Results) -> bool:
    """A row was saved as a draft but not filed."""
    saved = [result for result in results.values() if result is not None and result.report is not None]
    return not all(result.is_submitted for result in saved)


def _add_messages(request: SignedInRequest, rows: Sequence[GridRow], results: Results) -> None:
    """Which rows were filed, and which were not although something was entered."""
    filed, left = [], []
    for row in rows:
        result = results.get(row.goal.pk)
        if result and result.is_submitted:
            filed.append(row.goal.name)
        elif row.goal.pk in results and not (row.input and row.input.is_blank):
            left.append(row.goal.name)
    if filed:
        sentence = _("Filed %(count)s: %(goals)s. You can withdraw them until the review begins.")
        messages.success(request, sentence % {"count": len(filed), "goals": _(", ").join(filed)})
    if left:
        sentence = _("Not filed %(count)s: %(goals)s. The reason stands beside each; what you typed is still there.")
        messages.warning(request, sentence % {"count": len(left), "goals": _(", ").join(left)})
    if not filed and not left:
        messages.info(request, _("Nothing was filed: no row is filled in."))


@for_script
@require_POST
@never_cache
@for_roles([Role.CLERK])
def grid_row(request: SignedInRequest, document_id: int, period: str, code: str) -> HttpResponse:
    """Saves one row as a draft and answers with its remarks; the fields stay unchanged, except after the clerk decided
    a conflict, when the whole row is answered."""
    document, month = open_period_or_404(request.user, document_id, period)
    due = _due_or_404(request, document, month, code)
    row = GridRow.read(due, _without_taken(request.POST))
    if row.input is not None and row.form.is_bound:
        (row.result,) = save_rows([row.input], period=month, by=request.user, now=clock.now())
        if row.result.error is None:
            due = replace(due, report=row.result.report or due.report)
        else:
            due = _due_or_404(request, document, month, code)
    is_whole = not row.form.is_bound or (row.form["keep"].value() and row.outcome == "saved")
    if is_whole and not due.is_open:
        return HttpResponseClientRefresh()
    shown = GridRow.read(due) if is_whole else row.with_due(due)
    with_last_changes([shown])
    add_previews([shown], month, request.user, clock.now())
    template = "hztargets/components/grid_row.html" if is_whole else "hztargets/components/grid_answer.html"
    context = {"document": document, "period": month, "row": shown, "saved_at": localtime(clock.now())}
    return render(request, template, context)


def _due_or_404(request: SignedInRequest, document: Document, period: Period, code: str) -> Due:
    due = read_due(request.user, document, period, code)
    if due is None:
        raise Http404
    return due


@require_POST
@for_roles([Role.DEPARTMENT_HEAD])
def endorse_all(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    """Endorses the ticked reports in the revisions that the page showed."""
    document, month = open_period_or_404(request.user, document_id, period)
    reports = reports_for(request.user).filter(document=document, period=month, state=Report.State.SUBMITTED)
    choices = [
        Choice(report, int(revision))
        for report in reports.filter(goal__lead=request.user.department_id).order_by("goal__position")
        for revision in [request.POST.get(f"report-{report.pk}", "")]
        if revision.isdecimal()
    ]
    decided = endorse_reports(choices=choices, by=request.user, now=clock.now())
    left = [one for one in decided if one.refused]
    if len(decided) > len(left):
        sentence = _("Endorsed: %(count)s. The municipal office reviews them next.")
        messages.success(request, sentence % {"count": len(decided) - len(left)})
    for one in left:
        labelled = {"column": one.report.goal.name, "message": one.refused}
        messages.error(request, _("%(column)s: %(message)s") % labelled)
    if not choices:
        messages.info(request, _("Nothing was endorsed: no report is ticked."))
    return redirect("grid", document.pk, month.label)

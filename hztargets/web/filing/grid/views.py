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
from hztargets.services.filing.grid import RowInput, file_rows, save_rows
from hztargets.services.review.bulk import Choice, endorse_reports
from hztargets.web.access import SignedInRequest, document_or_404, for_roles, period_or_404
from hztargets.web.filing.grid.page import Grid, add_previews, read_grid, with_last_changes
from hztargets.web.filing.grid.rows import GridRow
from hztargets.web.kept_input import for_script, keeps_input, restore


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


def _place(request: SignedInRequest, document_id: int, label: str) -> tuple[Document, Period]:
    document = document_or_404(request.user, document_id)
    period = period_or_404(document, label)
    if period.opens_on > clock.today():
        raise Http404
    return document, period


def _page(request: SignedInRequest, grid: Grid) -> HttpResponse:
    add_previews(grid.rows, grid.period, request.user, clock.now())
    return render(request, "hztargets/pages/grid.html", grid.context(request.user, clock.today()))


def _answer(request: SignedInRequest, document: Document, period: Period) -> HttpResponse:
    """What to do is named by the button; Enter in a field saves drafts, since that button comes first."""
    if request.user.role != Role.CLERK:
        raise PermissionDenied(_("The clerk of your department files these goals. You can read them here."))
    data = _without_taken(request.POST)
    grid = read_grid(request.user, document, period, data)
    if "check" in data:
        return _page(request, grid)
    is_filing = "file" in data
    done = _act(grid, file_rows if is_filing else save_rows, request)
    if is_filing:
        _tell_what_was_filed(request, grid.rows, done)
    left = {pk for pk, what in done.items() if what is None or what.error}
    if not left and not is_filing:
        messages.success(request, _("Saved as drafts. Nothing has been filed yet."))
    if not left and not grid.typed_in_vain and not (is_filing and _keeps_some(done)):
        return redirect(request.path)
    again = read_grid(request.user, document, period, data, settled=done.keys() - left)
    for row in again.rows:
        row.done, row.is_tried = done.get(row.goal.pk), is_filing
    with_last_changes(again.rows)
    return _page(request, again)


def _without_taken(data: Any) -> Any:
    """Rows whose clerk took what a colleague saved are read from the database."""
    taken = tuple(name.removesuffix("take") for name in data if name.endswith("-take"))
    remaining = data.copy()
    for name in data:
        if taken and name.startswith(taken):
            del remaining[name]
    return remaining


def _act(
    grid: Grid, write: Callable[..., Sequence[FilingResult]], request: SignedInRequest
) -> dict[int, FilingResult | None]:
    """By goal what became of its row; None for one that cannot be read."""
    sent = [row for row in grid.rows if row.form.is_bound]
    entered = [row.entered for row in sent if row.entered is not None]
    written = iter(write(entered, period=grid.period, by=request.user, now=clock.now()))
    return {row.goal.pk: None if row.entered is None else next(written) for row in sent}


def _keeps_some(done: dict[int, FilingResult | None]) -> bool:
    """Something was to be filed but only kept."""
    return any(what is not None and what.report is not None and not what.is_submitted for what in done.values())


def _tell_what_was_filed(
    request: SignedInRequest, rows: Sequence[GridRow], done: dict[int, FilingResult | None]
) -> None:
    def names(of: Callable[[RowInput | None, FilingResult | None], bool]) -> list[str]:
        return [row.goal.name for row in rows if row.goal.pk in done and of(row.entered, done[row.goal.pk])]

    filed = names(lambda _entered, what: what is not None and what.is_submitted)
    left = names(lambda entered, what: not (what and what.is_submitted) and not (entered and entered.is_blank))
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
    """Saves one row as a draft and answers with what the page says of it; the fields themselves stay untouched, except
    where the clerk decided between their words and a colleague's."""
    document, month = _place(request, document_id, period)
    due = _due_or_404(request, document, month, code)
    row = GridRow.read(due, _without_taken(request.POST))
    if row.entered is not None and row.form.is_bound:
        (row.done,) = save_rows([row.entered], period=month, by=request.user, now=clock.now())
        if row.done.error is None:
            due = replace(due, report=row.done.report or due.report)
        else:
            due = _due_or_404(request, document, month, code)
    is_whole = not row.form.is_bound or (row.form["keep"].value() and row.outcome == "saved")
    if is_whole and not due.is_open:
        return HttpResponseClientRefresh()
    shown = GridRow.read(due) if is_whole else row.now_that(due)
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
    """Endorses the reports that were ticked, as they stood on the page."""
    document, month = _place(request, document_id, period)
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
        messages.error(request, f"{one.report.goal.name}: {one.refused}")
    if not choices:
        messages.info(request, _("Nothing was endorsed: no report is ticked."))
    return redirect("grid", document.pk, month.label)

"""Where a department's people land: what is due, late and returned, over all open periods."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render

from hztargets import clock
from hztargets.domain.calendar import WorkingCalendar
from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.queries.filing.due import PeriodWork, read_open_work
from hztargets.services.calendar.periods import load_calendar
from hztargets.web.access import SignedInRequest, document_or_404, for_roles
from hztargets.web.filing.report.views import Deadline


@dataclass(frozen=True)
class HomeRow:
    work: PeriodWork
    deadline: Deadline

    @property
    def has_work(self) -> bool:
        return bool(self.work.to_do)


@for_roles(DEPARTMENT_ROLES)
def filing_home(request: SignedInRequest, document_id: int) -> HttpResponse:
    """`?period=` is how the grid was addressed before it had an address of its own."""
    document = document_or_404(request.user, document_id)
    label = request.GET.get("period", "")
    if label:
        return redirect("grid", document.pk, label)
    today, calendar = clock.today(), load_calendar()
    rows = [HomeRow(work, _deadline(work, calendar, today)) for work in read_open_work(request.user, document, today)]
    open_rows = [row for row in rows if row.has_work]
    context = {
        "document": document,
        "open_rows": open_rows,
        "done_rows": [row for row in rows if not row.has_work],
        "returned": [(row.work.period, due) for row in rows for due in row.work.returned],
        "to_do_count": sum(len(row.work.to_do) for row in rows),
        "late_count": sum(row.work.late_count(today) for row in rows),
        "next_period": document.periods.filter(opens_on__gt=today).order_by("month").first(),
    }
    return render(request, "hztargets/pages/filing.html", context)


def _deadline(work: PeriodWork, calendar: WorkingCalendar, today: date) -> Deadline:
    left = calendar.working_days_between(today, work.due_on)
    return Deadline(work.due_on, left=left, late=calendar.working_days_between(work.due_on, today))

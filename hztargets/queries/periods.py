"""A document's periods with the deadlines that hold for each department."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hztargets.models import Document, Period
from hztargets.models.reports import PeriodExtension


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`extended` holds the day last granted to a department for a period; the period's own day wins if it is later."""

    extended: Mapping[tuple[int, int], date]

    def due_on(self, period: Period, department_id: int) -> date:
        return max(period.due_on, self.extended.get((period.pk, department_id), period.due_on))


def read_deadlines(periods: Iterable[Period]) -> Deadlines:
    rows = PeriodExtension.objects.filter(period__in=list(periods), department__isnull=False).order_by("pk")
    return Deadlines(
        {(period, department): day for period, department, day in rows.values_list("period", "department", "due_on")}
    )


def all_periods(document: Document) -> list[Period]:
    return list(document.periods.select_related("document", "closed_by").order_by("month"))


def extensions_of(period: Period) -> list[PeriodExtension]:
    """Every day granted for the period, the newest first."""
    return list(period.extensions.select_related("department", "granted_by").order_by("-pk"))

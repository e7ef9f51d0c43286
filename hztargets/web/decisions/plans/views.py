"""The plans of all goals as a page and as a CSV file."""

import csv
import io
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from hztargets import clock
from hztargets.domain.measures import measure_of
from hztargets.domain.plan_table import COLUMNS
from hztargets.domain.plans import JUNE, is_usable_year
from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.models import Document, Goal, Role, User
from hztargets.queries.catalogue import goals_for
from hztargets.queries.decisions.plans import ProfileOfGoal, export_profile_rows, is_year_open, profiles_of
from hztargets.web.access import READERS, SignedInRequest, document_or_404, for_roles

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_TEXT_COLUMNS = ("name", "unit", "reason")


@dataclass(frozen=True)
class PlanLine:
    """`june` is the plan's share by the end of June. `has_yardstick` is False when only the even pace is left."""

    profile: ProfileOfGoal
    june: float | None
    has_yardstick: bool

    @property
    def goal(self) -> Goal:
        return self.profile.goal


@for_roles(READERS)
def plans_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    """`show` is `all`, `low` (plan far below last year) or `bare` (neither plan nor past year)."""
    document = document_or_404(request.user, document_id)
    rows = [_row(profile) for profile in _profiles(request.user, document)]
    chosen = {
        "all": rows,
        "low": [row for row in rows if row.profile.points_below_last_year is not None],
        "bare": [row for row in rows if not row.has_yardstick],
    }
    show = request.GET.get("show", "all")
    show = show if show in chosen else "all"
    frozen = is_year_open(document, clock.today())
    context = {
        "document": document,
        "rows": chosen[show],
        "show": show,
        "counts": {key: len(some) for key, some in chosen.items()},
        "frozen": frozen,
        "may_import": request.user.role == Role.OFFICE or (request.user.role in DEPARTMENT_ROLES and not frozen),
    }
    return render(request, "hztargets/pages/plans.html", context)


@for_roles(READERS)
def export(request: SignedInRequest, document_id: int) -> HttpResponse:
    """All goals the user may see, in the columns that the import reads."""
    document = document_or_404(request.user, document_id)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in export_profile_rows(_profiles(request.user, document)):
        writer.writerow({**row, **{column: harmless(row[column]) for column in _TEXT_COLUMNS}})
    response = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="plans-{document.year}.csv"'
    return response


def harmless(text: str) -> str:
    """Text that a spreadsheet does not read as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def _profiles(user: User, document: Document) -> list[ProfileOfGoal]:
    return profiles_of(document, goals_for(user, document))


def _row(profile: ProfileOfGoal) -> PlanLine:
    plan = profile.profile.plan if profile.profile else None
    june = float(plan[JUNE - 1] / plan[-1]) if plan and plan[-1] > 0 and measure_of(profile.goal).adds_up else None
    return PlanLine(profile, june, _has_yardstick(profile))


def _has_yardstick(profile: ProfileOfGoal) -> bool:
    """Cumulative goals need a plan or a past year; without them a light cannot be red early in the year."""
    if not measure_of(profile.goal).adds_up or (profile.profile and profile.profile.plan):
        return True
    return any(is_usable_year(year.values) for year in profile.past_years)

"""The plan of one goal: chart with last year's figures, versions, and the forms for users who may plan."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hztargets import clock
from hztargets.models import Goal, GoalProfile, User
from hztargets.queries.decisions.plans import ProfileOfGoal, is_year_open, profiles_of
from hztargets.services.decisions.plans import set_plan, set_profile_kind, set_reference_year, set_steps
from hztargets.services.errors import NotAllowed, ServiceError
from hztargets.services.permissions import allow
from hztargets.tasks import nudge_delivery
from hztargets.web.access import READERS, SignedInRequest, for_roles, goal_or_404
from hztargets.web.decisions.plans.chart import draw_plan, last_year, plan_months
from hztargets.web.decisions.plans.forms import PastYearForm, PlanForm, initial_plan, initial_year, kinds_for


@for_roles(READERS)
def plan_page(request: SignedInRequest, document_id: int, code: str) -> HttpResponse:
    goal, profile, frozen = _read(request.user, document_id, code)
    if request.method != "POST":
        return _page(request, profile, frozen)
    _check_may_plan(request.user, goal, frozen)
    form = PlanForm(request.POST, goal=goal, frozen=frozen, shown=_shown_version(profile))
    if form.is_valid() and form.is_current() and _set(form, goal, request.user):
        messages.success(request, _("Saved. It stands as version %(number)s.") % {"number": _latest(goal).number})
        return redirect("plan", document_id, code)
    return _page(request, profile, frozen, form=form)


@for_roles(READERS)
def past_year_page(request: SignedInRequest, document_id: int, code: str) -> HttpResponse:
    goal, profile, frozen = _read(request.user, document_id, code)
    if request.method != "POST":
        return redirect("plan", document_id, code)
    _check_may_plan(request.user, goal, frozen)
    form = PastYearForm(request.POST, prefix="past")
    if form.is_valid() and _set_year(form, goal, request.user):
        messages.success(request, _("Saved the figures of %(year)s.") % {"year": form.cleaned_data["year"]})
        return redirect("plan", document_id, code)
    return _page(request, profile, frozen, year_form=form)


def _read(user: User, document_id: int, code: str) -> tuple[Goal, ProfileOfGoal, bool]:
    goal = goal_or_404(user, document_id, code)
    return goal, profiles_of(goal.document, [goal])[0], is_year_open(goal.document, clock.today())


def may_plan(user: User, goal: Goal, frozen: bool) -> bool:
    try:
        allow(user, "plan", goal, frozen=frozen)
    except NotAllowed:
        return False
    return True


def _check_may_plan(user: User, goal: Goal, frozen: bool) -> None:
    try:
        allow(user, "plan", goal, frozen=frozen)
    except NotAllowed as error:
        raise PermissionDenied(error.message) from error


def _shown_version(profile: ProfileOfGoal) -> str:
    """A text that changes with every decision, also when a version is replaced before the year opens."""
    row = profile.profile
    return f"{row.number}:{row.decided_at:%Y%m%d%H%M%S%f}" if row and row.decided_at else str(row.number if row else 0)


def _latest(goal: Goal) -> GoalProfile:
    return goal.profiles.latest("number")


def _set(form: PlanForm, goal: Goal, user: User) -> bool:
    """Stores the chosen plan; False, with the error in the form, when the service refuses it."""
    cleaned = form.cleaned_data
    common: dict[str, Any] = {
        "goal": goal,
        "by": user,
        "now": clock.now(),
        "reason": cleaned["reason"],
        "effective_month": cleaned.get("effective_month"),
    }
    try:
        if cleaned["kind"] == GoalProfile.Kind.PLAN:
            set_plan(values=form.plan(), **common)
        elif cleaned["kind"] == GoalProfile.Kind.STEP:
            set_steps(steps=form.steps(), **common)
        else:
            set_profile_kind(kind=cleaned["kind"], **common)
    except ServiceError as error:
        form.refuse(error)
        return False
    nudge_delivery()
    return True


def _set_year(form: PastYearForm, goal: Goal, user: User) -> bool:
    cleaned = form.cleaned_data
    try:
        set_reference_year(
            goal=goal,
            year=cleaned["year"],
            values=form.values(),
            source=cleaned["source"],
            reason=cleaned["reason"],
            by=user,
            now=clock.now(),
        )
    except ServiceError as error:
        form.refuse(error)
        return False
    nudge_delivery()
    return True


def _other_end(profile: ProfileOfGoal) -> Decimal | None:
    """The last value of the plan, when it is outside the target because the target was changed later."""
    plan, target = profile.profile and profile.profile.plan, profile.target
    if not plan or target.value is None or target.value <= plan[-1] <= (target.value_max or target.value):
        return None
    return Decimal(plan[-1])


def _page(
    request: SignedInRequest,
    profile: ProfileOfGoal,
    frozen: bool,
    *,
    form: PlanForm | None = None,
    year_form: PastYearForm | None = None,
) -> HttpResponse:
    goal, document = profile.goal, profile.goal.document
    context: dict[str, Any] = {
        "document": document,
        "goal": goal,
        "profile": profile,
        "frozen": frozen,
        "may_plan": may_plan(request.user, goal, frozen),
        "is_lead": request.user.department_id == goal.lead_id,
        "kinds": kinds_for(goal),
        "chart": draw_plan(profile),
        "months": plan_months(profile),
        "last": last_year(profile),
        "other_end": _other_end(profile),
        "versions": list(goal.profiles.select_related("decided_by").order_by("-number")),
    }
    if context["may_plan"]:
        initial = initial_year(document, profile.past_years, request.GET.get("year", ""))
        context["form"] = form or PlanForm(
            initial=initial_plan(profile.profile), goal=goal, frozen=frozen, shown=_shown_version(profile)
        )
        context["year_form"] = year_form or PastYearForm(initial=initial, prefix="past")
        context["year_open"] = year_form is not None or "year" in request.GET
    return render(request, "hztargets/pages/plan.html", context)

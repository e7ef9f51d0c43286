"""Changing a goal's target during the year: the office's form, and what the goal page shows of it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets import clock
from hztargets.domain.measures import measure_of
from hztargets.messages import month_name
from hztargets.models import Goal, GoalVersion, Role, User
from hztargets.services.decisions.targets import revise_goal
from hztargets.services.errors import ServiceError
from hztargets.tasks import nudge_delivery
from hztargets.web.access import SignedInRequest, for_roles, goal_or_404
from hztargets.web.decisions.form import DecisionForm, month_field, reason_field
from hztargets.web.filing.form import FigureField


class RevisionForm(DecisionForm):
    value = FigureField(label=gettext_lazy("New target"))
    value_max = FigureField(label=gettext_lazy("Upper end"))
    effective_month = month_field()
    reason = reason_field()

    def __init__(self, *args: Any, goal: Goal, versions: Sequence[GoalVersion], **kwargs: Any) -> None:
        super().__init__(*args, shown=str(versions[-1].number), **kwargs)
        if versions[-1].value_max is None:
            del self.fields["value_max"]
        else:
            self.fields["value"].label = _("Lower end")
        self.offer_months(goal.document, after=versions[-1].effective_month)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("value", "value_max"):
            if name in cleaned and cleaned[name] is None:
                self.add_error(name, forms.ValidationError(_("Enter a number."), code="required"))
        return cleaned


@for_roles([Role.OFFICE])
def revise_page(request: SignedInRequest, document_id: int, code: str) -> HttpResponse:
    goal = goal_or_404(request.user, document_id, code)
    versions = list(goal.versions.order_by("number"))
    form = revision_form(request.user, goal, versions)
    if form is None:
        return redirect("goal", document_id, code)
    if request.method == "POST":
        form = RevisionForm(request.POST, goal=goal, versions=versions)
        if form.is_valid() and form.is_current() and _revise(form, goal, request.user):
            month = month_name(form.cleaned_data["effective_month"])
            messages.success(request, _("The target is changed from %(month)s on.") % {"month": month})
            return redirect("goal", document_id, code)
    context = {"document": goal.document, "goal": goal, "form": form, "target": versions[-1], "versions": versions}
    return render(request, "hztargets/pages/revise.html", context)


def revision_form(user: User, goal: Goal, versions: list[GoalVersion]) -> RevisionForm | None:
    """Empty, for those who may change this goal's target; None for others, and for milestones, which have no figure."""
    if user.role != Role.OFFICE or measure_of(goal).is_milestone or not versions:
        return None
    return RevisionForm(goal=goal, versions=versions)


def _revise(form: RevisionForm, goal: Goal, user: User) -> bool:
    """False with the reason in the form when it was refused."""
    cleaned = form.cleaned_data
    try:
        revise_goal(
            goal=goal,
            value=cleaned["value"],
            value_max=cleaned.get("value_max"),
            effective_month=cleaned["effective_month"] or 0,
            reason=cleaned["reason"],
            by=user,
            now=clock.now(),
        )
    except ServiceError as error:
        form.refuse(error)
        return False
    nudge_delivery()
    return True

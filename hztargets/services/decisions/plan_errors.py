"""Sentences for what speaks against a plan. `field` is the month's column (m1 … m12) where one month is to blame."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from hztargets.domain.plans import PlanRefusal
from hztargets.services.decisions.conditions import InvalidDecision


class InvalidPlan(InvalidDecision):
    """The profile or the past year cannot be stored."""


_SENTENCES: dict[str, Callable[[], str]] = {
    "no_plan_for_measure": lambda: _("Only cumulative goals, levels and shares have a monthly plan."),
    "no_target": lambda: _("The goal has no figure yet; set its target before planning it."),
    "not_twelve": lambda: _("Give twelve values, one a month; there are %(count)s."),
    "no_steps": lambda: _("Give at least one batch with its month."),
    "month_unknown": lambda: _("There is no month %(given)s; months are 1 to 12."),
    "nothing_known": lambda: _("Give at least one month's value."),
    "not_a_number": lambda: _("Month %(month)s: “%(value)s” is not a number."),
    "too_long": lambda: _("Month %(month)s: %(value)s has more than 14 digits before the point. Check the unit."),
    "too_many_decimals": lambda: _("Month %(month)s: %(value)s has more than 6 decimals."),
    "negative": lambda: _("Month %(month)s: a cumulative value cannot be negative; you entered %(value)s."),
    "falling": lambda: _(
        "Month %(month)s: %(value)s is below the %(previous)s of month %(previous_month)s. "
        "Enter totals since January; they never fall."
    ),
    "wrong_end": lambda: _("Month %(month)s: the plan ends at %(value)s, but the target in force is %(target)s."),
}


_FIELDS = {"no_plan_for_measure": "kind", "no_target": "target"}


def invalid_plan(refusal: PlanRefusal) -> InvalidPlan:
    facts = {**refusal.facts, "month": str(refusal.month)}
    field = _FIELDS.get(refusal.code, "values") if refusal.month is None else f"m{refusal.month}"
    return InvalidPlan(refusal.code, _SENTENCES[refusal.code]() % facts, field)

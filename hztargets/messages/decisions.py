"""Why a decision is refused: a plan, a past year, a revised target or a new set of rules."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "decision_without_reason": _("Give a reason; it is kept with the decision."),
    "month_unknown": _("Give the month from which the change takes effect, 1 to 12."),
    "month_closed": _(
        "Month %(month)s is closed and its lights stand. Choose a later month to take effect, or reopen it first."
    ),
    "year_not_open": _("The year has not begun: the profile takes effect from January."),
    "no_plan_for_measure": _("Only cumulative goals, levels and shares have a monthly plan."),
    "no_target": _("The goal has no figure yet; set its target before planning it."),
    "not_twelve": _("Give twelve values, one a month; there are %(count)s."),
    "month_empty": _("Empty; write what is to be reached by the month’s end."),
    "no_steps": _("Give at least one batch with its month."),
    "no_such_month": _("There is no month %(month)s; months are 1 to 12."),
    "nothing_known": _("Give at least one month's value."),
    "plan_not_a_number": _("Month %(month)s: “%(value)s” is not a number."),
    "plan_too_long": _("Month %(month)s: %(value)s has more than 14 digits before the point. Check the unit."),
    "plan_too_fine": _("Month %(month)s: %(value)s has more than 6 decimals."),
    "plan_negative": _("Month %(month)s: a cumulative value cannot be negative; you entered %(value)s."),
    "plan_falling": _(
        "Month %(month)s: %(value)s is below the %(previous)s of month %(previous_month)s. "
        "Enter totals since January; they never fall."
    ),
    "wrong_end": _("Month %(month)s: the plan ends at %(value)s, but the target in force is %(target)s."),
    "unchanged": _("These values already stand."),
    "kind_needs_values": _("Choose automatic, even pace, working days or past years."),
    "kind_without_values": _("Kind %(kind)s has no monthly values; empty m1 to m12."),
    "no_profile": _("Milestones and comparisons have no course of the year to choose."),
    "no_history": _("Enter a past year of this cumulative goal first: December and at least two other months."),
    "year_not_past": _("Give one of the %(count)s years up to %(year)s."),
    "past_year_closed": _(
        "Month %(month)s is closed and its lights rest on the past years as they are. "
        "Set a plan from a later month on instead, or reopen it first."
    ),
    "goal_not_in_document": _("%(code)s is not a goal of this document; use a code of the export."),
    "unit_differs": _("The goal counts in %(unit)s, the table in “%(found)s”; convert the values."),
    "target_differs": _("The target in force is %(target)s, the table was made for %(found)s; export it again."),
    "reason_repeated": _("This is the reason of the last change; say why it changes now."),
    "milestone_has_no_figure": _("A milestone has a day, not a figure to revise."),
    "target_unchanged": _("The target already is %(value)s %(unit)s."),
    "target_is_figure": _("The target is one figure; a range cannot replace it."),
    "target_is_range": _("The target is a range; enter both of its ends."),
    "range_reversed": _("The upper end must be above the lower one, %(value)s."),
    "target_unfit": _(
        "“%(value)s” is not a number the system can hold: at most 14 digits before the point and 6 after."
    ),
    "target_negative": _("A cumulative target cannot be negative; you entered %(value)s."),
    "not_after_last": _("The target in force took effect in month %(month)s; a revision takes effect in a later one."),
    "rules_name_too_long": _("The name of the rules is longer than %(length)s characters."),
}

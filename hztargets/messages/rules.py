"""Why a set of rules or a worked case, given as JSON or in the form, cannot be used."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "below_minimum": _("%(field)s: must be at least %(low)s"),
    "date_expected": _("%(field)s: expected a date like 2024-06-30, got %(got)s"),
    "field_missing": _("%(field)s: missing"),
    "flag_expected": _("%(field)s: expected true or false, got %(got)s"),
    "four_shares_expected": _("%(field)s: expected four shares, got %(got)s"),
    "input_missing": _('input: missing; a case has the form {"id": …, "input": {…}}'),
    "list_expected": _("%(field)s: expected a list, got %(got)s"),
    "milestone_due_missing": _("%(field)s: missing, a milestone needs due or by"),
    "milestone_year_missing": _("%(field)s: missing; the milestone's due date depends on it, give year or today"),
    "misspelt_field": _("%(field)s: unknown field; did you mean %(suggestion)s?"),
    "number_below": _("%(field)s: expected a number of at least %(low)s, got %(got)s"),
    "number_expected": _("%(field)s: expected a number, got %(got)s"),
    "number_too_large": _("%(field)s: too large"),
    "object_expected": _("%(field)s: expected an object, got %(got)s"),
    "quantile_outside_range": _("The quantile of the interval must lie between 50 and 100 percent."),
    "red_before_amber": _("Red must be reached after amber."),
    "shares_not_rising": _("The shares must rise from quarter to quarter."),
    "shares_outside_range": _(
        "The smallest share must lie above 0 and below the largest share, and that below 100 percent."
    ),
    "text_expected": _("%(field)s: expected a text, got %(got)s"),
    "twelve_values_expected": _("%(field)s: expected twelve values, got %(count)s"),
    "unknown_choice": _("%(field)s: expected one of %(choices)s, got %(got)s"),
    "unknown_field": _("%(field)s: unknown field"),
    "whole_number_below": _("%(field)s: expected a whole number of at least %(low)s, got %(got)s"),
    "whole_number_expected": _("%(field)s: expected a whole number from %(low)s to %(high)s, got %(got)s"),
}

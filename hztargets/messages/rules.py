"""Why a set of rules or a worked case, given as JSON or in the form, cannot be used."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "below_minimum": _("Must be at least %(low)s."),
    "date_expected": _("Expected a date like 2024-06-30, got %(got)s."),
    "field_missing": _("Missing; fill it in."),
    "flag_expected": _("Expected true or false, got %(got)s."),
    "four_shares_expected": _("Expected four shares, got %(got)s."),
    "input_missing": _('Missing; a case has the form {"id": …, "input": {…}}.'),
    "list_expected": _("Expected a list, got %(got)s."),
    "milestone_due_missing": _("Missing, a milestone needs due or by."),
    "milestone_year_missing": _("Missing; the milestone's due date depends on it, give year or today."),
    "misspelt_field": _("Unknown field; did you mean %(suggestion)s?"),
    "number_below": _("Expected a number of at least %(low)s, got %(got)s."),
    "number_expected": _("Expected a number, got %(got)s."),
    "number_too_large": _("The number is too large."),
    "object_expected": _("Expected an object, got %(got)s."),
    "quantile_outside_range": _("The quantile of the interval must lie between 50 and 100 percent."),
    "red_before_amber": _("Red must be reached after amber."),
    "shares_not_rising": _("The shares must rise from quarter to quarter."),
    "shares_outside_range": _(
        "The smallest share must lie above 0 and below the largest share, and that below 100 percent."
    ),
    "text_expected": _("Expected a text, got %(got)s."),
    "twelve_values_expected": _("Expected twelve values, got %(count)s."),
    "unknown_choice": _("Expected one of %(choices)s, got %(got)s."),
    "unknown_field": _("This field is not known; remove it."),
    "whole_number_below": _("Expected a whole number of at least %(low)s, got %(got)s."),
    "whole_number_expected": _("Expected a whole number from %(low)s to %(high)s, got %(got)s."),
}

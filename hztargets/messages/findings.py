"""What the checks find in a report, and figures that cannot be read. Each sentence says what to do."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "value_missing": _("Enter the figure, or tick “no progress this month”."),
    "negative": _("A cumulative figure cannot be negative; you entered %(value)s."),
    "falling": _(
        "The cumulative figure %(value)s is below the %(previous)s approved for month %(month)s. "
        "Enter the total since January; if the earlier figure was wrong, tick “restated”."
    ),
    "above_later": _(
        "The cumulative figure %(value)s is above the %(later)s approved for month %(month)s. "
        "Check it; if the later figure is wrong, correct that one."
    ),
    "outside_percent": _("A percentage lies between 0 and 100; you entered %(value)s."),
    "count_has_decimals": _("%(value)s is not a whole number, and this goal counts whole things."),
    "comparator_missing": _("Enter the figure it is compared with, too."),
    "milestone_empty": _("Enter the day it was done, the day you expect, or the percentage done."),
    "done_in_future": _("%(day)s has not come yet. Enter it as the day you expect, not as the day it was done."),
    "unit_slip": _("%(value)s does not fit this goal's other figures. Check the unit."),
    "same_again": _("%(value)s has stood unchanged since month %(month)s."),
    "slow_month": _(
        "%(added)s more than the last report: less than half of the %(average)s a month "
        "averaged over the first %(months)s months."
    ),
    "fast_month": _(
        "%(added)s more than the last report: more than three times the %(average)s a month "
        "averaged over the first %(months)s months."
    ),
    "level_jump": _("%(value)s after %(previous)s: more than three times the largest change this year, %(largest)s."),
    "rate_far_off": _(
        "%(value)s is more than ten times the target and the last report, of which the larger is %(largest)s."
    ),
    "too_fine": _("%(value)s has more decimals than the %(decimals)s this goal is kept with."),
    "empty_words": _("“%(text)s” says nothing. Write what was done or what stands in the way, with numbers."),
    "cause_missing": _("With this report the light turns %(colour)s. Say what the cause is."),
    "remedy_missing": _("With this report the light turns %(colour)s. Say what is being done about it."),
    "expected_missing": _("With this report the light turns %(colour)s. Enter the day you expect to be there."),
    "expected_past": _("%(day)s is already over. Enter the day you expect it now."),
    "empty": _("Enter the figure, or tick “no progress this month”."),
    "not_a_number": _("“%(text)s” is not a number. Enter digits only, such as 1234.5."),
    "too_long": _("“%(text)s” has more than 15 digits. Check the unit."),
    "wrong_unit": _("“%(text)s” has another unit than this goal. Enter the number alone, counted in %(unit)s."),
    "two_readings": _(
        "“%(text)s” can be read as %(first)s %(unit)s or as %(second)s %(unit)s. Enter one of the two numbers."
    ),
}

HINTS: dict[str, str] = {
    "": _("Did you mean “%(suggestion)s”?"),
    "digit": _("Was a digit left out, and is it “%(suggestion)s”?"),
    "unit": _("In the goal's unit it would be “%(suggestion)s”."),
    "month": _("If that is the month's own figure, the total would be “%(suggestion)s”."),
    "point": _("Is the decimal point in the right place, and is it “%(suggestion)s”?"),
}
"""By `Finding.hint`, added after the finding's own sentence."""

ADVICE = _("Correct it, or explain it in a sentence under “Progress in words”.")
"""For the person who files, added at the end to findings that do not stop the report."""

"""The sentences of the checks: each names the number and says what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from django.utils.translation import gettext as _

from hztargets.domain.checks import Finding
from hztargets.domain.numbers import NumberError, plain

_Sentence = Callable[[], str]

_SHOWN = 40
"""Characters of a rejected text that are repeated."""

FINDINGS: dict[str, _Sentence] = {
    "value_missing": lambda: _("Enter the figure, or tick “no progress this month”."),
    "negative": lambda: _("A cumulative figure cannot be negative; you entered %(value)s."),
    "falling": lambda: _(
        "The cumulative figure %(value)s is below the %(previous)s approved for month %(month)s. "
        "Enter the total since January; if the earlier figure was wrong, tick “restated”."
    ),
    "above_later": lambda: _(
        "The cumulative figure %(value)s is above the %(later)s approved for month %(month)s. "
        "Check it; if the later figure is wrong, correct that one."
    ),
    "outside_percent": lambda: _("A percentage lies between 0 and 100; you entered %(value)s."),
    "count_has_decimals": lambda: _("%(value)s is not a whole number, and this goal counts whole things."),
    "comparator_missing": lambda: _("Enter the figure it is compared with, too."),
    "milestone_empty": lambda: _("Enter the day it was done, the day you expect, or the percentage done."),
    "done_in_future": lambda: _(
        "%(day)s has not come yet. Enter it as the day you expect, not as the day it was done."
    ),
    "unit_slip": lambda: _("%(value)s does not fit this goal's other figures. Check the unit."),
    "same_again": lambda: _("%(value)s has stood unchanged since month %(month)s."),
    "slow_month": lambda: _(
        "%(added)s more than the last report: less than half of the %(average)s a month "
        "averaged over the first %(months)s months."
    ),
    "fast_month": lambda: _(
        "%(added)s more than the last report: more than three times the %(average)s a month "
        "averaged over the first %(months)s months."
    ),
    "level_jump": lambda: _(
        "%(value)s after %(previous)s: more than three times the largest change this year, %(largest)s."
    ),
    "rate_far_off": lambda: _(
        "%(value)s is more than ten times the target and the last report, of which the larger is %(largest)s."
    ),
    "too_fine": lambda: _("%(value)s has more decimals than the %(decimals)s this goal is kept with."),
    "empty_words": lambda: _("“%(text)s” says nothing. Write what was done or what stands in the way, with numbers."),
    "cause_missing": lambda: _("With this report the light turns %(colour)s. Say what the cause is."),
    "remedy_missing": lambda: _("With this report the light turns %(colour)s. Say what is being done about it."),
    "expected_missing": lambda: _("With this report the light turns %(colour)s. Enter the day you expect to be there."),
    "expected_past": lambda: _("%(day)s is already over. Enter the day you expect it now."),
}

HINTS: dict[str, _Sentence] = {
    "": lambda: _("Did you mean “%(suggestion)s”?"),
    "digit": lambda: _("Was a digit left out, and is it “%(suggestion)s”?"),
    "unit": lambda: _("In the goal's unit it would be “%(suggestion)s”."),
    "month": lambda: _("If that is the month's own figure, the total would be “%(suggestion)s”."),
    "point": lambda: _("Is the decimal point in the right place, and is it “%(suggestion)s”?"),
}

_NUMBERS: dict[str, _Sentence] = {
    "empty": lambda: _("Enter the figure, or tick “no progress this month”."),
    "not_a_number": lambda: _("“%(text)s” is not a number. Enter digits only, such as 1234.5."),
    "too_long": lambda: _("“%(text)s” has more than 15 digits. Check the unit."),
    "wrong_unit": lambda: _("“%(text)s” has another unit than this goal. Enter the number alone, counted in %(unit)s."),
    "two_readings": lambda: _(
        "“%(text)s” can be read as %(first)s %(unit)s or as %(second)s %(unit)s. Enter one of the two numbers."
    ),
}

_COLOURS: dict[str, _Sentence] = {"red": lambda: _("red"), "amber": lambda: _("amber")}


@dataclass(frozen=True)
class Spoken:
    """A finding in words. `is_hard` ones stop the report, the others need a word in the note."""

    code: str
    is_hard: bool
    field: str
    message: str
    suggestion: Decimal | None = None


def spoken(finding: Finding, *, advise: bool = True) -> Spoken:
    """`advise` tells whoever files what to do; whoever reviews needs only what is conspicuous."""
    facts = dict(finding.facts)
    if "colour" in facts:
        facts["colour"] = _COLOURS[facts["colour"]]()
    sentences = [FINDINGS[finding.code]() % facts]
    if finding.suggestion is not None:
        sentences.append(HINTS[finding.hint]() % {"suggestion": plain(finding.suggestion)})
    if advise and not finding.hard:
        sentences.append(_("Correct it, or explain it in a sentence under “Progress in words”."))
    return Spoken(finding.code, finding.hard, finding.field, reduce(_after, sentences), finding.suggestion)


def _after(first: str, second: str) -> str:
    """Chinese sentences follow each other without a space."""
    return _("%(first)s %(second)s") % {"first": first, "second": second}


def number_refused(error: NumberError) -> str:
    readings = [plain(value) for value in error.readings]
    facts = dict(zip(("first", "second"), readings, strict=False))
    text = error.text if len(error.text) <= _SHOWN else f"{error.text[:_SHOWN]}…"
    return _NUMBERS[error.code]() % {"text": text, "unit": error.unit or _("single ones"), **facts}

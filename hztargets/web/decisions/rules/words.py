"""A rule set in words: the conditions of amber and red, and every constant with its name and unit."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from hztargets.domain.numbers import plain
from hztargets.domain.ruleset import Likelihood, Pace, RuleSet, Threshold
from hztargets.queries.decisions.rules import SHIPPED_RULES
from hztargets.web.decisions.rules.constants import DEFAULTS, GROUPS, UNITS, Constant


@dataclass(frozen=True)
class Value:
    """One constant. `usual` is the value of the specification, if this one differs from it."""

    label: str
    text: str
    usual: str


@dataclass(frozen=True)
class Section:
    title: str
    values: list[Value]
    shared: bool


def rules_title(name: str) -> str:
    """The displayed name of a shipped rule set, which has only a short code; other names are unchanged."""
    titles = {
        "likelihood": _("Likelihood method of the specification"),
        "ten_to_thirty_points": _("10–30 points behind amber, over 30 red"),
        "up_to_half_below": _("Up to half below schedule amber, beyond red"),
        "eighty_sixty": _("Amber below 80%, red below 60% (of schedule)"),
        "two_ambers": _("Amber below 80%, red below 60%; two ambers running become red"),
        "growth_and_comparator": _("Growth against plan and comparator"),
        "quarterly_table": _("Quarterly table, 10–30 points amber, over 30 red"),
    }
    return titles[name] if name in SHIPPED_RULES else name


def method_word(method: str) -> str:
    return {"likelihood": _("Likelihood"), "pace": _("Pace")}[method]


def sentences(rules: RuleSet) -> list[str]:
    """The rule as sentences, in the style of an official notice."""
    return list(_pace(rules.pace) if rules.method == "pace" else _likelihood(rules.likelihood))


def sections(rules: RuleSet) -> list[Section]:
    """The constants that the method of the rule set uses."""
    return [
        Section(str(group.title), [_value(constant, rules.likelihood) for constant in group.constants], group.shared)
        for group in GROUPS
        if group.shared or rules.method == "likelihood"
    ]


def _value(constant: Constant, numbers: Likelihood) -> Value:
    stored, usual = getattr(numbers, constant.name), getattr(DEFAULTS, constant.name)
    return Value(str(constant.label), _shown(constant, stored), "" if stored == usual else _shown(constant, usual))


def _shown(constant: Constant, stored: float) -> str:
    number, unit = plain(constant.shown(stored)), str(UNITS[constant.unit])
    return number + unit if unit in ("", "%") else f"{number} {unit}"


def _likelihood(numbers: Likelihood) -> Iterator[str]:
    yield _("A chance of meeting the target is worked out from the gap and from how much the goal usually wobbles.")
    facts = {"red": _percent(numbers.p_red), "strong": _percent(numbers.p_strong), "count": numbers.reds_needed}
    yield (
        _("Red: a chance below %(red)s with a material gap, %(count)s reports running; below %(strong)s one is enough.")
        % facts
    )
    facts = {"green": _percent(numbers.p_green), "leave": _percent(numbers.p_leave_red)}
    yield _("Green: a chance of %(green)s or more, or not behind. Red is left above %(leave)s.") % facts
    yield _("Otherwise amber.")


def _pace(pace: Pace) -> Iterator[str]:
    if pace.basis == "growth":
        yield _("Green: growth at or above both the plan and the comparator.")
        yield _("Amber: growing, but below either. Red: falling.")
    else:
        yield _("Amber: %(bound)s.") % {"bound": _bound(pace.amber, pace.basis)}
        yield _("Red: %(bound)s.") % {"bound": _bound(pace.red, pace.basis)}
    yield _schedule(pace)
    if pace.ambers_needed > 1:
        yield _("Amber only after %(count)s low reports running.") % {"count": pace.ambers_needed}
    if pace.reds_needed > 1:
        yield _("Red only after %(count)s low reports running; until then amber.") % {"count": pace.reds_needed}
    if pace.ambers_to_red:
        yield _("%(count)s ambers running become red.") % {"count": pace.ambers_to_red}


def _bound(threshold: Threshold, basis: str) -> str:
    if basis == "points":
        facts = {"number": plain(Decimal(repr(threshold.value)))}
        if threshold.inclusive:
            return _("%(number)s percentage points or more behind schedule") % facts
        return _("more than %(number)s percentage points behind schedule") % facts
    facts = {"number": plain(Decimal(repr(threshold.value)) * 100)}
    if threshold.inclusive:
        return _("%(number)s%% of the schedule or less") % facts
    return _("less than %(number)s%% of the schedule") % facts


def _percent(share: float) -> str:
    return plain(Decimal(repr(share)) * 100) + "%"


def _schedule(pace: Pace) -> str:
    if pace.schedule == "quarterly":
        shares = " / ".join(_percent(share) for share in pace.quarters)
        return _("Schedule: %(shares)s at the ends of the quarters.") % {"shares": shares}
    if pace.schedule == "plan":
        return _("Schedule: the goal’s plan; without one the year split evenly.")
    return _("Schedule: the year split evenly over twelve months.")

"""From which days a document's months are seen, and by which rules."""

from dataclasses import dataclass
from datetime import date

from hztargets.domain.ruleset import RuleSet
from hztargets.models import Document, Period, RuleSetVersion
from hztargets.queries.rules import rule_sets_in_force


@dataclass(frozen=True, slots=True)
class View:
    """A month as seen on a day, judged by the rules in force for it."""

    period: Period
    day: date
    rule_set: RuleSetVersion
    rules: RuleSet


def views_on(document: Document, as_of: date) -> list[View]:
    """Every period open on `as_of`, each seen then or, if it has settled, on the eve of the next deadline."""
    rule_sets = rule_sets_in_force(document)
    rules = {version.pk: version.to_rules() for version in set(rule_sets.values())}
    return [
        View(period, min(as_of, period.settles_on), rule_sets[period.month], rules[rule_sets[period.month].pk])
        for period in document.periods.filter(opens_on__lte=as_of).order_by("month")
        if period.month in rule_sets
    ]

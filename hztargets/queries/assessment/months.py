"""The months of a document as known on a day, with the rules that assess them."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField

from hztargets.domain.ruleset import RuleSet
from hztargets.models import Document, Period, RuleSetVersion
from hztargets.queries.decisions.rules import rule_sets_in_force
from hztargets.queries.prepared_queries import Parameter, PreparedRows

_PERIODS = PreparedRows(
    Period, lambda rows: rows.filter(document_id=Parameter("document", BigIntegerField())).order_by("month")
)


@dataclass(frozen=True, slots=True)
class MonthAsOf:
    """One month as known on `day`, assessed by the rules in force for it."""

    period: Period
    day: date
    rule_set: RuleSetVersion
    rules: RuleSet


def months_as_of(document: Document, as_of: date) -> list[MonthAsOf]:
    """Every period open on `as_of`, as known then or, if it has settled, on the day before the next deadline."""
    rule_sets = rule_sets_in_force(document)
    rules = {version.pk: version.to_rules() for version in set(rule_sets.values())}
    return [
        MonthAsOf(period, min(as_of, period.settles_on), rule_sets[period.month], rules[rule_sets[period.month].pk])
        for period in _PERIODS.fetch(document=document.pk)
        if period.opens_on <= as_of and period.month in rule_sets
    ]


def openings_after(document: Document, as_of: date) -> list[date]:
    """The days on which further periods open."""
    return [period.opens_on for period in _PERIODS.fetch(document=document.pk) if period.opens_on > as_of]

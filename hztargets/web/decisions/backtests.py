"""The back-test page: compares the lights of the year under two rule sets. Nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from hztargets import clock
from hztargets.domain.backtest import FirstRed, RuleSetOutcome
from hztargets.domain.ruleset import RuleSet
from hztargets.models import Document, Goal, Role, RuleSetVersion, User
from hztargets.queries.assessment.backtest import DocumentBacktest, backtest_document
from hztargets.queries.board.board import COLOURS
from hztargets.queries.catalogue import goals_for
from hztargets.queries.decisions.rules import SHIPPED_RULES, rule_set_versions, rules_named
from hztargets.web.access import SignedInRequest, document_or_404, for_roles
from hztargets.web.decisions.rules.words import rules_title, sentences


@dataclass(frozen=True)
class NamedRules:
    """A rule set with its displayed name."""

    title: str
    rules: RuleSet


@dataclass(frozen=True)
class RedGoal:
    """A goal and the month of its first red; None when it was not red in time."""

    goal: Goal
    month: int | None = None


@dataclass(frozen=True)
class MonthRow:
    """Number of goals by light, in the order of `COLOURS`."""

    month: int
    counts: list[int]


@dataclass(frozen=True)
class RulesColumn:
    """The result of one rule set."""

    letter: str
    title: str
    sentences: list[str]
    changes: int
    false_reds: list[RedGoal]
    caught: list[RedGoal]
    not_caught: list[RedGoal]
    months: list[MonthRow]


@dataclass(frozen=True)
class Comparison:
    result: DocumentBacktest
    columns: list[RulesColumn]
    colours: Sequence[str] = COLOURS


class BacktestForm(forms.Form):
    """Two rule sets by version number or shipped name, as in `manage.py backtest`."""

    a = forms.ChoiceField(required=False)
    b = forms.ChoiceField(required=False)

    def __init__(self, data: Mapping[str, str], choices: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["a"].choices = self.fields["b"].choices = choices  # type: ignore[attr-defined]
        self.fields["a"].label = _("Rule set A")
        self.fields["b"].label = _("Rule set B")


@for_roles([Role.OFFICE])
def backtest_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    versions = rule_set_versions(request.user, document)
    chosen = {"a": request.GET.get("a") or _default(versions), "b": request.GET.get("b") or "ten_to_thirty_points"}
    form = BacktestForm(chosen, rule_choices(versions))
    context = {"document": document, "form": form}
    if form.is_valid() and "a" in request.GET:
        names = [form.cleaned_data["a"], form.cleaned_data["b"]]
        context["comparison"] = compare_rules(request.user, document, [_named_rules(document, name) for name in names])
    return render(request, "hztargets/pages/backtest.html", context)


def compare_rules(user: User, document: Document, candidates: Sequence[NamedRules]) -> Comparison:
    """Assesses the year, as known today, by each rule set. Nothing is written."""
    result = backtest_document(document, [candidate.rules for candidate in candidates], clock.today())
    goals = {goal.code: goal for goal in goals_for(user, document)}
    columns = [
        _column(letter, candidate, outcome, goals)
        for letter, candidate, outcome in zip("AB", candidates, result.backtest.outcomes, strict=True)
    ]
    return Comparison(result, columns)


def rule_choices(versions: Sequence[RuleSetVersion]) -> list[tuple[str, str]]:
    """The document's versions, newest first, then the shipped rule sets."""
    own = [(str(version.version), version_title(version)) for version in versions]
    return [*own, *((name, _("Example: %(name)s") % {"name": rules_title(name)}) for name in SHIPPED_RULES)]


def version_title(version: RuleSetVersion) -> str:
    return _("Version %(number)s: %(name)s") % {"number": version.version, "name": rules_title(version.name)}


def _default(versions: Sequence[RuleSetVersion]) -> str:
    return str(versions[0].version) if versions else "likelihood"


def _named_rules(document: Document, name: str) -> NamedRules:
    rules = rules_named(document, name)
    if rules is None:
        raise LookupError(name)  # the form offers only names that exist
    if name in SHIPPED_RULES:
        return NamedRules(rules_title(name), rules)
    return NamedRules(_("Version %(number)s: %(name)s") % {"number": name, "name": rules_title(rules.name)}, rules)


def _column(letter: str, candidate: NamedRules, outcome: RuleSetOutcome, goals: Mapping[str, Goal]) -> RulesColumn:
    def named(reds: Sequence[FirstRed]) -> list[RedGoal]:
        return [RedGoal(goals[red.code], red.month) for red in reds]

    return RulesColumn(
        letter=letter,
        title=candidate.title,
        sentences=sentences(candidate.rules),
        changes=outcome.changes,
        false_reds=named(outcome.false_reds),
        caught=named(outcome.caught),
        not_caught=[RedGoal(goals[code]) for code in outcome.not_caught],
        months=[_month(month, outcome.lights[month]) for month in outcome.lights],
    )


def _month(month: int, lights: Mapping[str, int]) -> MonthRow:
    return MonthRow(month, [lights.get(colour, 0) for colour in COLOURS])

"""Forms of a goal's plan, and of the figures of an earlier year."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from hztargets.domain.measures import measure_of
from hztargets.domain.numbers import plain
from hztargets.domain.problems import Problem
from hztargets.messages import month_name, sentence
from hztargets.models import Document, Goal, GoalProfile, ReferenceYear
from hztargets.web.decisions.form import MONTHS, DecisionForm, month_field, reason_field
from hztargets.web.filing.form import FigureField

_ALL_KINDS = {
    "plan": gettext_lazy("Month by month: the total to be reached by the end of each month"),
    "step": gettext_lazy("In batches: only in the months in which a batch falls due, the total then due"),
    "history": gettext_lazy("Like past years"),
    "linear": gettext_lazy("Even pace: a twelfth each month"),
    "working_day": gettext_lazy("By working days"),
    "auto": gettext_lazy("Automatic: past years if they are known, else even pace"),
}


class MonthsForm(DecisionForm):
    """Twelve figures in the fields `m1` … `m12`; an empty field is None."""

    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({f"m{month}": FigureField(label=month_name(month)) for month in MONTHS})

    @property
    def months(self) -> list[forms.BoundField]:
        return [self[f"m{month}"] for month in MONTHS]

    def values(self) -> list[Decimal | None]:
        return [self.cleaned_data[f"m{month}"] for month in MONTHS]


class PlanForm(MonthsForm):
    """Monthly figures are used only for the kinds plan and batches."""

    kind = forms.ChoiceField(label=gettext_lazy("How the year is to run"), widget=forms.RadioSelect)
    effective_month = month_field()

    def __init__(self, *args: Any, goal: Goal, frozen: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds_for(goal)  # type: ignore[attr-defined]
        if frozen:
            self.offer_months(goal.document)
        else:
            del self.fields["effective_month"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == GoalProfile.Kind.PLAN:
            for month in MONTHS:
                if f"m{month}" in cleaned and cleaned[f"m{month}"] is None:
                    self.add_error(f"m{month}", sentence(Problem("month_empty")))
        return cleaned

    def plan(self) -> list[Decimal]:
        return [value for value in self.values() if value is not None]

    def steps(self) -> dict[int, Decimal]:
        return {month: value for month, value in enumerate(self.values(), start=1) if value is not None}


class PastYearForm(MonthsForm):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1, max_value=9999, widget=forms.TextInput)
    source = forms.CharField(label=gettext_lazy("Where the figures are from"), required=False, max_length=300)


def kinds_for(goal: Goal) -> list[tuple[str, Any]]:
    """The kinds of profile that suit the goal's measure; none for milestones and comparisons."""
    return [(kind, _ALL_KINDS[kind]) for kind in measure_of(goal).profiles]


def initial_plan(profile: GoalProfile | None) -> dict[str, Any]:
    if profile is None:
        return {"kind": "auto"}
    values = list(profile.plan or [])
    if profile.kind == GoalProfile.Kind.STEP:
        return {"kind": profile.kind, **_figures(_rises(values))}
    return {"kind": profile.kind, **_figures(values)}


def initial_year(document: Document, rows: Sequence[ReferenceYear], chosen: str) -> dict[str, Any]:
    """The chosen year, else last year, with its known figures."""
    year = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) <= 4 else document.year - 1
    row = next((row for row in rows if row.year == year), None)
    return {"year": year, **({"source": row.source, **_figures(row.values)} if row else {})}


def _rises(values: Sequence[Decimal]) -> list[Decimal | None]:
    """The total of a batch, only in the month in which it is due; None in other months."""
    before = [Decimal(0), *values]
    return [value if value != previous else None for previous, value in zip(before, values, strict=False)]


def _figures(values: Sequence[Decimal | None]) -> dict[str, str]:
    return {f"m{month}": plain(value) for month, value in enumerate(values, start=1) if value is not None}

"""The form of a new rule set. Percentages are entered as 80 and stored as 0.8; points are entered and stored as 10."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets.domain.numbers import plain
from hztargets.domain.ruleset import RuleError, RuleSet
from hztargets.messages import sentence
from hztargets.web.decisions.form import DecisionForm, month_field, reason_field
from hztargets.web.decisions.rules.constants import CONSTANTS, GROUPS, UNITS, WHOLE, Constant
from hztargets.web.filing.form import FigureField

_METHODS = [("pace", gettext_lazy("Pace")), ("likelihood", gettext_lazy("Likelihood"))]
_BASES = [
    ("points", gettext_lazy("percentage points behind schedule")),
    ("ratio", gettext_lazy("done as a percentage of the schedule")),
    ("growth", gettext_lazy("growth against plan and comparator (no thresholds)")),
]
_SCHEDULES = [
    ("linear", gettext_lazy("the year split evenly")),
    ("plan", gettext_lazy("the goal’s plan")),
    ("quarterly", gettext_lazy("a table by quarter")),
]
_QUARTERS = ("q1", "q2", "q3", "q4")
_HUNDRED = Decimal(100)
_FIELDS = {
    "pace.red": "red",
    "pace.quarters": "q1",
    "likelihood.share_low": "share_low",
    "likelihood.interval_quantile": "interval_quantile",
}
"""The form's field for a field of the rules; other problems are shown above the form."""


class NeededFigureField(FigureField):
    """A required number from `low` to `high`; a whole number if `whole`."""

    def __init__(self, *, high: int, low: int = 0, whole: bool = False, **options: Any) -> None:
        self.low, self.high, self.whole = low, high, whole
        super().__init__(**options)

    def clean(self, value: Any) -> Decimal:
        number = super().clean(value)
        if number is None:
            raise forms.ValidationError(_("Enter a number."), code="required")
        if self.whole and number != int(number):
            raise forms.ValidationError(_("Enter a whole number."), code="not_whole")
        if not self.low <= number <= self.high:
            message = _("Enter a number from %(low)s to %(high)s.") % {"low": self.low, "high": self.high}
            raise forms.ValidationError(message, code="out_of_range")
        return number


def _share(label: Any, high: int = 100) -> NeededFigureField:
    return NeededFigureField(label=label, high=high)


def _running(label: Any, low: int) -> NeededFigureField:
    return NeededFigureField(label=label, low=low, high=12, whole=True)


class RulesForm(DecisionForm):
    """Fields of the likelihood method have the names of the constants; fields of the pace method are declared here."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, error_messages={"required": gettext_lazy("Give the rules a name.")}
    )
    method = forms.ChoiceField(label=gettext_lazy("Method"), choices=_METHODS)
    basis = forms.ChoiceField(label=gettext_lazy("Compared by"), choices=_BASES)
    amber = _share(gettext_lazy("Amber from"), high=1000)
    amber_inclusive = forms.BooleanField(label=gettext_lazy("the value itself counts"), required=False)
    red = _share(gettext_lazy("Red from"), high=1000)
    red_inclusive = forms.BooleanField(label=gettext_lazy("the value itself counts"), required=False)
    pace_reds_needed = _running(gettext_lazy("Reports in a row before red"), low=1)
    ambers_needed = _running(gettext_lazy("Reports in a row before amber"), low=1)
    ambers_to_red = _running(gettext_lazy("Ambers running that become red (0: never)"), low=0)
    schedule = forms.ChoiceField(label=gettext_lazy("Schedule compared with"), choices=_SCHEDULES)
    q1 = _share(gettext_lazy("End of March"))
    q2 = _share(gettext_lazy("End of June"))
    q3 = _share(gettext_lazy("End of September"))
    q4 = _share(gettext_lazy("End of December"))
    effective_month = month_field()
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update({name: _field_of(constant) for name, constant in CONSTANTS.items()})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                RuleSet.from_data(self.data_of(cleaned))
            except RuleError as error:
                self.add_error(*_place(error))
        return cleaned

    def rules(self) -> RuleSet:
        return RuleSet.from_data(self.data_of(self.cleaned_data))

    def data_of(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        scale = _HUNDRED if cleaned["basis"] == "ratio" else Decimal(1)
        pace = {
            **{name: cleaned[name] for name in ("basis", "schedule")},
            **{name: _threshold(cleaned, name, scale) for name in ("amber", "red")},
            **{name: int(cleaned[name]) for name in ("ambers_needed", "ambers_to_red")},
            "reds_needed": int(cleaned["pace_reds_needed"]),
            "quarters": [float(cleaned[name] / _HUNDRED) for name in _QUARTERS],
        }
        numbers = {name: constant.stored(cleaned[name]) for name, constant in CONSTANTS.items()}
        return {"name": cleaned["name"], "method": cleaned["method"], "pace": pace, "likelihood": numbers}

    def groups(self) -> Iterator["FieldGroup"]:
        for group in GROUPS:
            rows = [FieldRow(self[constant.name], UNITS[constant.unit]) for constant in group.constants]
            yield FieldGroup(group.title, group.shared, rows, any(row.field.errors for row in rows))


@dataclass(frozen=True)
class FieldRow:
    field: forms.BoundField
    unit: Any


@dataclass(frozen=True)
class FieldGroup:
    title: Any
    shared: bool
    rows: list[FieldRow]
    is_wrong: bool


def initial_of(rules: RuleSet) -> dict[str, Any]:
    """Initial values of the form, in the units shown."""
    pace = rules.pace
    scale = _HUNDRED if pace.basis == "ratio" else Decimal(1)
    return {
        "name": rules.name,
        "method": rules.method,
        "basis": pace.basis,
        "schedule": pace.schedule,
        "amber": _text(Decimal(repr(pace.amber.value)) * scale),
        "amber_inclusive": pace.amber.inclusive,
        "red": _text(Decimal(repr(pace.red.value)) * scale),
        "red_inclusive": pace.red.inclusive,
        "pace_reds_needed": pace.reds_needed,
        "ambers_needed": pace.ambers_needed,
        "ambers_to_red": pace.ambers_to_red,
        **{name: _text(Decimal(repr(share)) * 100) for name, share in zip(_QUARTERS, pace.quarters, strict=True)},
        **{name: _text(one.shown(getattr(rules.likelihood, name))) for name, one in CONSTANTS.items()},
    }


def _field_of(constant: Constant) -> NeededFigureField:
    whole = constant.unit in WHOLE
    return NeededFigureField(label=constant.label, low=constant.low, high=constant.high, whole=whole)


def _threshold(cleaned: Mapping[str, Any], name: str, scale: Decimal) -> dict[str, Any]:
    return {"value": float(cleaned[name] / scale), "inclusive": cleaned[f"{name}_inclusive"]}


def _text(number: Decimal) -> str:
    return plain(number)


def _place(error: RuleError) -> tuple[str | None, str]:
    """The form's field and the sentence of the error."""
    return _FIELDS.get(error.problem.field), sentence(error.problem)

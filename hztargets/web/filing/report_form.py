"""The form of the filing page. It checks shape only; whether a report holds is the services' to say."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets.domain.numbers import NumberError, plain, read_figure
from hztargets.messages import sentence
from hztargets.models import Goal, Report
from hztargets.services.errors import ServiceError
from hztargets.services.filing.content import ReportContent, unit_of
from hztargets.services.filing.previews import Preview

_WRONG_DAY = {"invalid": gettext_lazy("Enter a day such as 2024-08-12.")}


class FigureField(forms.CharField):
    """A figure the way clerks type it; what was typed stays in the field when it cannot be read.

    `understood` says how the last text was read, unless it was typed plainly.
    """

    unit = ""
    understood = ""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "figure"})
        super().__init__(required=False, max_length=40, widget=widget, **options)

    def clean(self, value: Any) -> Decimal | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            figure = read_figure(text, self.unit)
        except NumberError as error:
            raise forms.ValidationError(sentence(error.problem), code=error.problem.code) from error
        self.understood = figure.understood
        return figure.value


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, error_messages=_WRONG_DAY)


def _words(label: Any, rows: int = 2) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}))


class ReportForm(forms.Form):
    """A report for one goal and month. `revision` is the one the clerk saw, 0 for a new report."""

    value = FigureField()
    comparator = FigureField()
    is_nil = forms.BooleanField(label=gettext_lazy("No progress this month"), required=False)
    is_restated = forms.BooleanField(label=gettext_lazy("Restated: corrects an approved figure"), required=False)
    done_on = _day(gettext_lazy("Done on"))
    note = _words(gettext_lazy("Progress in words"))
    cause = _words(gettext_lazy("Cause, if behind"))
    remedy = _words(gettext_lazy("What is being done about it"))
    expected_on = _day(gettext_lazy("Expected to be reached on"))
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, *args: Any, goal: Goal, may_restate: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: list[str] = []
        self.goal = goal
        self.fields["value"].label = value_label(goal)
        for name in ("value", "comparator"):
            figure = self.fields[name]
            assert isinstance(figure, FigureField)
            figure.unit = unit_of(goal)
        self.fields["comparator"].label = goal.comparator or _("The figure it is compared with")
        for name in _unused(goal, may_restate):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_nil") and cleaned.get("value") is not None:
            self.add_error("is_nil", _("Enter a figure or tick “no progress this month”, not both."))
        return cleaned

    def content(self) -> ReportContent:
        names = ReportContent.__dataclass_fields__.keys() & self.cleaned_data.keys()
        return ReportContent(**{name: self.cleaned_data[name] for name in names})

    def refuse(self, refusal: ServiceError) -> None:
        """Shows all a service refuses, each beside the field it names, or above the form."""
        for error in refusal.every:
            self.add_error(error.field if error.field in self.fields else None, error.message)

    def show_warnings(self, preview: Preview) -> None:
        """Puts warnings that a note explains beside the figure; the clerk has then seen them."""
        self.warnings = [sentence(finding) for finding in preview.findings if not finding.hard]
        self.resend(seen=preview.warned_of)

    def resend(self, **hidden: object) -> None:
        """The form comes back with what was typed, but with these hidden fields."""
        self.data = {**dict(self.data.items()), **hidden}

    @property
    def understood(self) -> str:
        """How the figure was read; empty when it was typed plainly."""
        figure = self.fields["value"]
        return figure.understood if isinstance(figure, FigureField) else ""


def value_label(goal: Goal) -> str:
    """What to enter, in the words of the goal's measure."""
    labels = {
        Goal.Measure.CUMULATIVE: _("Total since January"),
        Goal.Measure.LEVEL: _("Value at the end of the month"),
        Goal.Measure.SHARE: _("Share at the end of the month"),
        Goal.Measure.GROWTH: _("Growth since January against last year"),
        Goal.Measure.RELATIVE: _("Own rate"),
        Goal.Measure.MILESTONE: _("Done so far, in percent"),
    }
    return labels[Goal.Measure(goal.measure)]


def _unused(goal: Goal, may_restate: bool) -> list[str]:
    unused = [] if goal.measure == Goal.Measure.RELATIVE else ["comparator"]
    if goal.measure != Goal.Measure.MILESTONE:
        unused.append("done_on")
    return unused if may_restate else [*unused, "is_restated"]


def initial_of(report: Report | None) -> dict[str, Any]:
    """What the report already says; dates and texts as they are, figures without separators."""
    if report is None:
        return {"revision": 0}
    plain = ("is_nil", "is_restated", "note", "cause", "remedy", "revision")
    days: dict[str, date | None] = {"done_on": report.done_on, "expected_on": report.expected_on}
    figures = {"value": _plain(report.value), "comparator": _plain(report.comparator)}
    return {**{name: getattr(report, name) for name in plain}, **days, **figures}


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain(value)

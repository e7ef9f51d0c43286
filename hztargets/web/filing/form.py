"""The form of a report. It checks only the shape of the input; the services decide whether a report is acceptable."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets.domain.measures import measure_of
from hztargets.domain.numbers import NumberError, plain, read_figure
from hztargets.domain.report_fields import BY_NAME, MAX_TEXT, TEXTS, ReportContent, ReportField, fields_for
from hztargets.domain.sheets.cells import Kind
from hztargets.messages import sentence, word
from hztargets.models import Goal, Report
from hztargets.services.errors import ServiceError
from hztargets.services.filing.content import unit_of
from hztargets.services.filing.previews import Preview

_WRONG_DAY = {"invalid": gettext_lazy("Enter a day such as 2024-08-12.")}


class FigureField(forms.CharField):
    """A figure the way clerks type it; what was typed stays in the field when it cannot be read.

    `understood` says how the last text was read, unless it was typed plainly.
    """

    understood = ""

    def __init__(self, *, unit: str = "", **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "figure"})
        super().__init__(required=False, max_length=40, widget=widget, **options)
        self.unit = unit

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


def _form_field(row: ReportField, goal: Goal) -> forms.Field:
    if row.kind is Kind.NUMBER:
        return FigureField(label=_figure_label(row.name, goal), unit=unit_of(goal))
    label = word(f"form.{row.name}")
    if row.kind is Kind.TRUTH:
        return forms.BooleanField(label=label, required=False)
    if row.kind is Kind.DAY:
        day = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        return forms.DateField(label=label, required=False, widget=day, error_messages=_WRONG_DAY)
    text = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=False, max_length=MAX_TEXT, widget=text)


def _figure_label(name: str, goal: Goal) -> str:
    if name == "value":
        return value_label(goal)
    return goal.comparator or word(f"form.{name}")


class ReportForm(forms.Form):
    """A report for one goal and month. `revision` is the one the clerk saw, 0 for a new report."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    warned_of = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, *args: Any, goal: Goal, may_restate: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: list[str] = []
        self.goal = goal
        rows = [row for row in fields_for(goal.measure) if may_restate or row.name != "is_restated"]
        self.fields = {**{row.name: _form_field(row, goal) for row in rows}, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("is_nil") and cleaned.get("value") is not None:
            self.add_error("is_nil", _("Enter a figure or tick “no progress this month”, not both."))
        return cleaned

    def content(self) -> ReportContent:
        return ReportContent(**{name: self.cleaned_data[name] for name in BY_NAME if name in self.cleaned_data})

    def refuse(self, refusal: ServiceError) -> None:
        """Shows all a service refuses, each beside the field it names, or above the form."""
        for problem in refusal.problems:
            self.add_error(problem.field if problem.field in self.fields else None, sentence(problem))

    def show_warnings(self, preview: Preview) -> None:
        """Puts warnings that a note explains beside the figure; the clerk has then seen them."""
        self.warnings = [sentence(finding) for finding in preview.findings if not finding.hard]
        self.resend(warned_of=preview.warned_of)

    def resend(self, **hidden: object) -> None:
        """The form comes back with what was typed, but with these hidden fields."""
        self.data = {**dict(self.data.items()), **hidden}

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[name] for name in TEXTS]

    @property
    def when_behind(self) -> list[forms.BoundField]:
        """What is asked for where the goal is behind."""
        return [field for field in self.texts if field.name != "note"] + [self["expected_on"]]

    @property
    def understood(self) -> str:
        """How the figure was read; empty when it was typed plainly."""
        figure = self.fields["value"]
        return figure.understood if isinstance(figure, FigureField) else ""


def value_label(goal: Goal) -> str:
    """What to enter, in the words of the goal's measure."""
    return word(measure_of(goal).label)


def initial_of(report: Report | None) -> dict[str, Any]:
    """What the report already says; figures without separators and trailing zeros."""
    if report is None:
        return {"revision": 0}
    values = ((name, getattr(report, name)) for name in BY_NAME)
    figures = {name: plain(value) if isinstance(value, Decimal) else value for name, value in values}
    return {**figures, "revision": report.revision}

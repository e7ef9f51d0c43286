"""What the API takes. Only the shape is checked here; the services decide whether a figure is acceptable."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from hztargets.api.fields import FigureInput, PeriodInput, Reference
from hztargets.domain.numbers import NumberError, read_figure, read_number
from hztargets.domain.report_fields import BY_NAME, FIELDS, ReportContent, ReportField
from hztargets.domain.sheets.cells import Kind
from hztargets.messages import sentence

_HELP = {
    "comparator": "The figure a relative goal is compared with.",
    "is_nil": "No progress this month.",
    "is_restated": "Corrects an earlier figure.",
}
"""By field, in the description of the API."""


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: a misspelt name must not lose a figure silently."""

    def to_internal_value(self, data: Any) -> Any:
        known = self.fields
        unknown = [name for name in data if name not in known] if isinstance(data, dict) else []
        errors: Any = {name: [ErrorDetail(_("There is no such field."), "unknown_field")] for name in unknown}
        value = None
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as error:
            errors |= error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return value


class NothingSerializer(StrictSerializer):
    """For actions that take no content."""


class ReturnSerializer(StrictSerializer):
    reason = serializers.CharField(allow_blank=True)


class GoalFigureInput(FigureInput):
    """Accepts the goal's unit too. The context's `unit` function finds it; called only for texts like 3亿元."""

    def to_internal_value(self, data: Any) -> Decimal:
        unit = self.context.get("unit")
        if unit is not None and isinstance(data, str) and _has_words(data):
            try:
                data = f"{read_figure(data, unit()).value:f}"
            except NumberError as error:
                raise serializers.ValidationError(sentence(error.problem), code=error.problem.code) from error
        return super().to_internal_value(data)


def _has_words(text: str) -> bool:
    try:
        read_number(text)
    except NumberError as error:
        return error.problem.code == "not_a_number"
    return False


def _content_field(row: ReportField) -> serializers.Field[Any, Any, Any, Any]:
    options: dict[str, Any] = {"required": False, "help_text": _HELP.get(row.name)}
    if row.api_name != row.name:
        options["source"] = row.name
    match row.kind:
        case Kind.NUMBER:
            return GoalFigureInput(allow_null=True, **options)
        case Kind.TRUTH:
            return serializers.BooleanField(**options)
        case Kind.DAY:
            return serializers.DateField(allow_null=True, **options)
    return serializers.CharField(allow_blank=True, **options)


class ContentSerializer(StrictSerializer):
    """What a department says. Amounts in the goal's unit, cumulative ones since 1 January."""

    def get_fields(self) -> dict[str, Any]:
        return {**{row.api_name: _content_field(row) for row in FIELDS}, **super().get_fields()}

    def content(self, before: ReportContent = ReportContent()) -> ReportContent:  # noqa: B008
        """`before` with the fields the request gave."""
        return replace(before, **{name: self.validated_data[name] for name in BY_NAME if name in self.validated_data})


class NewReportSerializer(ContentSerializer):
    """`goal` is an id, or a code of `document`."""

    goal = Reference(help_text="Id, or code such as A6-01.")
    document = Reference(
        required=False, allow_blank=True, default="", help_text="Id or number, default the latest of the period's year."
    )
    period = PeriodInput(help_text="Written 2024-07.")
    submit = serializers.BooleanField(required=False, default=False, help_text="Hand it in at once; 422 if refused.")


class ReportChangeSerializer(ContentSerializer):
    """Fields not given stay as they are."""

    revision = serializers.IntegerField(min_value=1, help_text="The revision the change is based on.")


class CorrectionSerializer(ContentSerializer):
    """Fields not given stay as they were approved."""

    reason = serializers.CharField(allow_blank=True, help_text="Why the approved figure is corrected.")


class BoardQuerySerializer(StrictSerializer):
    document = serializers.CharField(required=False, allow_blank=True, default="", help_text="Id or number.")
    period = PeriodInput(
        required=False, allow_blank=True, default="", help_text="Written 2024-07, default the last open."
    )
    as_of = serializers.DateField(required=False, help_text="The board as it was known on that day.")

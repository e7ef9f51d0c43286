"""JSON formats of figures, periods and references."""

from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hztargets.domain.numbers import NumberError, read_number
from hztargets.messages import sentence
from hztargets.models import Assessment
from hztargets.models.goals import AMOUNT
from hztargets.queries.loading.export import number

PERIOD_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
PERIOD_MESSAGE = _("Write a period as year and month, such as 2024-07.")
_WHOLE_DIGITS = AMOUNT["max_digits"] - AMOUNT["decimal_places"]


@extend_schema_field(OpenApiTypes.NUMBER)
class ExactNumber(serializers.Field[Any, Any, Any, Any]):
    """A stored amount as a JSON number: 800, not 800.000000. Exact up to the 15 digits a figure may have."""

    def to_representation(self, value: Decimal) -> int | float | None:
        return number(value)


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string"}], "nullable": True})
class FigureInput(serializers.DecimalField):
    """A JSON number taken as written, or a text as a clerk types it: full width, spaces, thousands separators."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=AMOUNT["max_digits"], decimal_places=AMOUNT["decimal_places"], **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if isinstance(data, bool) or not isinstance(data, (int, Decimal, str)):
            self.fail("invalid")
        try:
            figure = read_number(data if isinstance(data, str) else _plain(Decimal(data)))
        except NumberError as error:
            raise serializers.ValidationError(sentence(error.problem), code=error.problem.code) from error
        return self.quantize(self.validate_precision(figure))


def _plain(figure: Decimal) -> str:
    """Digits without exponent. A number with too many digits keeps its exponent, so that `read_number` refuses it."""
    if abs(figure.adjusted()) > _WHOLE_DIGITS:
        return str(figure)
    return f"{figure:f}"


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class Reference(serializers.CharField):
    """An id as a JSON number, or a code or number as text."""


class PeriodInput(serializers.RegexField):
    """A period written 2024-07."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(PERIOD_PATTERN, error_messages={"invalid": PERIOD_MESSAGE}, **kwargs)


@extend_schema_field(OpenApiTypes.STR)
class SentenceField(serializers.Field[Any, Any, Any, Any]):
    """Why the light is what it is, in the language of the request."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Assessment) -> str:
        in_english = (get_language() or "").startswith("en")
        return value.sentence_en if in_english else value.sentence

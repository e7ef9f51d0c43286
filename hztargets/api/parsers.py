import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BYTES = 1_000_000
MAX_DEPTH = 20


class BodyTooLargeError(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request is larger than 1 MB.")
    default_code = "too_large"


class ExactJSONParser(JSONParser):
    """JSON in UTF-8; fractions become exact Decimals, never rounded floats."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise BodyTooLargeError
        try:
            sent = json.loads(
                body.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse, object_pairs_hook=_each_once
            )
            _check_depth(sent)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not valid JSON: %(reason)s") % {"reason": error}) from error
        return sent


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses an object with the same name twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)!r} twice")
    return found


def _check_depth(sent: Any) -> None:
    """Limits the depth, because later code walks through the data recursively."""
    level = [sent]
    for _depth in range(MAX_DEPTH):
        level = [below for each in level for below in _below(each)]
        if not level:
            return
    raise ValueError(f"more than {MAX_DEPTH} levels")


def _below(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()

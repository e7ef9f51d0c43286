"""Additions to the OpenAPI description that drf-spectacular generates."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter
from rest_framework import status

from hztargets.api.description import DESCRIPTION
from hztargets.api.idempotency import HEADER, REPLAYED
from hztargets.api.problems import MEDIA_TYPE, ProblemSerializer

_WORDS = {
    400: "Malformed, an unknown field or filter, or one of the wrong shape.",
    401: "No valid token or session.",
    403: "Role, token or the rules of review refuse it.",
    404: "It does not exist, or belongs to another department.",
    406: "Something else than JSON is asked for.",
    409: "Somebody saved in between, or the goal cannot be judged.",
    413: "The body is larger than 1 MB.",
    415: "The body is not JSON.",
    422: "Well-formed, but the figure or text cannot be accepted.",
    429: "Too many requests.",
}
_ALWAYS = (
    status.HTTP_401_UNAUTHORIZED,
    status.HTTP_403_FORBIDDEN,
    status.HTTP_404_NOT_FOUND,
    status.HTTP_406_NOT_ACCEPTABLE,
    status.HTTP_429_TOO_MANY_REQUESTS,
)
_WRITING = (
    status.HTTP_400_BAD_REQUEST,
    status.HTTP_409_CONFLICT,
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    status.HTTP_422_UNPROCESSABLE_ENTITY,
)
_HEADERS = {
    401: {"WWW-Authenticate": ("Token", {"type": "string"})},
    429: {"Retry-After": ("Seconds to wait.", {"type": "integer"})},
}
_ID = {"type": "integer", "minimum": 1}
_REPEATABLE = OpenApiParameter(
    name=HEADER,
    type={"type": "string", "maxLength": 255, "pattern": "^[ -~]*$"},
    location=OpenApiParameter.HEADER,
    description="Makes a repeated request harmless for 24 hours: it is answered as the first one was.",
)


class PagesSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "hztargets.api.authentication.SessionAuthentication"


class StrictSerializerExtension(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Adds `additionalProperties: false`: unknown fields are refused."""

    target_class = "hztargets.api.inputs.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        map_fields: Callable[..., dict[str, Any]] = auto_schema._map_serializer
        schema = map_fields(self.target, direction, bypass_extensions=True)
        return schema | {"additionalProperties": False}


class ApiSchema(AutoSchema):
    """Adds the possible problems to each operation, and the Idempotency-Key header to repeatable ones."""

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if "{id}" in self.path:
            parameters.append(OpenApiParameter("id", _ID, OpenApiParameter.PATH))
        return [*parameters, _REPEATABLE] if self._is_repeatable else parameters

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        responses = operation["responses"]
        for code, response in responses.items():
            if headers := self._headers_of(int(code)):
                response["headers"] = headers
        codes = {*_ALWAYS, *(_WRITING if self.method != "GET" else ()), *self._refusable_query(operation)}
        schema = self.resolve_serializer(ProblemSerializer, "response").ref
        for number in sorted(codes):
            responses[str(number)] = _problem(number, schema)
        return operation

    @property
    def _is_repeatable(self) -> bool:
        handler = getattr(self.view, getattr(self.view, "action", None) or "", None)
        return bool(getattr(handler, "is_idempotent", False))

    def _headers_of(self, code: int) -> dict[str, Any]:
        headers = {}
        if code == status.HTTP_201_CREATED:
            headers["Location"] = _header("Where the new row is.", {"type": "string"})
        if self._is_repeatable:
            headers[REPLAYED] = _header("`true` on the repeated answer to a repeated request.", {"type": "string"})
        return headers

    def _refusable_query(self, operation: dict[str, Any]) -> set[int]:
        parameters = [parameter for parameter in operation.get("parameters", ()) if parameter["in"] == "query"]
        for parameter in parameters:
            parameter["allowEmptyValue"] = True  # means the same as leaving it out
        return {status.HTTP_400_BAD_REQUEST} if parameters else set()


def _problem(code: int, schema: dict[str, Any]) -> dict[str, Any]:
    problem: dict[str, Any] = {"description": _WORDS[code], "content": {MEDIA_TYPE: {"schema": schema}}}
    if code in _HEADERS:
        problem["headers"] = {name: _header(*header) for name, header in _HEADERS[code].items()}
    return problem


def _header(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "schema": schema}


def add_description(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A post-processing hook of drf-spectacular."""
    result["info"]["description"] = DESCRIPTION
    return result

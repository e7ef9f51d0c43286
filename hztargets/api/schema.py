from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status

from hztargets.api.idempotency import HEADER
from hztargets.api.problems import MEDIA_TYPE, ProblemSerializer

_WORDS = {
    400: "Malformed, an unknown field, or a field of the wrong shape.",
    401: "No valid token or session.",
    403: "The rules of review refuse it.",
    404: "It does not exist, or belongs to another department.",
    409: "Somebody saved in between, or the goal cannot be judged.",
    422: "Well-formed, but the figure or text cannot be accepted.",
}
_READING = (status.HTTP_400_BAD_REQUEST, status.HTTP_401_UNAUTHORIZED, status.HTTP_404_NOT_FOUND)
_WRITING = (
    *_READING,
    status.HTTP_403_FORBIDDEN,
    status.HTTP_409_CONFLICT,
    status.HTTP_422_UNPROCESSABLE_ENTITY,
)


_REPEATABLE = OpenApiParameter(
    name=HEADER,
    type=str,
    location=OpenApiParameter.HEADER,
    description="Makes a repeated request harmless for 24 hours: it is answered as the first one was.",
)


class ApiSchema(AutoSchema):
    """Adds to each operation the problems it may answer with, and to each write the key that makes it repeatable."""

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        handler = getattr(self.view, getattr(self.view, "action", None) or "", None)
        return [*parameters, _REPEATABLE] if getattr(handler, "is_idempotent", False) else parameters

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        schema = self.resolve_serializer(ProblemSerializer, "response").ref
        for code in sorted(_READING if self.method == "GET" else _WRITING):
            operation["responses"][str(code)] = {
                "description": _WORDS[code],
                "content": {MEDIA_TYPE: {"schema": schema}},
            }
        return operation

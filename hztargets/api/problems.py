"""Every error leaves the API as problem details (RFC 9457), in the language of the request."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.defaults import bad_request, server_error
from rest_framework import exceptions, serializers, status
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from hztargets.messages import sentence
from hztargets.services.decisions.conditions import InvalidDecision
from hztargets.services.errors import InvalidReport, NotAllowed, ServiceError, StaleRevision

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:hztargets:problem:"
_TITLES = {
    400: gettext_lazy("The request is not valid"),
    401: gettext_lazy("Not logged in"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("This address does not take that method"),
    406: gettext_lazy("The API answers in JSON only"),
    409: gettext_lazy("Somebody or something else came first"),
    413: gettext_lazy("The request is too large"),
    415: gettext_lazy("The API takes JSON only"),
    422: gettext_lazy("The report cannot be accepted"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something went wrong here"),
}
_SERVICE_STATUS: dict[type[ServiceError], int] = {
    NotAllowed: status.HTTP_403_FORBIDDEN,
    StaleRevision: status.HTTP_409_CONFLICT,
    InvalidReport: status.HTTP_422_UNPROCESSABLE_ENTITY,
    InvalidDecision: status.HTTP_422_UNPROCESSABLE_ENTITY,
}


class UnknownReferenceError(exceptions.NotFound):
    """A field names something that does not exist, or that the user may not see."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, "not_found")
        self.field = field


class FieldErrorSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="The field's name; empty when the request as a whole is meant.")
    message = serializers.CharField()
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details as in RFC 9457. `code` is stable, `title`, `detail` and messages follow Accept-Language."""

    type = serializers.CharField(help_text="urn:hztargets:problem: and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(help_text="The path asked for.")
    code = serializers.CharField()
    errors = FieldErrorSerializer(many=True)  # type: ignore[assignment]


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an error somebody may mend; None for a defect, which is logged and answered with 500."""
    path = context["request"].path
    if isinstance(error, ServiceError):
        return _from_service(error, path)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, DjangoPermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return None
    response.data = _problem(response.status_code, path, **_content_of(error))
    response.content_type = MEDIA_TYPE
    return response


def defect_response(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`: a defect under the API is answered with problem details; elsewhere with a page."""
    if not request.path.startswith("/api/"):
        return server_error(request)
    detail = _("It has been logged. Nothing was written. Try again later, or tell the operators when it happened.")
    problem = _problem(500, request.path, code="defect", detail=detail, errors=[])
    return JsonResponse(problem, status=500, content_type=MEDIA_TYPE)


def bad_request_response(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`: what was refused before the API was reached."""
    if not request.path.startswith("/api/"):
        return bad_request(request, exception)
    detail = _("Malformed request.")
    problem = _problem(400, request.path, code="bad_request", detail=detail, errors=[])
    return JsonResponse(problem, status=400, content_type=MEDIA_TYPE)


def _from_service(error: ServiceError, path: str) -> Response:
    known = (code for kind, code in _SERVICE_STATUS.items() if isinstance(error, kind))
    code = next(known, status.HTTP_409_CONFLICT)
    errors = [entry for each in error.problems for entry in _one_error(each.field, sentence(each), each.code)]
    problem = _problem(code, path, code=error.code, detail=error.message, errors=errors)
    return Response(problem, status=code, content_type=MEDIA_TYPE)


def _problem(status_code: int, path: str, *, code: str, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": f"{TYPE_PREFIX}{code}",
        "title": str(_TITLES.get(status_code, detail)),
        "status": status_code,
        "detail": detail,
        "instance": path,
        "code": code,
        "errors": errors,
    }


def _content_of(error: exceptions.APIException) -> dict[str, Any]:
    """`code`, `detail` and `errors` of one of Django REST framework's errors."""
    if isinstance(error, exceptions.ValidationError):
        errors = list(_field_errors(error.detail))
        fields = ", ".join(dict.fromkeys(entry["field"] for entry in errors if entry["field"]))
        detail = _("Not right: %(fields)s.") % {"fields": fields} if fields else errors[0]["message"]
        return {"code": "invalid", "detail": detail, "errors": errors}
    detail, code = str(error.detail), str(error.get_codes())
    field = error.field if isinstance(error, UnknownReferenceError) else ""
    return {"code": code, "detail": detail, "errors": _one_error(field, detail, code)}


def _one_error(field: str, message: str, code: str) -> list[dict[str, str]]:
    return [{"field": field, "message": message, "code": code}] if field else []


def _field_errors(detail: Any, field: str = "") -> Iterator[dict[str, str]]:
    if isinstance(detail, dict):
        for name, below in detail.items():
            own = "" if name == api_settings.NON_FIELD_ERRORS_KEY else str(name)
            yield from _field_errors(below, f"{field}.{own}" if field and own else field or own)
    elif isinstance(detail, list):
        for below in detail:
            yield from _field_errors(below, field)
    else:
        yield {"field": field, "message": str(detail), "code": str(getattr(detail, "code", "invalid"))}

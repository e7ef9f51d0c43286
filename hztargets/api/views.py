"""Read-only resources. Each is scoped to the user by its query set; what the user may not see answers 404."""

from typing import Any, cast

from django.db.models import Prefetch, QuerySet
from django.utils.cache import patch_vary_headers
from drf_spectacular.utils import extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from hztargets.api import filters, lights, outputs
from hztargets.api.parsers import ExactJSONParser
from hztargets.api.schema import ApiSchema
from hztargets.api.throttling import count_request, count_stranger
from hztargets.models import (
    Assessment,
    Department,
    Document,
    Flag,
    FlagTransition,
    Goal,
    GoalDepartment,
    GoalVersion,
    Notice,
    Period,
    User,
)
from hztargets.queries.catalogue import documents_for

_VARIES = ("Accept", "Accept-Language", "Authorization", "Cookie")


class CountedView(APIView):
    """Every answer of the API: counted, and kept by nobody else than the one who asked."""

    def perform_authentication(self, request: Request) -> None:
        """Counts before anything is refused, so that wrong tokens and strangers count as well."""
        try:
            super().perform_authentication(request)
        except APIException:
            count_stranger()
            raise
        count_request(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(answer, _VARIES)
        return answer


class ApiView(CountedView):
    parser_classes = [ExactJSONParser]
    http_method_names = ["get", "post", "patch", "put", "delete", "head"]
    schema = ApiSchema()

    @property
    def reader(self) -> User:
        return cast(User, self.request.user)


class UnknownAddress(CountedView):
    """Any other address under the API."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.perform_authentication(request)
        raise NotFound


class SchemaView(CountedView, SpectacularAPIView):
    """The OpenAPI description, as YAML or JSON by `Accept`."""


class Resource(ApiView, ReadOnlyModelViewSet[Any]):
    lookup_value_regex = "[0-9]+"


@extend_schema_view(retrieve=extend_schema(responses=outputs.DocumentTextSerializer))
class DocumentViewSet(Resource):
    """Policy documents. One document alone comes with its full text."""

    queryset = Document.objects.none()
    filterset_class = filters.DocumentFilters

    def get_queryset(self) -> QuerySet[Document]:
        return documents_for(self.reader)

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return outputs.DocumentTextSerializer if self.action == "retrieve" else outputs.DocumentSerializer


class DepartmentViewSet(Resource):
    """Departments in the order of protocol."""

    queryset = Department.objects.order_by("position", "pk").prefetch_related("aliases")
    serializer_class = outputs.DepartmentSerializer
    filterset_class = filters.DepartmentFilters


class PeriodViewSet(Resource):
    """Months for which departments report, with their working-day deadlines."""

    queryset = Period.objects.none()
    serializer_class = outputs.PeriodSerializer
    filterset_class = filters.OfDocumentFilters

    def get_queryset(self) -> QuerySet[Period]:
        documents = documents_for(self.reader).order_by().values("pk")
        periods = Period.objects.select_related("document").filter(document__in=documents)
        return periods.order_by("document_id", "month")


class GoalViewSet(Resource):
    """Goals the user may see, in the document's order, with their targets; `target` is the one decided last."""

    queryset = Goal.objects.none()
    serializer_class = outputs.GoalSerializer
    filterset_class = filters.GoalFilters

    def get_queryset(self) -> QuerySet[Goal]:
        return (
            Goal.objects.visible_to(self.reader)
            .select_related("document", "area", "clause", "lead", "parent")
            .prefetch_related(
                Prefetch(
                    "goaldepartment_set",
                    GoalDepartment.objects.select_related("department").order_by("position"),
                ),
                Prefetch("versions", GoalVersion.objects.select_related("decided_by").order_by("number")),
            )
            .in_document_order()
        )


class AssessmentViewSet(Resource):
    """Lights and their reasons. `current=true` for what is said now, `as_of` for what was said on a day."""

    queryset = Assessment.objects.none()
    serializer_class = lights.AssessmentSerializer
    filterset_class = filters.AssessmentFilters

    def get_queryset(self) -> QuerySet[Assessment]:
        return (
            Assessment.objects.visible_to(self.reader)
            .select_related("goal__document", "goal__lead", "period__document", "rule_set")
            .order_by("document_id", "period__month", "goal__position", "known_from", "pk")
        )


class FlagViewSet(Resource):
    """Goals under warning, newest first, each with every change of colour."""

    queryset = Flag.objects.none()
    serializer_class = lights.FlagSerializer
    filterset_class = filters.FlagFilters

    def get_queryset(self) -> QuerySet[Flag]:
        transitions = FlagTransition.objects.select_related("period__document").order_by("at", "pk")
        return (
            Flag.objects.visible_to(self.reader)
            .select_related("goal__document", "goal__lead")
            .prefetch_related(Prefetch("transitions", transitions))
            .order_by("-opened_at", "-pk")
        )


class NoticeViewSet(Resource):
    """E-mails written to the user, newest first; the office and the auditor see everybody's."""

    queryset = Notice.objects.all().none()
    serializer_class = lights.NoticeSerializer
    filterset_class = filters.NoticeFilters

    def get_queryset(self) -> QuerySet[Notice]:
        return (
            Notice.objects.all()
            .visible_to(self.reader)
            .select_related("document", "recipient")
            .prefetch_related("transitions", "deliveries")
            .order_by("-created_at", "-pk")
        )

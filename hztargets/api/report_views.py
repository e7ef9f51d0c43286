"""Reports: filing by the department, review by the office."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from hztargets import clock
from hztargets.api.examples import CHANGE, CORRECTION, FILING, NIL, RETURN, WITH_UNIT
from hztargets.api.filters import ReportFilters
from hztargets.api.idempotency import idempotent
from hztargets.api.inputs import (
    CorrectionSerializer,
    NewReportSerializer,
    NothingSerializer,
    ReportChangeSerializer,
    ReturnSerializer,
)
from hztargets.api.outputs import PreviewSerializer, ReportSerializer
from hztargets.api.references import find_goal, find_period
from hztargets.api.views import Resource
from hztargets.models import Goal, Period, Report
from hztargets.queries.filing.reports import lock_report, reports_for
from hztargets.services.filing.content import content_of, unit_of
from hztargets.services.filing.previews import preview_report
from hztargets.services.filing.reports import (
    correct_report,
    create_report,
    edit_report,
    file_report,
    submit_report,
    withdraw_report,
)
from hztargets.services.review.reviewing import approve_report, endorse_report, return_report
from hztargets.tasks import nudge_delivery

_PEOPLE = ("created_by", "submitted_by", "endorsed_by", "reviewed_by")


class ReportViewSet(Resource):
    """Every version of what departments report, the latest period first."""

    queryset = Report.objects.none()
    serializer_class = ReportSerializer
    filterset_class = ReportFilters

    def get_queryset(self) -> QuerySet[Report]:
        if self.request.method not in SAFE_METHODS:  # the service reads the report itself, under a lock
            return Report.objects.visible_to(self.reader)
        return (
            reports_for(self.reader)
            .select_related("endorsed_by")
            .order_by("-document_id", "-period__month", "goal__position", "-version")
        )

    @extend_schema(request=NewReportSerializer, responses={201: ReportSerializer}, examples=[FILING, NIL, WITH_UNIT])
    @idempotent
    def create(self, request: Request) -> Response:
        """Starts a draft for a goal the user's department leads; with `submit` it is handed in at once, or refused."""
        goal, period, given = self._new_report(request)
        arguments = {"goal": goal, "period": period, "content": given.content(), "by": self.reader}
        if given.validated_data["submit"]:
            return self._created(file_report(**arguments, revision=0, now=clock.now()))
        return self._created(create_report(**arguments, now=clock.now()))

    @extend_schema(
        operation_id="reports_preview",
        request=NewReportSerializer,
        responses=PreviewSerializer,
        filters=False,
        examples=[FILING, WITH_UNIT],
    )
    @action(detail=False, methods=["post"], filter_backends=[], pagination_class=None)
    def preview(self, request: Request) -> Response:
        """The checks and the coming light of a report as it would be submitted. Nothing is written."""
        goal, period, given = self._new_report(request)
        preview = preview_report(goal=goal, period=period, content=given.content(), by=self.reader, now=clock.now())
        return Response(PreviewSerializer(preview).data)

    @extend_schema(
        operation_id="reports_correct",
        request=CorrectionSerializer,
        responses={201: ReportSerializer},
        examples=[CORRECTION],
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def correct(self, request: Request, pk: str) -> Response:
        """Starts a new version of an approved figure, to be submitted like any draft; the approved one stays."""
        report = self.get_object()
        given = _checked(CorrectionSerializer, request, unit=partial(unit_of, report.goal))
        correction = correct_report(
            report=report,
            content=given.content(content_of(report)),
            reason=given.validated_data["reason"],
            by=self.reader,
            now=clock.now(),
        )
        return self._created(correction)

    @extend_schema(request=ReportChangeSerializer, responses=ReportSerializer, examples=[CHANGE])
    def partial_update(self, request: Request, pk: str) -> Response:
        """Changes a draft or returned report; 409 when `revision` is no longer the stored one."""
        report = self.get_object()
        given = _checked(ReportChangeSerializer, request, unit=partial(unit_of, report.goal))
        with transaction.atomic():  # the fields not given must come from the very row that is changed
            content = given.content(content_of(lock_report(report.pk)))
            revision = given.validated_data["revision"]
            changed = edit_report(report=report, content=content, revision=revision, by=self.reader, now=clock.now())
        return self._shown(changed)

    @extend_schema(operation_id="reports_submit", request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def submit(self, request: Request, pk: str) -> Response:
        """Hands the report in. 422 when the figure cannot be right."""
        return self._act(request, submit_report)

    @extend_schema(operation_id="reports_withdraw", request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def withdraw(self, request: Request, pk: str) -> Response:
        """Takes a submitted report back before review."""
        return self._act(request, withdraw_report)

    @extend_schema(operation_id="reports_endorse", request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def endorse(self, request: Request, pk: str) -> Response:
        """The department head stands by the figure."""
        return self._act(request, endorse_report)

    @extend_schema(operation_id="reports_approve", request=None, responses=ReportSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def approve(self, request: Request, pk: str) -> Response:
        """Accepts the figure; the goal is assessed anew at once."""
        response = self._act(request, approve_report)
        nudge_delivery()
        return response

    @extend_schema(
        operation_id="reports_return", request=ReturnSerializer, responses=ReportSerializer, examples=[RETURN]
    )
    @action(detail=True, methods=["post"], url_path="return", url_name="return")
    @idempotent
    def send_back(self, request: Request, pk: str) -> Response:
        """Sends the report back to the department with a reason."""
        given = _checked(ReturnSerializer, request)
        report = self.get_object()
        returned = return_report(report=report, reason=given.validated_data["reason"], by=self.reader, now=clock.now())
        return self._shown(returned)

    def _new_report(self, request: Request) -> tuple[Goal, Period, Any]:
        def named_unit() -> str:
            named = request.data if isinstance(request.data, dict) else {}
            return unit_of(
                find_goal(self.reader, *(str(named.get(name, "")) for name in ("goal", "document", "period")))
            )

        given = _checked(NewReportSerializer, request, unit=named_unit)
        names = (given.validated_data[name] for name in ("goal", "document", "period"))
        goal = find_goal(self.reader, *names)
        return goal, find_period(goal.document, given.validated_data["period"]), given

    def _created(self, report: Report) -> Response:
        response = self._shown(report, status.HTTP_201_CREATED)
        response["Location"] = reverse("api:report-detail", args=[report.pk])
        return response

    def _act(self, request: Request, service: Callable[..., Report]) -> Response:
        _checked(NothingSerializer, request)
        return self._shown(service(report=self.get_object(), by=self.reader, now=clock.now()))

    def _shown(self, report: Report, code: int = status.HTTP_200_OK) -> Response:
        """`report` as the service returned it: what it wrote is what is shown, without reading it again."""
        for name in _PEOPLE:
            if getattr(report, f"{name}_id") == self.reader.pk:
                setattr(report, name, self.reader)
        return Response(_shape().to_representation(report), status=code)


@lru_cache
def _shape() -> ReportSerializer:
    """Composing its fields takes longer than filling them, and they hold nothing of a request."""
    return ReportSerializer()


def _checked(serializer_class: type[Any], request: Request, **context: Any) -> Any:
    serializer: serializers.Serializer[Any] = serializer_class(data=request.data, context=context)
    serializer.is_valid(raise_exception=True)
    return serializer

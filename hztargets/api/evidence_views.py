"""Files that bear out a report: listed, handed out, attached and removed under the report."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from hztargets import clock
from hztargets.api.views import ApiView
from hztargets.guard.receiving import limit_upload, refused_files
from hztargets.models import Evidence, Report
from hztargets.queries.filing.evidence import evidence_for, headers_of
from hztargets.queries.filing.reports import reports_for
from hztargets.services.filing.evidence import MAX_FILES, add_evidence, refuse_evidence, remove_evidence

_REPORT = OpenApiParameter("report_id", OpenApiTypes.INT, OpenApiParameter.PATH)
_FILE = OpenApiParameter("evidence_id", OpenApiTypes.INT, OpenApiParameter.PATH)


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """`content_type` was found in the content; `sha256` is hexadecimal. The file itself is at `{id}/`."""

    uploaded_by = serializers.StringRelatedField[Any]()

    class Meta:
        model = Evidence
        fields = read_only_fields = ["id", "name", "content_type", "size", "sha256", "uploaded_at", "uploaded_by"]


class NewEvidenceSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True)


class EvidenceList(ApiView):
    """A report's files, without their content."""

    parser_classes = [MultiPartParser]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """The limit has to be in place before anything reads the body, the check of the session's token included."""
        limit_upload(request, MAX_FILES)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(operation_id="reports_evidence_list", parameters=[_REPORT], responses=EvidenceSerializer(many=True))
    def get(self, request: Request, report_id: int) -> Response:
        report = self._report(report_id)
        return Response(EvidenceSerializer(evidence_for(self.reader).filter(report=report).in_order(), many=True).data)

    @extend_schema(
        operation_id="reports_evidence_create",
        parameters=[_REPORT],
        request={"multipart/form-data": NewEvidenceSerializer},
        responses={201: EvidenceSerializer, 200: EvidenceSerializer},
    )
    def post(self, request: Request, report_id: int) -> Response:
        """Attaches one file to a draft or returned report. Sent twice, the same content is answered with 200 and
        changes nothing."""
        report = self._report(report_id)
        known = set(report.evidence.values_list("pk", flat=True))
        name, data = self._file(request)
        row = add_evidence(report=report, name=name, data=data, by=self.reader, now=clock.now())
        code = status.HTTP_200_OK if row.pk in known else status.HTTP_201_CREATED
        return Response(EvidenceSerializer(row).data, status=code)

    def _report(self, report_id: int) -> Report:
        report = reports_for(self.reader).filter(pk=report_id).first()
        if report is None:
            raise Http404
        return report

    def _file(self, request: Request) -> tuple[str, bytes]:
        content = NewEvidenceSerializer(data=request.data)
        for name, problem in refused_files(request._request):
            raise refuse_evidence(name, problem)
        if unknown := set(request.data) - {"file"}:
            message = _("This field is not known.")
            raise serializers.ValidationError({name: [message] for name in sorted(unknown)}, code="unknown")
        content.is_valid(raise_exception=True)
        file = content.validated_data["file"]
        return file.name or "", file.read()


class EvidenceFile(ApiView):
    @extend_schema(
        operation_id="reports_evidence_retrieve",
        parameters=[_REPORT, _FILE],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, report_id: int, evidence_id: int) -> HttpResponse:
        """The file itself, under the content type that the list names."""
        file = self._evidence(report_id, evidence_id)
        return HttpResponse(file.content.data, content_type=file.content_type, headers=headers_of(file))

    @extend_schema(operation_id="reports_evidence_destroy", parameters=[_REPORT, _FILE], responses={204: None})
    def delete(self, request: Request, report_id: int, evidence_id: int) -> Response:
        """Takes the file off a draft or returned report."""
        file = self._evidence(report_id, evidence_id)
        remove_evidence(evidence=file, by=self.reader, now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _evidence(self, report_id: int, evidence_id: int) -> Evidence:
        file = evidence_for(self.reader).filter(report=report_id, pk=evidence_id).first()
        if file is None:
            raise Http404
        return file


urlpatterns = [
    path("reports/<int:report_id>/evidence/", EvidenceList.as_view(), name="evidence-list"),
    path("reports/<int:report_id>/evidence/<int:evidence_id>/", EvidenceFile.as_view(), name="evidence-file"),
]

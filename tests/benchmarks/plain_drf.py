"""What anybody writes first: a model serializer and a create view. No rules, no checks, no audit, no outbox."""

from typing import Any

from django.utils import timezone
from rest_framework import generics, serializers
from rest_framework.parsers import JSONParser

from hztargets.models import Report


class PlainReportSerializer(serializers.ModelSerializer[Report]):
    class Meta:
        model = Report
        fields = [
            "id", "document", "goal", "period", "version", "state", "value", "note", "cause", "remedy", "expected_on",
            "revision", "created_at", "created_by",
        ]  # fmt: skip
        read_only_fields = ["created_at", "created_by"]


class PlainReports(generics.CreateAPIView[Report]):
    """Stores what it is given, under whoever sent it."""

    parser_classes = [JSONParser]
    queryset = Report.objects.all()
    serializer_class = PlainReportSerializer

    def perform_create(self, serializer: Any) -> None:
        serializer.save(created_by=self.request.user, created_at=timezone.now())

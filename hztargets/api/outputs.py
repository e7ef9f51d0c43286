"""What the API shows: explicit fields, amounts as numbers, periods as 2024-07, documents by their number."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hztargets.api.fields import ExactNumber
from hztargets.domain.checks import Finding
from hztargets.domain.report_fields import FIELDS as REPORT_FIELDS
from hztargets.messages import sentence
from hztargets.models import Department, Document, Goal, GoalVersion, Period, Report
from hztargets.services.filing.previews import ComingLight, Preview


class DocumentSerializer(serializers.ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = read_only_fields = ["id", "number", "title", "issuer", "year", "issued_on"]


class DocumentTextSerializer(serializers.ModelSerializer[Document]):
    class Meta:
        model = Document
        fields = read_only_fields = [*DocumentSerializer.Meta.fields, "text"]


class DepartmentNameSerializer(serializers.ModelSerializer[Department]):
    class Meta:
        model = Department
        fields = read_only_fields = ["code", "name"]


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    aliases = serializers.SlugRelatedField[Any](slug_field="name", many=True, read_only=True)

    class Meta:
        model = Department
        fields = read_only_fields = ["id", "code", "name", "position", "endorses", "aliases"]


class TargetSerializer(serializers.ModelSerializer[GoalVersion]):
    """The target as decided; `value_max` only for ranges."""

    value = ExactNumber(read_only=True, allow_null=True)
    value_max = ExactNumber(read_only=True, allow_null=True)
    baseline = ExactNumber(read_only=True, allow_null=True)
    decided_by = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = GoalVersion
        fields = read_only_fields = [
            "number", "value", "value_max", "baseline", "effective_month", "reason", "decided_at", "decided_by",
        ]  # fmt: skip


class GoalSerializer(serializers.ModelSerializer[Goal]):
    document = serializers.CharField(source="document.number", read_only=True)
    area = serializers.IntegerField(source="area.number", read_only=True)
    clause = serializers.IntegerField(source="clause.number", read_only=True)
    lead = DepartmentNameSerializer(read_only=True)
    departments = serializers.SerializerMethodField()
    parent = serializers.CharField(source="parent.code", read_only=True, allow_null=True, default=None)  # type: ignore[assignment]
    target = serializers.SerializerMethodField()
    versions = TargetSerializer(many=True, read_only=True)

    class Meta:
        model = Goal
        fields = read_only_fields = [
            "id", "code", "document", "area", "clause", "kind", "name", "unit", "direction", "qualifier", "measure",
            "comparator", "period", "due_on", "frequency", "skips_january", "lead", "departments", "parent", "quote",
            "quote_start", "note", "target", "versions",
        ]  # fmt: skip

    @extend_schema_field(DepartmentNameSerializer(many=True))
    def get_departments(self, goal: Goal) -> list[Mapping[str, Any]]:
        return [DepartmentNameSerializer(row.department).data for row in goal.goaldepartment_set.all()]

    @extend_schema_field(TargetSerializer(allow_null=True))
    def get_target(self, goal: Goal) -> Mapping[str, Any] | None:
        versions = list(goal.versions.all())
        return TargetSerializer(versions[-1]).data if versions else None


class PeriodSerializer(serializers.ModelSerializer[Period]):
    document = serializers.CharField(source="document.number", read_only=True)
    period = serializers.CharField(source="label", read_only=True)

    class Meta:
        model = Period
        fields = read_only_fields = [
            "id", "document", "period", "opens_on", "due_on", "settles_on", "closed_at", "closed_reason",
        ]  # fmt: skip


class ReportSerializer(serializers.ModelSerializer[Report]):
    """`revision` goes back with a change; it differs when somebody else saved in between."""

    document = serializers.CharField(source="goal.document.number", read_only=True)
    goal = serializers.IntegerField(source="goal_id", read_only=True)
    code = serializers.CharField(source="goal.code", read_only=True)
    name = serializers.CharField(source="goal.name", read_only=True)
    unit = serializers.CharField(source="goal.unit", read_only=True)
    lead = DepartmentNameSerializer(source="goal.lead", read_only=True)
    period = serializers.CharField(source="period.label", read_only=True)
    value = ExactNumber(read_only=True, allow_null=True)
    comparator = ExactNumber(read_only=True, allow_null=True)
    nil = serializers.BooleanField(source="is_nil", read_only=True)
    restated = serializers.BooleanField(source="is_restated", read_only=True)
    created_by = serializers.StringRelatedField[Any]()
    submitted_by = serializers.StringRelatedField[Any](allow_null=True)
    endorsed_by = serializers.StringRelatedField[Any](allow_null=True)
    reviewed_by = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = Report
        fields = read_only_fields = [
            "id", "document", "goal", "code", "name", "unit", "lead", "period", "version", "state", "source",
            "source_note", *(row.api_name for row in REPORT_FIELDS), "revision", "created_at", "created_by",
            "submitted_at", "submitted_by", "endorsed_at", "endorsed_by", "reviewed_at", "reviewed_by",
            "return_reason", "correction_reason", "known_on",
        ]  # fmt: skip


class FindingSerializer(serializers.Serializer[Finding]):
    """An `error` stops the report; a `warning` needs a word in the note. `suggestion`: the figure probably meant."""

    code = serializers.CharField()
    severity = serializers.SerializerMethodField()
    field = serializers.CharField()
    message = serializers.SerializerMethodField()
    suggestion = ExactNumber(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(choices=["error", "warning"]))
    def get_severity(self, finding: Finding) -> str:
        return "error" if finding.hard else "warning"

    def get_message(self, finding: Finding) -> str:
        return sentence(finding)


class ComingLightSerializer(serializers.Serializer[ComingLight]):
    """Shares are 0..1, the gap in percentage points, the projection in the goal's unit."""

    colour = serializers.CharField()
    sentence = serializers.CharField()
    done_share = serializers.FloatField(source="assessment.done_share", allow_null=True)
    expected_share = serializers.FloatField(source="assessment.expected_share", allow_null=True)
    lag_pp = serializers.FloatField(source="assessment.lag_pp", allow_null=True)
    p_meet = serializers.FloatField(source="assessment.p_meet", allow_null=True)
    projection = serializers.FloatField(source="assessment.projection", allow_null=True)


class PreviewSerializer(serializers.Serializer[Preview]):
    """`light` is null where the figure cannot be right. `submittable`: nothing of `findings` stands in the way."""

    value = ExactNumber(allow_null=True, help_text="The figure as it was read, in the goal's unit.")
    submittable = serializers.BooleanField()
    findings = FindingSerializer(many=True)
    light = ComingLightSerializer(allow_null=True)
    needs_note = serializers.BooleanField(help_text="A warning asks for a word in the note.")
    needs_narrative = serializers.BooleanField(help_text="Cause, remedy and expected date are required.")

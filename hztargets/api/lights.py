"""What the API shows of lights: assessments, flags, notices, and the board made of them."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hztargets.api.fields import ExactNumber, SentenceField
from hztargets.api.outputs import DepartmentNameSerializer
from hztargets.models import Assessment, Delivery, Flag, FlagTransition, Goal, Notice
from hztargets.queries.board.board import COLOURS, AreaSummary, Board

_LIGHT = [
    "colour", "status_colour", "raw", "reasons", "judged_month", "value", "target", "done_share", "expected_share",
    "lag_pp", "attainment", "p_meet", "projection", "projection_low", "projection_high", "met", "grade",
    "colour_vs_original", "freshness", "missing", "overdue_days", "sentence",
]  # fmt: skip


class LightSerializer(serializers.ModelSerializer[Assessment]):
    """Shares are 0..1, gaps in percentage points, amounts in the goal's unit."""

    goal = serializers.IntegerField(source="goal_id", read_only=True)
    code = serializers.CharField(source="goal.code", read_only=True)
    name = serializers.CharField(source="goal.name", read_only=True)
    unit = serializers.CharField(source="goal.unit", read_only=True)
    lead = DepartmentNameSerializer(source="goal.lead", read_only=True)
    value = ExactNumber(read_only=True, allow_null=True)
    target = ExactNumber(read_only=True, allow_null=True)
    status_colour = serializers.CharField(read_only=True, help_text="The light as if no report were missing.")
    sentence = SentenceField()


class AssessmentSerializer(LightSerializer):
    """What was said of a goal for a period from `known_from` until `known_until`; null: still said."""

    document = serializers.CharField(source="goal.document.number", read_only=True)
    period = serializers.CharField(source="period.label", read_only=True)
    rule_set = serializers.StringRelatedField[Any]()

    class Meta:
        model = Assessment
        fields = read_only_fields = [
            "id", "document", "goal", "code", "name", "unit", "lead", "period", "known_from", "known_until",
            "recorded_at", "rule_set", *_LIGHT, "details", "report_ids",
        ]  # fmt: skip


class FlagTransitionSerializer(serializers.ModelSerializer[FlagTransition]):
    """An empty colour means no flag."""

    period = serializers.CharField(source="period.label", read_only=True)
    assessment = serializers.IntegerField(source="assessment_id", read_only=True)

    class Meta:
        model = FlagTransition
        fields = read_only_fields = ["period", "assessment", "from_colour", "to_colour", "as_of", "at"]


class FlagSerializer(serializers.ModelSerializer[Flag]):
    document = serializers.CharField(source="goal.document.number", read_only=True)
    goal = serializers.IntegerField(source="goal_id", read_only=True)
    code = serializers.CharField(source="goal.code", read_only=True)
    name = serializers.CharField(source="goal.name", read_only=True)
    lead = DepartmentNameSerializer(source="goal.lead", read_only=True)
    colour = serializers.CharField(read_only=True, help_text="red or amber")
    transitions = FlagTransitionSerializer(many=True, read_only=True)

    class Meta:
        model = Flag
        fields = read_only_fields = [
            "id", "document", "goal", "code", "name", "lead", "colour", "opened_on", "opened_at", "closed_on",
            "closed_at", "transitions",
        ]  # fmt: skip


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """A notice with its delivery by e-mail. While it waits, the address is the account's of today."""

    document = serializers.CharField(source="document.number", read_only=True)
    recipient = serializers.StringRelatedField[Any]()
    email = serializers.SerializerMethodField(help_text="Where it was sent, or would be sent now.")
    flags = serializers.SerializerMethodField(help_text="Ids of the flags it tells of.")
    state = serializers.ChoiceField(choices=Delivery.State.choices, source="by_email.state", read_only=True)
    attempts = serializers.IntegerField(source="by_email.attempts", read_only=True)
    last_error = serializers.CharField(source="by_email.last_error", read_only=True)
    next_at = serializers.DateTimeField(source="by_email.due_at", read_only=True)
    done_at = serializers.DateTimeField(source="by_email.done_at", read_only=True, allow_null=True)

    class Meta:
        model = Notice
        fields = read_only_fields = [
            "id", "document", "recipient", "email", "subject", "text", "flags", "state", "attempts", "last_error",
            "created_at", "next_at", "done_at",
        ]  # fmt: skip

    def get_email(self, notice: Notice) -> str:
        return (notice.by_email and notice.by_email.address) or notice.recipient.email

    def get_flags(self, notice: Notice) -> list[int]:
        return sorted({row.flag_id for row in notice.transitions.all()})


class CountersSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    red = serializers.IntegerField()
    amber = serializers.IntegerField()
    green = serializers.IntegerField()
    grey = serializers.IntegerField()
    none = serializers.IntegerField()


def counters(counts: Mapping[str, int]) -> dict[str, int]:
    return {"total": sum(counts.values()), **{colour: counts.get(colour, 0) for colour in COLOURS}}


class AreaSerializer(serializers.Serializer[AreaSummary]):
    number = serializers.IntegerField(source="area.number")
    title = serializers.CharField(source="area.title")
    counters = serializers.SerializerMethodField()

    @extend_schema_field(CountersSerializer)
    def get_counters(self, summary: AreaSummary) -> dict[str, int]:
        return counters(summary.counts)


class RowSerializer(LightSerializer):
    """`before` is the light of the month before where it differs, else null."""

    kind = serializers.ChoiceField(choices=Goal.Kind.choices, source="goal.kind", read_only=True)
    area = serializers.IntegerField(source="goal.area.number", read_only=True)
    parent = serializers.CharField(source="goal.parent.code", read_only=True, allow_null=True, default=None)  # type: ignore[assignment]
    assessment = serializers.IntegerField(source="id", read_only=True)
    before = serializers.SerializerMethodField()

    class Meta:
        model = Assessment
        fields = read_only_fields = [
            "goal", "code", "name", "unit", "kind", "area", "lead", "parent", "assessment", "before", *_LIGHT,
        ]  # fmt: skip

    def get_before(self, row: Assessment) -> str | None:
        colour: str | None = self.context["changed"].get(row.goal_id)
        return colour


class BoardSerializer(serializers.Serializer[Board]):
    """The figures of the board page: `counters` of all goals the reader may see, `before` those of the month before."""

    document = serializers.CharField(source="document.number")
    period = serializers.CharField(source="period.label")
    as_of = serializers.DateField(allow_null=True)
    counters = serializers.SerializerMethodField()
    before = serializers.SerializerMethodField()
    kinds = serializers.DictField(child=serializers.IntegerField())
    areas = AreaSerializer(many=True)
    rows = serializers.SerializerMethodField()

    @extend_schema_field(CountersSerializer)
    def get_counters(self, board: Board) -> dict[str, int]:
        return counters(board.counts)

    @extend_schema_field(CountersSerializer(allow_null=True))
    def get_before(self, board: Board) -> dict[str, int] | None:
        return None if board.before is None else counters(board.before)

    @extend_schema_field(RowSerializer(many=True))
    def get_rows(self, board: Board) -> list[Mapping[str, Any]]:
        return list(RowSerializer(board.rows, many=True, context={"changed": board.changed}).data)

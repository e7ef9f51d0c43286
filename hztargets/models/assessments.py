from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hztargets.domain.ruleset import RuleSet
from hztargets.models.accounts import User
from hztargets.models.catalogue import Document
from hztargets.models.goals import AMOUNT, Goal
from hztargets.models.reports import Period


class RuleSetVersion(models.Model):
    """The rules that assess a document from a month on. A row is never edited: a change is a new version."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="rule_sets")
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    rules = models.JSONField()
    effective_month = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(name="rule_set_version_unique", fields=["document", "version"])]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def to_rules(self) -> RuleSet:
        return RuleSet.from_data(self.rules)


class AssessmentRun(models.Model):
    """One assessing of a document's goals as known on a day. `finished_at` is null while it runs and if it was
    aborted."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="runs")
    as_of = models.DateField()
    rule_set = models.ForeignKey(RuleSetVersion, models.PROTECT)
    is_retrospective = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    goals = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    failed = ArrayField(models.CharField(max_length=20), default=list)
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("run of judging")
        verbose_name_plural = _("runs of judging")
        indexes = [models.Index(F("document"), F("as_of").desc(), name="run_document_as_of")]


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(goal__in=Goal.objects.visible_to(user))

    def current(self) -> Self:
        return self.filter(known_until__isnull=True)

    def as_known_on(self, day: date) -> Self:
        """The assessments valid on `day`, without later reports or corrections."""
        return self.filter(Q(known_until__isnull=True) | Q(known_until__gt=day), known_from__lte=day)


class Assessment(models.Model):
    """Assessment of a goal for a period: valid from `known_from` until `known_until` (exclusive; null: still valid).

    Rows are never rewritten: a changed assessment closes the old row and adds one. Shares are 0..1, gaps are in
    percentage points, amounts in the goal's unit. The index `assessment_board` finds rows by document and period; no
    query filters by rule set or run.

    The database does not check `document`, which every goal and period has already, nor `rule_set` and `run`, which
    the writing transaction has read and added. This saves three foreign-key checks a row, at thousands of rows a run.
    """

    class Colour(models.TextChoices):
        RED = "red", _("red")
        AMBER = "amber", _("amber")
        GREEN = "green", _("green")
        GREY = "grey", _("no data")
        NONE = "none", _("not judged yet")

    document = models.ForeignKey(
        Document, models.CASCADE, related_name="assessments", db_index=False, db_constraint=False
    )
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="assessments")
    period = models.ForeignKey(Period, models.PROTECT, related_name="assessments", db_index=False)
    run = models.ForeignKey(
        AssessmentRun, models.PROTECT, null=True, related_name="assessments", db_index=False, db_constraint=False
    )
    rule_set = models.ForeignKey(RuleSetVersion, models.PROTECT, db_index=False, db_constraint=False)
    known_from = models.DateField()
    known_until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    colour = models.CharField(max_length=5, choices=Colour)
    status_colour = models.CharField(max_length=5, choices=Colour)
    raw = models.CharField(max_length=5, blank=True)
    reasons = ArrayField(models.CharField(max_length=40), default=list)
    judged_month = models.PositiveSmallIntegerField(null=True)
    value = models.DecimalField(**AMOUNT, null=True)  # type: ignore[arg-type]
    target = models.DecimalField(**AMOUNT, null=True)  # type: ignore[arg-type]
    done_share = models.FloatField(null=True)
    expected_share = models.FloatField(null=True)
    lag_pp = models.FloatField(null=True)
    attainment = models.FloatField(null=True)
    p_meet = models.FloatField(null=True)
    projection = models.FloatField(null=True)
    projection_low = models.FloatField(null=True)
    projection_high = models.FloatField(null=True)
    met = models.BooleanField(null=True)
    grade = models.CharField(max_length=1, blank=True)
    colour_vs_original = models.CharField(max_length=5, blank=True)
    freshness = models.CharField(max_length=20, blank=True)
    missing = models.PositiveSmallIntegerField(default=0)
    overdue_days = models.IntegerField(default=0)
    sentence = models.TextField()
    sentence_en = models.TextField()
    details = models.JSONField(default=dict)
    report_ids = ArrayField(models.BigIntegerField(), default=list)
    fingerprint = models.CharField(max_length=32)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="assessment_one_current", fields=["goal", "period"], condition=Q(known_until__isnull=True)
            ),
            models.CheckConstraint(
                name="assessment_known_in_order",
                condition=Q(known_until__isnull=True) | Q(known_until__gte=F("known_from")),
            ),
        ]
        indexes = [models.Index(F("document"), F("period"), F("known_from"), name="assessment_board")]


class JudgedGoal(models.Model):
    """Why a goal need not be assessed again: while its `inputs` are the same and `moves_on` is in the future, assessing
    it would store nothing new. A goal without a row is assessed.

    `as_of`: the day it was assessed. `moves_on`: the first day on which time alone may change it; null: never.
    """

    goal = models.OneToOneField(Goal, models.CASCADE, primary_key=True, related_name="judged")
    inputs = models.CharField(max_length=32)
    as_of = models.DateField()
    moves_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.goal_id} {self.as_of}"

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hztargets.domain.report_fields import BY_NAME, ReportContent
from hztargets.domain.review import OPEN_STATES
from hztargets.models.accounts import User
from hztargets.models.catalogue import Department, Document
from hztargets.models.goals import AMOUNT, Goal, whole


class Period(models.Model):
    """A month for which a document's departments report, due some working days after its end."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="periods")
    month = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    due_on = models.DateField()
    settles_on = models.DateField(
        help_text="Eve of the next month's deadline: the last day a board of this month moves."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            whole("period", "closed"),
            models.UniqueConstraint(name="period_month_unique", fields=["document", "month"]),
            models.CheckConstraint(name="period_month", condition=Q(month__gte=1, month__lte=12)),
            models.CheckConstraint(
                name="period_days_in_order", condition=Q(due_on__gte=F("opens_on"), settles_on__gte=F("due_on"))
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """`2024-07`: how a period is written in addresses, files and the API. Needs `document` loaded."""
        return f"{self.document.year}-{self.month:02d}"


class PeriodExtension(models.Model):
    """A deadline moved for one department or, with none named, for all. Never deleted; the latest row for the
    department, or for all, applies."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="extensions")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="extensions")
    previous_due_on = models.DateField()
    due_on = models.DateField()
    reason = models.TextField()
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="period_extension_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give a reason; it is kept with the period."),
            ),
            models.CheckConstraint(name="period_extension_moves", condition=~Q(due_on=F("previous_due_on"))),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.due_on}"


class GoalDeadline(models.Model):
    """The day a goal's report of one period is due, where the goal does not follow the period's own."""

    period = models.ForeignKey(Period, models.CASCADE, related_name="goal_deadlines")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="deadlines")
    due_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(name="goal_deadline_unique", fields=["period", "goal"])]

    def __str__(self) -> str:
        return f"{self.goal_id}/{self.period_id} {self.due_on}"


class IsAmong(models.Func):
    """`IsAmong(one, several)`: whether a value is an element of an array."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY ("
    output_field = models.BooleanField()


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(goal__in=Goal.objects.visible_to(user))

    def approved(self) -> Self:
        return self.filter(state=Report.State.APPROVED)

    def awaiting_review(self) -> Self:
        return self.filter(state__in=[Report.State.SUBMITTED, Report.State.ENDORSED])

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)


class Report(models.Model):
    """One version of what a department reports for a goal and period. Approved versions are never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        ENDORSED = "endorsed", _("endorsed")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Source(models.TextChoices):
        FILED = "filed", _("filed by the department")
        PUBLISHED = "published", _("published figure")
        SIMULATED = "simulated", _("simulated")

    document = models.ForeignKey(Document, models.CASCADE, related_name="reports")
    goal = models.ForeignKey(Goal, models.PROTECT, related_name="reports")
    period = models.ForeignKey(Period, models.PROTECT, related_name="reports")
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    source = models.CharField(max_length=10, choices=Source, default=Source.FILED)
    source_note = models.TextField(blank=True)

    value = models.DecimalField(**AMOUNT, null=True, blank=True)  # type: ignore[arg-type]
    comparator = models.DecimalField(**AMOUNT, null=True, blank=True)  # type: ignore[arg-type]
    is_nil = models.BooleanField(_("no progress this month"), default=False)
    is_restated = models.BooleanField(default=False)
    done_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True)
    cause = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    expected_on = models.DateField(null=True, blank=True)
    correction_reason = models.TextField(blank=True)

    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    written_by = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=models.Value([], output_field=ArrayField(models.BigIntegerField())),
        help_text="Ids of all who wrote in it or handed it in. A trigger adds them and lets none leave.",
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    endorsed_at = models.DateTimeField(null=True, blank=True)
    endorsed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.TextField(blank=True)
    known_on = models.DateField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="report_version_unique", fields=["goal", "period", "version"]),
            models.UniqueConstraint(
                name="report_one_open_version",
                fields=["goal", "period"],
                condition=Q(state__in=sorted(OPEN_STATES)),
                violation_error_message=_("This goal already has a report under way for this period."),
            ),
            models.CheckConstraint(
                name="report_four_eyes",
                condition=Q(reviewed_by__isnull=True)
                | (
                    ~Q(reviewed_by=F("submitted_by"))
                    & ~Q(reviewed_by=F("created_by"))
                    & ~Q(IsAmong(F("reviewed_by"), F("written_by")))
                ),
                violation_error_message=_("Nobody reviews a report they wrote or submitted."),
            ),
            models.CheckConstraint(
                name="report_four_eyes_endorsing",
                condition=Q(endorsed_by__isnull=True)
                | (
                    ~Q(endorsed_by=F("submitted_by"))
                    & ~Q(endorsed_by=F("created_by"))
                    & ~Q(IsAmong(F("endorsed_by"), F("written_by")))
                ),
                violation_error_message=_("Nobody endorses a report they wrote or submitted."),
            ),
            models.CheckConstraint(
                name="report_approved_is_reviewed",
                condition=~Q(state="approved")
                | Q(submitted_by__isnull=False, reviewed_by__isnull=False, known_on__isnull=False),
            ),
            models.CheckConstraint(
                name="report_returned_has_reason",
                condition=~Q(state="returned") | ~Q(return_reason=""),
                violation_error_message=_("Say why the report is returned."),
            ),
            models.CheckConstraint(
                name="report_says_something",
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(value__isnull=False)
                | Q(is_nil=True)
                | Q(done_on__isnull=False)
                | Q(expected_on__isnull=False),
                violation_error_message=_("Enter a figure, or mark the month as without progress."),
            ),
            whole("report", "submitted"),
            whole("report", "endorsed"),
            whole("report", "reviewed"),
        ]
        indexes = [
            models.Index(F("document"), F("period"), F("state"), name="report_document_period"),
            models.Index(F("document"), F("state"), F("submitted_at"), name="report_review_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id}/{self.period_id} v{self.version}"

    def to_content(self) -> ReportContent:
        return ReportContent(**{name: getattr(self, name) for name in BY_NAME})

from decimal import Decimal
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hztargets.domain.catalogue.values import DUE_DAYS
from hztargets.domain.measures import MeasureRules, measure_of
from hztargets.domain.review import DEPARTMENT_ROLES, OVERSIGHT_ROLES
from hztargets.models.accounts import User
from hztargets.models.catalogue import Area, Clause, Department, Document

AMOUNT = {"max_digits": 20, "decimal_places": 6}


def whole(table: str, prefix: str) -> models.CheckConstraint:
    """`x_at` and `x_by` are both set or both null."""
    at, by = f"{prefix}_at__isnull", f"{prefix}_by__isnull"
    return models.CheckConstraint(
        name=f"{table}_{prefix}_whole", condition=Q(**{at: True, by: True}) | Q(**{at: False, by: False})
    )


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: User) -> Self:
        """Departments see the goals they lead or share; oversight roles see all; administrators none."""
        if user.role in OVERSIGHT_ROLES:
            return self
        if user.role in DEPARTMENT_ROLES and user.department_id is not None:
            shared = GoalDepartment.objects.filter(department_id=user.department_id).values("goal_id")
            return self.filter(pk__in=shared)
        return self.none()

    def led_by(self, department: Department | int | None) -> Self:
        return self.filter(lead=department)

    def in_document_order(self) -> Self:
        return self.order_by("document_id", "position")


class Goal(models.Model):
    """One quantitative goal, budget line or milestone; what may change during the year is in its versions."""

    class Kind(models.TextChoices):
        GOAL = "goal", _("Goal")
        BUDGET = "budget", _("Budget line")
        MILESTONE = "milestone", _("Milestone")

    class Measure(models.TextChoices):
        CUMULATIVE = "cumulative", _("Cumulative")
        LEVEL = "level", _("Level")
        SHARE = "share", _("Share")
        GROWTH = "growth", _("Growth")
        RELATIVE = "relative", _("Relative")
        MILESTONE = "milestone", _("Milestone")

    class Direction(models.TextChoices):
        AT_LEAST = ">=", _("at least")
        AT_MOST = "<=", _("at most")
        ABOUT = "~", _("about")
        EXACTLY = "=", _("planned")
        MORE_THAN = ">", _("more than")

    class Frequency(models.TextChoices):
        MONTHLY = "monthly", _("monthly")
        QUARTERLY = "quarterly", _("quarterly")
        HALF_YEARLY = "half_yearly", _("half-yearly")
        YEARLY = "yearly", _("yearly")
        ONCE = "once", _("once")

    document = models.ForeignKey(Document, models.CASCADE, related_name="goals")
    area = models.ForeignKey(Area, models.PROTECT, related_name="goals")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="goals")
    code = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=30, blank=True)
    direction = models.CharField(max_length=2, choices=Direction)
    qualifier = models.CharField(max_length=50, blank=True)
    measure = models.CharField(max_length=12, choices=Measure)
    expr = models.CharField(max_length=30, blank=True)
    comparator = models.CharField(max_length=100, blank=True)
    is_count = models.BooleanField(default=False)
    is_any_time = models.BooleanField(default=False)
    precision = models.PositiveSmallIntegerField(null=True, blank=True)
    period = models.CharField(max_length=20)
    due_on = models.DateField(null=True, blank=True)
    frequency = models.CharField(max_length=12, choices=Frequency, default=Frequency.MONTHLY)
    skips_january = models.BooleanField(default=False)
    lead = models.ForeignKey(Department, models.PROTECT, related_name="led_goals")
    departments = models.ManyToManyField(Department, through="GoalDepartment", related_name="goals")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="components")
    quote = models.TextField()
    quote_start = models.PositiveIntegerField()
    note = models.TextField(blank=True)

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="goal_code_unique", fields=["document", "code"]),
            models.CheckConstraint(
                name="goal_milestone_has_due_date",
                condition=~Q(kind="milestone") | Q(due_on__isnull=False),
                violation_error_message=_("A milestone needs its due date."),
            ),
        ]
        indexes = [models.Index(F("document"), F("position"), name="goal_document_order")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def measured_as(self) -> MeasureRules:
        """The rules of its measure, for templates."""
        return measure_of(self)


class GoalDepartment(models.Model):
    """Position 1 is the lead department."""

    goal = models.ForeignKey(Goal, models.CASCADE)
    department = models.ForeignKey(Department, models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="goal_department_unique", fields=["goal", "department"])]
        indexes = [models.Index(F("department"), F("goal"), name="goal_department_of")]


class GoalVersion(models.Model):
    """The target in force from a month on; version 1 is the document's own."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    value = models.DecimalField(**AMOUNT, null=True)  # type: ignore[arg-type]
    value_max = models.DecimalField(**AMOUNT, null=True)  # type: ignore[arg-type]
    baseline = models.DecimalField(**AMOUNT, null=True)  # type: ignore[arg-type]
    effective_month = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="goal_version_number_unique", fields=["goal", "number"]),
            models.CheckConstraint(
                name="goal_version_month", condition=Q(effective_month__gte=1, effective_month__lte=12)
            ),
            whole("goal_version", "decided"),
            models.CheckConstraint(
                name="goal_version_later_has_reason",
                condition=Q(number=1) | (~Q(reason="") & Q(decided_by__isnull=False)),
                violation_error_message=_("A changed target needs a reason and somebody who approved it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} v{self.number}"


class GoalProfile(models.Model):
    """The normal course of a goal's year. `plan` holds twelve cumulative values in any unit."""

    class Kind(models.TextChoices):
        AUTO = "auto", _("automatic")
        PLAN = "plan", _("monthly plan")
        HISTORY = "history", _("past years")
        LINEAR = "linear", _("even pace")
        STEP = "step", _("batches")
        WORKING_DAY = "working_day", _("working days")

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="profiles")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.AUTO)
    plan = ArrayField(models.DecimalField(**AMOUNT), size=12, null=True, blank=True)  # type: ignore[arg-type]
    effective_month = models.PositiveSmallIntegerField(default=1)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="goal_profile_number_unique", fields=["goal", "number"]),
            whole("goal_profile", "decided"),
            models.CheckConstraint(
                name="goal_profile_plan_given",
                condition=~Q(kind__in=["plan", "step"]) | Q(plan__isnull=False, plan__len=12),
                violation_error_message=_("A plan needs twelve cumulative values."),
            ),
        ]


class GoalDueDay(models.Model):
    """On which working day after a period opens the goal's report is due; none: as the document's others. The highest
    number applies to the periods that had not opened when it was decided; number 1 without a decider comes from the
    catalogue folder."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="due_days")
    number = models.PositiveSmallIntegerField()
    working_day = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="goal_due_day_number_unique", fields=["goal", "number"]),
            models.CheckConstraint(
                name="goal_due_day_in_range",
                condition=Q(working_day__isnull=True) | Q(working_day__gte=DUE_DAYS[0], working_day__lte=DUE_DAYS[-1]),
            ),
            whole("goal_due_day", "decided"),
            models.CheckConstraint(
                name="goal_due_day_decided_has_reason",
                condition=Q(decided_by__isnull=True) | ~Q(reason=""),
                violation_error_message=_("Give a reason; it is kept with the period."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} v{self.number}"


class ReferenceYear(models.Model):
    """The values of the same indicator in an earlier year, month by month; unknown months are null."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="reference_years")
    year = models.PositiveSmallIntegerField()
    values = ArrayField(models.DecimalField(**AMOUNT, null=True), size=12)  # type: ignore[arg-type]
    source = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="reference_year_unique", fields=["goal", "year"])]

    def known(self) -> dict[int, Decimal]:
        return {month: value for month, value in enumerate(self.values, start=1) if value is not None}

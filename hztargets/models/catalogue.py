from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hztargets.domain.catalogue.values import DUE_WORKING_DAY


class Department(models.Model):
    """A responsible unit. `position` is the order of protocol in which departments are always listed."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=100, unique=True)
    position = models.PositiveSmallIntegerField()
    endorses = models.BooleanField(
        _("reports are endorsed by the department head"),
        default=False,
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")

    def __str__(self) -> str:
        return self.name


class DepartmentAlias(models.Model):
    """Another name that documents use for the same department."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=100, unique=True)

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    number = models.CharField(max_length=50, unique=True)
    title = models.CharField(max_length=300)
    issuer = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()
    issued_on = models.DateField()
    text = models.TextField()
    due_working_day = models.PositiveSmallIntegerField(
        _("reports are due on working day"), default=DUE_WORKING_DAY, editable=False
    )

    def __str__(self) -> str:
        return self.number


class Area(models.Model):
    """One of a document's numbered areas; number 0 is for the document as a whole."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="areas")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    leads = models.ManyToManyField(Department, through="AreaLead", related_name="led_areas")

    class Meta:
        constraints = [models.UniqueConstraint(name="area_number_unique", fields=["document", "number"])]

    def __str__(self) -> str:
        return self.title


class AreaLead(models.Model):
    area = models.ForeignKey(Area, models.CASCADE)
    department = models.ForeignKey(Department, models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="area_lead_unique", fields=["area", "department"])]


class Clause(models.Model):
    """A numbered clause, an area's opening paragraph (number 0) or the closing paragraph."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="clauses")
    area = models.ForeignKey(Area, models.CASCADE, related_name="clauses")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    departments = models.ManyToManyField(Department, through="ClauseDepartment", related_name="clauses")

    class Meta:
        constraints = [models.UniqueConstraint(name="clause_number_unique", fields=["document", "area", "number"])]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class ClauseDepartment(models.Model):
    """Position 1 is the lead department."""

    clause = models.ForeignKey(Clause, models.CASCADE)
    department = models.ForeignKey(Department, models.PROTECT)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="clause_department_unique", fields=["clause", "department"]),
            models.CheckConstraint(name="clause_department_position", condition=Q(position__gte=1)),
        ]
        indexes = [models.Index(F("clause"), F("position"), name="clause_department_order")]

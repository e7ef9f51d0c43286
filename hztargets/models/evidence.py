from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hztargets.models.accounts import User
from hztargets.models.reports import Report

MAX_EVIDENCE_BYTES = 5 * 1024 * 1024


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """Visible to users who may see the report."""
        return self.filter(report__in=Report.objects.visible_to(user))

    def in_order(self) -> Self:
        return self.order_by("uploaded_at", "pk")


class Evidence(models.Model):
    """A file that proves a version of a report. It can be added and removed while the version is a draft or returned;
    after that the database refuses to add, change or remove it.

    `name` is only shown. `content_type` was found in the content. `sha256` is hexadecimal.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="evidence_once",
                fields=["report", "sha256"],
                violation_error_message=_("This file is attached already."),
            ),
            models.CheckConstraint(
                name="evidence_size",
                condition=Q(size__gte=1, size__lte=MAX_EVIDENCE_BYTES),
                violation_error_message=_("A file holds between 1 byte and 5 MB."),
            ),
            models.CheckConstraint(
                name="evidence_has_name",
                condition=~Q(name=""),
                violation_error_message=_("The file has no name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EvidenceContent(models.Model):
    """The bytes, in a table of their own so that lists do not read them. They are in the database and not on a disk, so
    that one back-up holds everything, a row never lacks its file, and every web host can serve it."""

    evidence = models.OneToOneField(Evidence, models.CASCADE, primary_key=True, related_name="content")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.evidence_id}"

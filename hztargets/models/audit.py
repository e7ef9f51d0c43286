from django.db import models
from django.db.models import F

from hztargets.models.accounts import User


class AuditEvent(models.Model):
    """Who did what, when, from where, before and after. The database refuses to change or delete a row.

    `object_id` is 0 for an event without a row, such as a log-in with an unknown name.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=50)
    object_type = models.CharField(max_length=30)
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=50, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            models.Index(F("object_type"), F("object_id"), name="audit_object"),
            models.Index(F("at"), name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"


class AuditLink(models.Model):
    """An event's place in the chain, written by the database at commit: gapless, each hash over the one before.

    The hash is hexadecimal SHA-256; `hztargets.queries.audit.chain` defines its input.
    """

    sequence = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="link")
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"

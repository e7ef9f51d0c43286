from django.db import models
from django.db.models import F

from hztargets.models.accounts import User


class IdempotencyKey(models.Model):
    """A write that a program may repeat: the request to `path` under a key, and its answer.

    `location` is the header.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    location = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="idempotency_key_unique", fields=["user", "path", "key"])]
        indexes = [models.Index(F("created_at"), name="idempotency_key_created")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"

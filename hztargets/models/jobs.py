from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LEASE = timedelta(minutes=6)


class ClaimableQuerySet(models.QuerySet[Any]):
    def ready(self, now: datetime) -> Self:
        """Due and not being worked on: waiting, or claimed by a worker whose lease has run out."""
        return self.filter(
            Q(state=Claimable.State.WAITING, next_at__isnull=True)
            | Q(state=Claimable.State.WAITING, next_at__lte=now)
            | Q(state=Claimable.State.CLAIMED, lease_until__lt=now)
        )

    def claim(self, now: datetime) -> Any | None:
        """Takes one ready row for this worker, counting the attempt; None when there is none.

        The caller commits before it works, so that a killed worker still leaves the attempt counted.
        """
        oldest = self.ready(now).order_by(F("next_at").asc(nulls_first=True), "pk")
        ready = oldest.select_for_update(skip_locked=True).values("pk")[:1]
        picked, values = ready.query.sql_with_params()
        taken = self.model._default_manager.raw(
            f"UPDATE {self.model._meta.db_table}"  # noqa: S608 — no word of it comes from outside
            " SET state = %s, attempts = attempts + 1, lease_until = %s, token = %s"
            f" WHERE id = ({picked}) RETURNING *",
            [Claimable.State.CLAIMED, now + LEASE, uuid4(), *values],
        )
        return next(iter(taken), None)

    def held(self, pk: int, token: UUID | None) -> Self:
        """The row if this worker still holds it; a result is written only through this."""
        return self.filter(pk=pk, token=token, state=Claimable.State.CLAIMED)


class Claimable(models.Model):
    """A row of work: claimed with a lease, retried later, dead after too many attempts.

    `next_at` and `lease_until` are real time; an empty `next_at` means at once. `created_at` is business time.
    `last_error` of a cancelled row is the code of its reason.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("being worked on")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        DEAD = "dead", _("given up")
        CANCELLED = "cancelled", _("cancelled")

    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True, unique=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def due_at(self) -> datetime:
        return self.next_at or self.created_at


class Job(Claimable):
    """Work due at a slot. `(name, slot)` is unique, so two schedulers cannot start the same work twice."""

    name = models.CharField(max_length=50)
    slot = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)

    objects = ClaimableQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs in the background")
        constraints = [models.UniqueConstraint(name="job_slot_unique", fields=["name", "slot"])]
        indexes = [models.Index(F("state"), F("next_at"), name="job_ready")]

    def __str__(self) -> str:
        return f"{self.name} {self.slot}"

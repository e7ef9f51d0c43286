from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from hztargets.models.accounts import Role, User
from hztargets.models.catalogue import Document
from hztargets.models.flags import FlagTransition
from hztargets.models.jobs import Claimable, ClaimableQuerySet


class NoticeKind(models.TextChoices):
    """What a notice is about; the properties stand in `services/notices/kinds.py`."""

    FLAGS = "flags", _("changed lights")


class Channel(models.TextChoices):
    """How a notice reaches its recipient; each has a folder in `services/notices/channels/`."""

    EMAIL = "email", _("e-mail")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """The office and the auditor see every notice, everybody else their own."""
        if user.role in (Role.OFFICE, Role.AUDITOR):
            return self
        return self.filter(recipient=user)


class Notice(models.Model):
    """A message to one recipient in their language, written in the transaction that caused it."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="notices")
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices", verbose_name=_("recipient"))
    kind = models.CharField(max_length=20, choices=NoticeKind)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    dedupe_key = models.CharField(max_length=200, unique=True)
    transitions = models.ManyToManyField(FlagTransition, related_name="notices")
    created_at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")

    def __str__(self) -> str:
        return self.subject

    @property
    def by_email(self) -> "Delivery | None":
        """Its delivery by e-mail; read many with `deliveries` prefetched."""
        return next((row for row in self.deliveries.all() if row.channel == Channel.EMAIL), None)


class Delivery(Claimable):
    """A notice on one channel, sent by a worker. `address` is where it was sent, empty until then.

    `message_id` stays the same when the sending is repeated.
    """

    class Reason(models.TextChoices):
        """Why a delivery was cancelled; kept in `last_error`."""

        ACCOUNT_INACTIVE = "account_inactive", _("the account is inactive")
        NO_ADDRESS = "no_address", _("the account has no address")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    address = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=200, unique=True)

    objects = ClaimableQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("notices sent or waiting")
        constraints = [models.UniqueConstraint(name="delivery_channel_unique", fields=["notice", "channel"])]
        indexes = [models.Index(F("state"), F("next_at"), name="delivery_ready")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.channel}"

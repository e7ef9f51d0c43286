from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from hztargets.models.accounts import Role, User
from hztargets.models.catalogue import Document
from hztargets.models.flags import FlagTransition
from hztargets.models.jobs import Claimable, ClaimableQuerySet


class NoticeQuerySet(ClaimableQuerySet):
    def visible_to(self, user: User) -> Self:
        """The office and the auditor see every notice, everybody else their own."""
        if user.role in (Role.OFFICE, Role.AUDITOR):
            return self
        return self.filter(recipient=user)


class Notice(Claimable):
    """An e-mail to one recipient, written in the transaction that caused it and sent later by a worker."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="notices")
    recipient = models.ForeignKey(User, models.PROTECT, related_name="notices", verbose_name=_("recipient"))
    email = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField()
    dedupe_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    transitions = models.ManyToManyField(FlagTransition, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices sent or waiting")
        indexes = [models.Index(F("state"), F("next_at"), name="notice_ready")]

    def __str__(self) -> str:
        return self.subject

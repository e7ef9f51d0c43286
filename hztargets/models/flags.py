from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hztargets.models.accounts import User
from hztargets.models.assessments import Assessment
from hztargets.models.catalogue import Document
from hztargets.models.goals import Goal
from hztargets.models.reports import Period


class FlagQuerySet(models.QuerySet["Flag"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(goal__in=Goal.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Flag(models.Model):
    """A goal under warning from `opened_at` until `closed_at`. Its colour is the goal's latest light."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="flags")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="flags")
    colour = models.CharField(max_length=5, choices=[("red", _("red")), ("amber", _("amber"))])
    opened_on = models.DateField()
    opened_at = models.DateTimeField()
    closed_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="flag_one_open", fields=["goal"], condition=Q(closed_at__isnull=True)),
        ]
        indexes = [models.Index(F("document"), F("closed_at"), name="flag_document_open")]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.colour}"


class FlagTransition(models.Model):
    """A change of a flag, kept for good; an empty colour means no flag."""

    flag = models.ForeignKey(Flag, models.CASCADE, related_name="transitions")
    period = models.ForeignKey(Period, models.PROTECT)
    assessment = models.ForeignKey(Assessment, models.PROTECT, related_name="transitions")
    from_colour = models.CharField(max_length=5, blank=True)
    to_colour = models.CharField(max_length=5, blank=True)
    as_of = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="flag_transition_once", fields=["flag", "assessment"]),
            models.CheckConstraint(name="flag_transition_changes", condition=~Q(from_colour=F("to_colour"))),
        ]

from django.db import models
from django.utils.translation import gettext_lazy as _

from hztargets.models.accounts import User
from hztargets.models.reports import Period


class SheetUpload(models.Model):
    """A department's sheet between upload and confirmation: the file until it is read, then its lines.

    `checks` are the check results of each row, made when the stored reports had the digest `stored_state`; `done` of
    `total` rows are checked. `sentence` is the one with which reading or filing ended. `origin` is what the audit trail
    stores of the request, for work done after it by a worker. A user's next upload replaces the last; beat deletes it a
    day later.
    """

    class Step(models.TextChoices):
        WAITING = "waiting", _("waiting")
        READING = "reading", _("being read")
        CHECKING = "checking", _("being checked")
        READY = "ready", _("ready to look at")
        CONFIRMED = "confirmed", _("waiting to be filed")
        FILING = "filing", _("being filed")
        FILED = "filed", _("filed")
        FAILED = "failed", _("not read")

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    period = models.ForeignKey(Period, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    step = models.CharField(max_length=10, choices=Step)
    file = models.BinaryField(default=bytes, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    lines = models.JSONField(default=list, blank=True)
    refused = models.JSONField(default=dict, blank=True)
    stored_state = models.CharField(max_length=64, blank=True)
    checks = models.JSONField(default=dict, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    sentence = models.TextField(blank=True)
    origin = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="sheet_upload_one_waiting", fields=["user"])]

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"

    @property
    def is_under_way(self) -> bool:
        return self.step not in (self.Step.READY, self.Step.FILED, self.Step.FAILED)

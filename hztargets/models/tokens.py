from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hztargets.models.accounts import Role, User
from hztargets.models.goals import whole


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> Self:
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)


class ApiToken(models.Model):
    """The key by which a program acts as `account`, which nobody can log in to.

    Only the key's digest is kept; `prefix` tells keys apart. Keys of one account follow each other when the key is
    replaced.
    """

    class Scope(models.TextChoices):
        READ = "read", _("read")
        FILE = "file", _("read and file")

    account = models.ForeignKey(User, models.PROTECT, related_name="api_tokens", verbose_name=_("account"))
    scope = models.CharField(_("scope"), max_length=10, choices=Scope)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.GenericIPAddressField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="api_token_scope_known",
                condition=Q(scope__in=["read", "file"]),
                violation_error_message=_("A token may read, or read and file."),
            ),
            models.CheckConstraint(
                name="api_token_ends",
                condition=Q(expires_at__gt=F("created_at")),
                violation_error_message=_("A token ends after it was made."),
            ),
            whole("api_token", "revoked"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def fits_account(self) -> bool:
        """A department's program files and reads like a clerk, a program of the oversight side only reads.

        If the account changes to any other role, its token cannot be used.
        """
        is_oversight = self.account.role == Role.SERVICE and self.scope == self.Scope.READ
        return is_oversight or (self.account.role == Role.CLERK and self.account.department_id is not None)

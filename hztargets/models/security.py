from django.db import models
from django.db.models import F

from hztargets.models.accounts import User


class LoginAttempt(models.Model):
    """Log-in attempts, unfinished or failed, counted for one account, address or both.

    `key` is a keyed digest: a password typed into the wrong field must not be readable here.
    """

    key = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(F("last_at"), name="login_attempt_last")]

    def __str__(self) -> str:
        return f"{self.key[:12]} {self.failures}"


class PasswordChoice(models.Model):
    """When a user chose the password they have. `fingerprint` is a digest of the stored hash.

    A password that another person set does not match the fingerprint and so counts as not chosen.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="password_choice")
    fingerprint = models.CharField(max_length=64)
    chosen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user)

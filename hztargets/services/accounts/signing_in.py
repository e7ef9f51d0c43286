"""Logging in and out. Failures are counted for the account at an address, the account, and the address alone.

An attempt is counted before the password is checked, so that guesses sent at the same moment count as well. Unknown
names are counted like known ones: neither answer nor delay shows whether an account exists.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.crypto import salted_hmac

from hztargets.domain.problems import Problem
from hztargets.models import LoginAttempt, User
from hztargets.services.auditing import record_event
from hztargets.services.errors import ServiceError

log = structlog.get_logger(__name__)

LOCKED_FOR = timedelta(minutes=15)
MAX_FAILURES = 5
MAX_FAILURES_OF_ACCOUNT = 20
MAX_FAILURES_FROM_ADDRESS = 50
"""The last two are higher, because many people may share one address and nobody should be able to lock out a
colleague."""


class LockedOut(ServiceError):
    """Too many failures. The password was not checked."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A log-in attempt that is already counted. `limits` by key of `LoginAttempt`."""

    username: str
    limits: dict[str, int]
    address_key: str


def begin_attempt(*, username: str, address: str | None, now: datetime) -> Attempt:
    """Raises `LockedOut` when one of the counters is full; otherwise increments all of them."""
    name = User.normalize_username(username)
    address_key = _key("address", address or "")
    limits = {
        _key("both", name, address or ""): MAX_FAILURES,
        _key("account", name): MAX_FAILURES_OF_ACCOUNT,
        address_key: MAX_FAILURES_FROM_ADDRESS,
    }
    with transaction.atomic():
        for key in sorted(limits):  # one order for all, so that two attempts never wait for each other
            _count(key, limits[key], now)
    return Attempt(username=name, limits=limits, address_key=address_key)


def _key(*parts: str) -> str:
    return salted_hmac("hztargets.login", "\0".join(parts), algorithm="sha256").hexdigest()


def _count(key: str, limit: int, now: datetime) -> None:
    LoginAttempt.objects.get_or_create(key=key, defaults={"last_at": now})
    row = LoginAttempt.objects.select_for_update().get(key=key)
    if now - row.last_at > LOCKED_FOR:
        row.failures = 0
    if row.failures >= limit:
        log.warning("login_refused", key=key[:12])
        raise locked_out()
    row.failures += 1
    row.last_at = now
    row.save()


def locked_out() -> LockedOut:
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    return LockedOut(Problem("locked_out", facts={"minutes": minutes}))


@transaction.atomic
def fail_attempt(*, attempt: Attempt, now: datetime) -> bool:
    """Records the failure; True when it was the last one allowed. A name without an account is not recorded: it may be
    a password typed into the wrong field."""
    user = User.objects.filter(username=attempt.username).first()
    subject = user or User
    record_event(action="login.failed", subject=subject, by=None, now=now)
    rows = LoginAttempt.objects.filter(key__in=attempt.limits)
    is_locked = any(row.failures >= attempt.limits[row.key] for row in rows)
    if is_locked:
        record_event(action="login.locked", subject=subject, by=None, now=now)
    return is_locked


@transaction.atomic
def complete_attempt(*, attempt: Attempt, user: User, now: datetime) -> None:
    """The log-in succeeded: the account's counters are cleared, and the address's counter goes down by one."""
    address = LoginAttempt.objects.select_for_update().filter(key=attempt.address_key).first()
    if address is not None:
        address.failures = max(0, address.failures - 1)
        address.save()
    LoginAttempt.objects.filter(key__in=attempt.limits.keys() - {attempt.address_key}).delete()
    LoginAttempt.objects.filter(last_at__lt=now - LOCKED_FOR).delete()
    record_event(action="login", subject=user, by=user, now=now)


@transaction.atomic
def sign_out(*, user: User, now: datetime) -> None:
    record_event(action="logout", subject=user, by=user, now=now)


@transaction.atomic
def end_session(*, user: User, reason: str, now: datetime) -> None:
    """Logs out a session that lasted too long: `idle` is too long without a request, `long` too long in total."""
    record_event(action="session.end", subject=user, by=user, now=now, reason=reason)

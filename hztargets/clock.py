"""The system's two clocks. Entry points alone read them and hand the time on."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Business time, aware: filing, deadlines, lights, quiet hours."""
    return timezone.now()


def today() -> date:
    """The day of `now()` in the city's time zone."""
    return timezone.localdate(now())


def real_now() -> datetime:
    """The time of the real world, aware: sessions, tokens, log-in, leases, back-off, audit of accounts."""
    return timezone.now()

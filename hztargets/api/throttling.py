"""How much one caller may ask: counted in Valkey, so that all processes of all machines count together.

Windows are fixed: `API_RATES` names requests and seconds, for reading, writing, and whoever is not known (by address).
Valkey away or slow lets everybody through, counts that, and is not asked again for a while: filing never waits for it.
"""

import time
from functools import lru_cache

import redis
import structlog
from django.conf import settings
from django.utils.translation import gettext as _
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from hztargets import clock
from hztargets.api.authentication import address_of_request

log = structlog.get_logger(__name__)

ANONYMOUS, READ, WRITE = "anonymous", "read", "write"
_TIMEOUT = 0.1
_PAUSE = 10
"""Seconds."""


class TooManyRequestsError(APIException):
    """`wait` becomes the header Retry-After."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS
    default_code = "throttled"

    def __init__(self, wait: int) -> None:
        super().__init__(_("Too many requests. Try again in %(seconds)s seconds.") % {"seconds": wait})
        self.wait = wait


class Counter:
    """`failures` counts how often this process could not count."""

    def __init__(self, url: str) -> None:
        patience = {"socket_timeout": _TIMEOUT, "socket_connect_timeout": _TIMEOUT}
        self._valkey = redis.Redis.from_url(url, retry=Retry(NoBackoff(), 1), **patience)
        self._paused_until = 0.0
        self.failures = 0

    def count(self, key: str, window: int) -> int | None:
        """How many with this one, the same key counting together for `window` seconds; None if nobody can tell."""
        if time.monotonic() < self._paused_until:
            return None
        try:
            with self._valkey.pipeline(transaction=False) as pipeline:
                pipeline.incr(key)
                pipeline.expire(key, window)
                return int(pipeline.execute()[0])
        except redis.RedisError as error:
            self.failures += 1
            self._paused_until = time.monotonic() + _PAUSE
            log.warning("requests_not_counted", failures=self.failures, error=str(error))
            return None


@lru_cache
def counter(url: str) -> Counter:
    return Counter(url)


def count_stranger() -> None:
    _count(ANONYMOUS, address_of_request() or "unknown")


def count_request(request: Request) -> None:
    """Raises `TooManyRequestsError`. The keys of one program count together."""
    if not request.user.is_authenticated:
        count_stranger()
    else:
        _count(READ if request.method in SAFE_METHODS else WRITE, str(request.user.pk))


def _count(scope: str, who: str) -> None:
    if scope not in settings.API_RATES:
        return
    limit, window = settings.API_RATES[scope]
    now = int(clock.real_now().timestamp())
    counted = counter(settings.API_COUNTER_URL).count(f"hztargets:rate:{scope}:{who}:{now // window}", window)
    if counted is not None and counted > limit:
        raise TooManyRequestsError(window - now % window)

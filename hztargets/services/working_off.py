"""Working off claimable rows, the same way for jobs and deliveries.

A claim is committed before the work, the result only if the claim still holds: each row is worked on at least once,
and a worker that dies leaves the attempt counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from hztargets.models.jobs import Claimable, ClaimableQuerySet

log = structlog.get_logger(__name__)
_State = Claimable.State


class NoLongerDue(Exception):
    """The row must not be worked on any more; the argument is the code of the reason, kept with the cancelled row."""


def _never(_error: Exception) -> bool:
    return False


@dataclass(frozen=True)
class RetryPolicy:
    """What a failure leads to. `back_off` holds the waits between the attempts; errors not in `caught` are raised."""

    back_off: tuple[timedelta, ...]
    caught: tuple[type[Exception], ...]
    is_permanent: Callable[[Exception], bool] = _never

    @property
    def max_attempts(self) -> int:
        return len(self.back_off) + 1


def work_off_next(
    *, rows: ClaimableQuerySet, work: Callable[[Any], None], policy: RetryPolicy, clock: Callable[[], datetime]
) -> bool:
    """Works on one ready row; False when none is ready. `clock` gives real time. Not inside a transaction."""
    with transaction.atomic(durable=True):
        row: Claimable | None = rows.claim(clock())
    if row is None:
        return False
    result = _work(row, work, policy, clock)
    rows.held(row.pk, row.token).update(lease_until=None, **result)
    return True


def _work(
    row: Claimable, work: Callable[[Any], None], policy: RetryPolicy, clock: Callable[[], datetime]
) -> dict[str, object]:
    """The columns to write when the work has ended."""
    if row.attempts > policy.max_attempts:
        return {"state": _State.DEAD, "last_error": row.last_error or "too many attempts"}
    try:
        work(row)
    except NoLongerDue as error:
        return {"state": _State.CANCELLED, "done_at": clock(), "last_error": str(error)}
    except policy.caught as error:
        log.warning("work_failed", row=f"{row._meta.model_name} {row.pk}", attempts=row.attempts, exc_info=error)
        return {"last_error": repr(error), **_after_failure(row, error, policy, clock())}
    return {"state": _State.DONE, "done_at": clock(), "last_error": ""}


def _after_failure(row: Claimable, error: Exception, policy: RetryPolicy, now: datetime) -> dict[str, object]:
    if policy.is_permanent(error):
        return {"state": _State.FAILED}
    if row.attempts >= policy.max_attempts:
        return {"state": _State.DEAD}
    return {"state": _State.WAITING, "next_at": now + policy.back_off[row.attempts - 1]}

"""A program repeats a write whose answer it did not receive: the repetition writes nothing and gets the first
answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hztargets.domain.problems import Problem
from hztargets.models import IdempotencyKey, User
from hztargets.services.errors import InvalidReport

KEPT_FOR = timedelta(hours=24)
MAX_KEY_LENGTH = 255


class KeyReused(InvalidReport):
    """The key was used before for another request."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str
    location: str = ""


def claim_key(
    *, key: str, path: str, request_hash: str, by: User, now: datetime
) -> tuple[IdempotencyKey, Answer | None]:
    """The caller's key for that address, and the answer stored under it if there is one.

    Must run in the transaction that does the work: a second request with the key waits until the first has committed,
    and a request that fails stores no key.
    """
    assert transaction.get_connection().in_atomic_block
    IdempotencyKey.objects.filter(user=by, path=path, key=key, created_at__lt=now - KEPT_FOR).delete()
    row, is_new = IdempotencyKey.objects.get_or_create(
        user=by, path=path, key=key, defaults={"request_hash": request_hash, "created_at": now}
    )
    if is_new:
        return row, None
    if row.request_hash != request_hash or row.status is None:
        raise KeyReused(Problem("key_reused"))
    return row, Answer(row.status, row.body, row.location)


@transaction.atomic
def forget_answers(*, now: datetime) -> int:
    """Deletes the keys older than `KEPT_FOR`; returns how many."""
    _all, by_model = IdempotencyKey.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return by_model.get(IdempotencyKey._meta.label, 0)


def remember_answer(*, row: IdempotencyKey, answer: Answer) -> None:
    row.status, row.body, row.location = answer.status, answer.body, answer.location
    row.save(update_fields=["status", "body", "location"])

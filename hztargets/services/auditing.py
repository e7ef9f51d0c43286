from collections.abc import Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

import structlog
from django.db import transaction
from django.db.models import Model

from hztargets.models import AuditEvent, User


class _Facts(TypedDict):
    """`subject` is a class for events without a row, such as a failed log-in."""

    action: str
    subject: Model | type[Model]
    by: User | None
    now: datetime
    before: NotRequired[dict[str, Any] | None]
    after: NotRequired[dict[str, Any] | None]
    reason: NotRequired[str]


def event_of(**facts: Unpack[_Facts]) -> AuditEvent:
    """The audit row of a change, not stored yet."""
    subject = facts["subject"]
    context = structlog.contextvars.get_contextvars()
    return AuditEvent(
        at=facts["now"],
        by=facts["by"],
        action=facts["action"],
        object_type=str(subject._meta.model_name),
        object_id=subject.pk if isinstance(subject, Model) else 0,
        before=facts.get("before"),
        after=facts.get("after"),
        reason=facts.get("reason", ""),
        request_id=str(context.get("request_id", "")),
        address=context.get("ip") or None,
    )


def record_event(**facts: Unpack[_Facts]) -> AuditEvent:
    """Stores the audit row of a change in the caller's transaction, so that no change is stored without it.

    The database links the row into the chain when the transaction commits; if it cannot, the commit fails and nothing
    is stored.
    """
    event = event_of(**facts)
    event.save(force_insert=True)
    return event


def record_events(events: Sequence[AuditEvent]) -> None:
    """Stores the audit rows of many changes in this order, in the caller's transaction."""
    AuditEvent.objects.bulk_create(events)


@transaction.atomic
def record_export(*, by: User, filters: dict[str, str], now: datetime) -> None:
    """Records who exported which part of the trail."""
    record_event(action="audit.export", subject=AuditEvent, by=by, now=now, after=filters or None)

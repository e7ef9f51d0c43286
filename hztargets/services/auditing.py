from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Model

from hztargets.models import AuditEvent, User


def record_event(
    *,
    action: str,
    subject: Model | type[Model],
    by: User | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Adds the audit row of a change, in the caller's transaction: no row, no change.

    A class as `subject` is for events without a row, such as a failed log-in. The database links the row into the
    chain when the transaction commits; if it cannot, the commit fails and nothing has happened.
    """
    context = structlog.contextvars.get_contextvars()
    return AuditEvent.objects.create(
        at=now,
        by=by,
        action=action,
        object_type=str(subject._meta.model_name),
        object_id=subject.pk if isinstance(subject, Model) else 0,
        before=before,
        after=after,
        reason=reason,
        request_id=str(context.get("request_id", "")),
        address=context.get("ip") or None,
    )


@transaction.atomic
def record_export(*, by: User, asked: dict[str, str], now: datetime) -> None:
    """Who took which part of the trail away with them."""
    record_event(action="audit.export", subject=AuditEvent, by=by, now=now, after=asked or None)

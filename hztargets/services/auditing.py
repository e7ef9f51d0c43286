from datetime import datetime
from typing import Any

import structlog
from django.db.models import Model

from hztargets.models import AuditEvent, User


def record_event(
    *,
    action: str,
    subject: Model,
    by: User | None,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Adds the audit row of a change, in the caller's transaction: no row, no change."""
    context = structlog.contextvars.get_contextvars()
    return AuditEvent.objects.create(
        at=now,
        by=by,
        action=action,
        object_type=subject._meta.label_lower.rpartition(".")[2],
        object_id=subject.pk,
        before=before,
        after=after,
        reason=reason,
        request_id=str(context.get("request_id", "")),
        address=context.get("ip") or None,
    )

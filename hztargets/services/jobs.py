"""Asking for work in the background. What each job does stands in `job_kinds`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hztargets.models import Job


def add_job(*, name: str, slot: str, arguments: Mapping[str, Any], now: datetime) -> bool:
    """Ready at once. True if the slot was free; a slot that is taken already is left as it is."""
    _job, is_new = Job.objects.get_or_create(
        name=name, slot=slot, defaults={"arguments": dict(arguments), "created_at": now}
    )
    return is_new

"""What a worker does with a long sheet: reads it, checks it row by row, and files it once it is confirmed.

Every step may run twice. Progress is committed at every step; filing and the sentence about it are one transaction.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from hztargets.domain.sheets.cells import pack, unpack
from hztargets.models import SheetUpload, User
from hztargets.services.errors import ServiceError
from hztargets.services.sheets.checking import Progress, RowCheck
from hztargets.services.sheets.filing import (
    KnownChecks,
    Refusals,
    SheetPreview,
    SheetRefused,
    file_sheet,
    preview_sheet,
)
from hztargets.services.uploads import read_upload

log = structlog.get_logger(__name__)

LONG_SHEET = 1_000
"""Lines from which a worker checks and files the sheet."""
_Step = SheetUpload.Step


def work_on_sheet(arguments: Mapping[str, Any], now: datetime) -> None:
    """A job's handler. Does nothing for an upload that was replaced or confirmed elsewhere."""
    upload = SheetUpload.objects.select_related("user", "period__document").filter(pk=arguments["upload"]).first()
    if upload is None:
        log.info("upload_gone", upload=arguments["upload"])
        return
    with translation.override(upload.language), structlog.contextvars.bound_contextvars(**upload.origin):
        try:
            if upload.step in (_Step.CONFIRMED, _Step.FILING):
                _file(upload, now)
            elif upload.is_under_way:
                _read(upload)
                _check(upload, now)
        except ServiceError as error:
            _end_with(upload, error)


def _read(upload: SheetUpload) -> None:
    if not upload.file:
        return
    _note(upload, step=_Step.READING)
    table = read_upload(upload.name, bytes(upload.file))
    _note(upload, encoding=table.encoding, lines=pack(table.lines), file=b"")


def _check(upload: SheetUpload, now: datetime) -> None:
    _note(upload, step=_Step.CHECKING)
    known = preview_upload(upload, upload.user, now, progress=_progress(upload)).known
    checks = {code: check.to_json() for code, check in known.checks.items()}
    _note(upload, step=_Step.READY, stored_state=known.stored_state, checks=checks)


def _progress(upload: SheetUpload) -> Progress:
    return lambda done, total: _note(upload, done=done, total=total)


def _file(upload: SheetUpload, now: datetime) -> None:
    _note(upload, step=_Step.FILING)
    with transaction.atomic():
        filed = file_sheet(
            lines=unpack(upload.lines),
            document=upload.period.document,
            period=upload.period,
            digest=upload.digest,
            stored_state=upload.stored_state,
            by=upload.user,
            now=now,
        )
        _note(upload, step=_Step.FILED, sentence=filed_sentence(len(filed)))


def _end_with(upload: SheetUpload, error: ServiceError) -> None:
    """A file that cannot be read is dropped; rows that cannot be filed are shown again with the reason."""
    step = _Step.READY if upload.lines else _Step.FAILED
    refused = refusals_to_json(error.refused) if isinstance(error, SheetRefused) else {}
    _note(upload, step=step, sentence=error.message, refused=refused, file=b"")


def _note(upload: SheetUpload, **columns: Any) -> None:
    """Updates only the row of this upload; a newer upload has another row."""
    for name, value in columns.items():
        setattr(upload, name, value)
    SheetUpload.objects.filter(pk=upload.pk).update(**columns)


def preview_upload(upload: SheetUpload, by: User, now: datetime, progress: Progress | None = None) -> SheetPreview:
    checks = {code: RowCheck.from_json(stored) for code, stored in upload.checks.items()}
    return preview_sheet(
        lines=unpack(upload.lines),
        document=upload.period.document,
        period=upload.period,
        by=by,
        now=now,
        refused={code: [(field, text) for field, text in messages] for code, messages in upload.refused.items()},
        known=KnownChecks(upload.stored_state, checks),
        progress=progress,
    )


def refusals_to_json(refused: Refusals) -> dict[str, list[list[str]]]:
    return {code: [[field, text] for field, text in messages] for code, messages in refused.items()}


def filed_sentence(count: int) -> str:
    if not count:
        return _("Nothing changed: the sheet says what had been filed already.")
    return _("Reports filed from the sheet: %(count)s.") % {"count": count}

"""What a worker does with a long sheet: reads it, checks it row by row, and files it once it is confirmed.

Every step may run twice. Progress is committed as it goes; filing and the word of it are one transaction.
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
from hztargets.services.sheets.checking import Checked, Watch
from hztargets.services.sheets.filing import (
    KnownAnswers,
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
    """A job's handler. An upload that was replaced or confirmed elsewhere is gone, and so is the work."""
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
    known = look_at_upload(upload, upload.user, now, watch=_watch(upload)).known
    answers = {code: answer.to_json() for code, answer in known.answers.items()}
    _note(upload, step=_Step.READY, seen=known.seen, answers=answers)


def _watch(upload: SheetUpload) -> Watch:
    return lambda done, total: _note(upload, done=done, total=total)


def _file(upload: SheetUpload, now: datetime) -> None:
    _note(upload, step=_Step.FILING)
    with transaction.atomic():
        filed = file_sheet(
            lines=unpack(upload.lines),
            document=upload.period.document,
            period=upload.period,
            digest=upload.digest,
            seen=upload.seen,
            by=upload.user,
            now=now,
        )
        _note(upload, step=_Step.FILED, told=filed_sentence(len(filed)))


def _end_with(upload: SheetUpload, error: ServiceError) -> None:
    """A file that cannot be read is done with; rows that cannot be filed are shown again with the reason."""
    step = _Step.READY if upload.lines else _Step.FAILED
    refused = kept_refusals(error.refused) if isinstance(error, SheetRefused) else {}
    _note(upload, step=step, told=error.message, refused=refused, file=b"")


def _note(upload: SheetUpload, **columns: Any) -> None:
    """Only on the row this work is about: a newer upload has another."""
    for name, value in columns.items():
        setattr(upload, name, value)
    SheetUpload.objects.filter(pk=upload.pk).update(**columns)


def look_at_upload(upload: SheetUpload, by: User, now: datetime, watch: Watch | None = None) -> SheetPreview:
    answers = {code: Checked.from_json(kept) for code, kept in upload.answers.items()}
    return preview_sheet(
        lines=unpack(upload.lines),
        document=upload.period.document,
        period=upload.period,
        by=by,
        now=now,
        refused={code: [(field, words) for field, words in said] for code, said in upload.refused.items()},
        known=KnownAnswers(upload.seen, answers),
        watch=watch,
    )


def kept_refusals(refused: Refusals) -> dict[str, list[list[str]]]:
    return {code: [[field, words] for field, words in said] for code, said in refused.items()}


def filed_sentence(count: int) -> str:
    if not count:
        return _("Nothing changed: the sheet says what had been filed already.")
    return _("Reports filed from the sheet: %(count)s.") % {"count": count}

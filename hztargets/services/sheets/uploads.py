"""A sheet between upload and confirmation. A short one is read and filed at once, a long one by a worker."""

from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from django.db import transaction
from django.utils.translation import get_language

from hztargets.domain.sheets.cells import pack, unpack
from hztargets.models import Period, Report, SheetUpload, User
from hztargets.services.jobs import add_job
from hztargets.services.sheets.filing import Refusals, SheetRefused, file_sheet
from hztargets.services.sheets.work import LONG_SHEET, refusals_to_json
from hztargets.services.uploads import check_upload, read_upload

LONG_FILE = 512 * 1024
"""Bytes from which a worker opens the file: a workbook of 300 rows has 60 kB and is read in less than a second."""
KEPT_FOR = timedelta(hours=24)


def receive_sheet(*, name: str, data: bytes, period: Period, by: User, now: datetime) -> SheetUpload:
    """Replaces the user's earlier upload. Raises `InvalidUpload` for a file that is refused."""
    upload = SheetUpload(
        user=by,
        period=period,
        name=name[-100:],
        digest=sha256(data).hexdigest(),
        language=get_language() or "",
        step=SheetUpload.Step.WAITING,
        origin=_origin(),
        created_at=now,
    )
    if len(data) > LONG_FILE:
        check_upload(name, data)
        upload.file = data
    else:
        table = read_upload(name, data)
        upload.encoding, upload.lines = table.encoding, pack(table.lines)
    is_long = bool(upload.file) or len(upload.lines) > LONG_SHEET
    if not is_long:
        upload.step = SheetUpload.Step.READY
    _store(upload, is_long, now)
    return upload


@transaction.atomic
def _store(upload: SheetUpload, is_long: bool, now: datetime) -> None:
    SheetUpload.objects.filter(user=upload.user).delete()
    upload.save(force_insert=True)
    if is_long:
        _add_job(upload, "read", now)


def _origin() -> dict[str, str]:
    context = structlog.contextvars.get_contextvars()
    return {name: str(context[name]) for name in ("request_id", "ip") if context.get(name)}


def _add_job(upload: SheetUpload, step: str, now: datetime) -> None:
    slot = f"{upload.pk}:{step}:{now.isoformat()}"
    add_job(name="sheet", slot=slot, arguments={"upload": upload.pk}, now=now)


def confirm_upload(*, upload: SheetUpload, stored_state: str, by: User, now: datetime) -> list[Report] | None:
    """Files the sheet; None where a worker does it. Raises as `file_sheet` does, and stores the reasons."""
    if len(upload.lines) > LONG_SHEET:
        _hand_over(upload, stored_state, now)
        return None
    try:
        filed = file_sheet(
            lines=unpack(upload.lines),
            document=upload.period.document,
            period=upload.period,
            digest=upload.digest,
            stored_state=stored_state,
            by=by,
            now=now,
        )
    except SheetRefused as error:
        _store_refusals(upload, error.refused)
        raise
    upload.delete()
    return filed


@transaction.atomic
def _hand_over(upload: SheetUpload, stored_state: str, now: datetime) -> None:
    """Adds one job, even if the upload is confirmed twice."""
    ready = SheetUpload.objects.filter(pk=upload.pk, step=SheetUpload.Step.READY)
    if ready.update(step=SheetUpload.Step.CONFIRMED, stored_state=stored_state, origin=_origin(), sentence=""):
        _add_job(upload, "file", now)


def _store_refusals(upload: SheetUpload, refused: Refusals) -> None:
    upload.refused = refusals_to_json(refused)
    upload.save(update_fields=["refused"])


@transaction.atomic
def forget_uploads(*, now: datetime) -> int:
    """Deletes the uploads that are older than a day; how many."""
    _all, by_model = SheetUpload.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return by_model.get(SheetUpload._meta.label, 0)


def drop_upload(*, upload: SheetUpload) -> None:
    upload.delete()


def take_sentence(*, upload: SheetUpload) -> str:
    """The sentence with which a worker ended; it is returned once, then cleared."""
    sentence, upload.sentence = upload.sentence, ""
    if sentence:
        upload.save(update_fields=["sentence"])
    return sentence

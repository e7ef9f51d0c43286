"""What a department's filing sheet for a period holds, and the upload that waits to be confirmed."""

from hztargets.models import Document, Period, SheetUpload, User
from hztargets.queries.filing.due import Due, read_filing


def sheet_rows(user: User, document: Document, period: Period) -> list[Due]:
    """The goals due for the period, in the document's order."""
    return sorted(read_filing(user, document, period).due, key=lambda row: row.goal.position)


def fileable_rows(user: User, document: Document, period: Period) -> dict[str, Due]:
    """By code every goal the department may file for the period, due or not."""
    filing = read_filing(user, document, period)
    return {row.goal.code: row for row in (*filing.due, *filing.others)}


def waiting_sheet(user: User, period: Period) -> SheetUpload | None:
    """The user's own upload for the period; nobody sees another's."""
    upload = SheetUpload.objects.filter(user=user, period=period).first()
    if upload is not None:
        upload.period = period
    return upload

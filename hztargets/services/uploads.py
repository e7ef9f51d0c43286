"""Taking a file from a person: guarded, and refused with a sentence."""

from hztargets.guard.guard import Table, check_outside, read_table
from hztargets.guard.limits import Refused
from hztargets.messages.uploads import refusal_sentence
from hztargets.services.errors import ServiceError


class InvalidUpload(ServiceError):
    """The file is not taken; nothing of it was kept."""


def read_upload(name: str, data: bytes) -> Table:
    """The cells of a workbook or CSV file. Raises `InvalidUpload`."""
    try:
        return read_table(name, data)
    except Refused as refused:
        raise InvalidUpload(refused.code, refusal_sentence(refused), "file") from refused


def glance_at_upload(name: str, data: bytes) -> None:
    """Size and kind of a file that is read later. Raises `InvalidUpload`."""
    try:
        check_outside(name, data)
    except Refused as refused:
        raise InvalidUpload(refused.code, refusal_sentence(refused), "file") from refused


def refuse_too_big(limit_megabytes: int) -> InvalidUpload:
    """For an entry point that stopped reading the request before the guard saw it."""
    refused = Refused("too_big", limit=limit_megabytes)
    return InvalidUpload(refused.code, refusal_sentence(refused), "file")

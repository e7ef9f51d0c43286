"""Takes an uploaded table through the guard."""

from hztargets.domain.problems import ProblemError
from hztargets.guard.guard import Table, check_outside, read_table
from hztargets.guard.limits import refused
from hztargets.services.errors import ServiceError


class InvalidUpload(ServiceError):
    """The file is not taken; nothing of it was kept."""


def read_upload(name: str, data: bytes) -> Table:
    """The cells of a workbook or CSV file. Raises `InvalidUpload`."""
    try:
        return read_table(name, data)
    except ProblemError as error:
        raise _invalid(error) from error


def check_upload(name: str, data: bytes) -> None:
    """Size and kind of a file that is read later. Raises `InvalidUpload`."""
    try:
        check_outside(name, data)
    except ProblemError as error:
        raise _invalid(error) from error


def refuse_too_big(limit_megabytes: int) -> InvalidUpload:
    """For an entry point that stopped reading the request before the guard saw it."""
    return _invalid(refused("too_big", limit=limit_megabytes))


def _invalid(error: ProblemError) -> InvalidUpload:
    return InvalidUpload(error.problem.at(field="file"))

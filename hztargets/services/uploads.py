"""Checks and reads an uploaded table with the guard."""

from hztargets.domain.problems import Problem, ProblemError
from hztargets.guard.guard import Table, check_outside, read_table
from hztargets.services.errors import ServiceError


class InvalidUpload(ServiceError):
    """The file is refused; nothing of it was stored."""


def read_upload(name: str, data: bytes) -> Table:
    """The cells of a workbook or CSV file. Raises `InvalidUpload`."""
    try:
        return read_table(name, data)
    except ProblemError as error:
        raise refuse_upload(error.problem) from error


def check_upload(name: str, data: bytes) -> None:
    """Size and kind of a file that is read later. Raises `InvalidUpload`."""
    try:
        check_outside(name, data)
    except ProblemError as error:
        raise refuse_upload(error.problem) from error


def refuse_upload(problem: Problem) -> InvalidUpload:
    return InvalidUpload(problem.at(field="file"))

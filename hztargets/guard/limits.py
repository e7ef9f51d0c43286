"""The limits of an uploaded file. Both the server and the child process import it, so it imports nothing heavy."""

from hztargets.domain.problems import Problem, ProblemError

MAX_BYTES = 5 * 1024 * 1024
MAX_MEMBERS = 200
MAX_INFLATED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_TEXT_ROWS = 20_000
"""A CSV file is not compressed, so it may be longer than a worksheet."""
MAX_CHARACTERS = 2_000_000
"""Of all cells together: a sheet waits in the database until it is confirmed."""
MAX_DIGITS = 15
MEMORY_LIMIT = 512 * 1024 * 1024
TIME_LIMIT = 20
"""Seconds of real time, and of processor time."""


def refused(code: str, **facts: str | int) -> ProblemError:
    """The error of a refused file. The facts can be written as JSON, because the child process sends them."""
    return ProblemError(Problem(code, facts=facts))

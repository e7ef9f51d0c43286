"""What an uploaded table may be. Known to the guard's both sides; imports nothing, so that the child starts quickly."""

MAX_BYTES = 5 * 1024 * 1024
MAX_MEMBERS = 200
MAX_INFLATED = 50 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_TEXT_ROWS = 20_000
"""A CSV file cannot inflate, so it may be longer than a worksheet."""
MAX_CHARACTERS = 2_000_000
"""Of all cells together: what may wait in a session for its confirmation."""
MAX_DIGITS = 15
MEMORY_LIMIT = 512 * 1024 * 1024
TIME_LIMIT = 20
"""Seconds, by the clock and of processor time."""


class Refused(Exception):
    """The file is not taken. `code` is stable; the sentence for people is looked up by it."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = {name: str(value) for name, value in facts.items()}

"""Reading a figure the way clerks type it. Decimal throughout; nothing is guessed."""

import re
import unicodedata
from decimal import Decimal

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
MAX_DIGITS = 15


class NumberError(ValueError):
    """Not a figure. `code` is one of empty, not_a_number, too_long."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def read_number(text: str) -> Decimal:
    """The figure in `text`; full-width digits, spaces and thousands separators are understood."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    if not plain:
        raise NumberError("empty", text)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        raise NumberError("not_a_number", text)
    if sum(character.isdigit() for character in plain) > MAX_DIGITS:
        raise NumberError("too_long", text)
    return Decimal(plain)

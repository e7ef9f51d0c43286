"""Reads figures as clerks type them. All values are Decimal; a text with two meanings is refused."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from hztargets.domain.problems import Problem, ProblemError, Word

_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"([+-]?[1-9][0-9]{0,2})((?:,[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)(\.[0-9]+)?")
_BRACKETED = re.compile(r"\(\s*([0-9][0-9, .']*?)\s*([^0-9,. ()'+-]*)\s*\)\s*(\D*)")
_WITH_UNIT = re.compile(r"([-+0-9., ']*[0-9.,'])\s*(\D*)")
_SAME_SIGN = str.maketrans("\u2212\u2019", "-'")
"""The minus sign and the curved apostrophe that word processors put in place of the keys."""
_SCALES = {"万亿": 12, "亿": 8, "万": 4}
"""Powers of ten, the longest word first."""

MAX_DIGITS = 15
_MAX_CHARACTERS = 100
"""Characters. Longer texts are refused before the patterns read them."""


class NumberError(ProblemError):
    """Not a figure. `code` is one of empty, not_a_number, too_long, wrong_unit, two_readings.

    `first` and `second` are the two figures a text could mean, in the goal's unit.
    """

    def __init__(self, code: str, text: str, unit: str = "", **readings: Decimal) -> None:
        super().__init__(Problem(code, facts={"text": text, "unit": unit or Word("unit.single"), **readings}))


@dataclass(frozen=True, slots=True)
class ReadFigure:
    """`value` is in the goal's unit; `understood` is how it was read, empty when it was typed plainly."""

    value: Decimal
    understood: str = ""


def plain(value: Decimal) -> str:
    """80, not 80.000000 and not 8E+1."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_number(text: str) -> Decimal:
    """The bare number in `text`: full-width digits, spaces, thousands separators and brackets for negatives."""
    number, suffix = _split(text)
    if suffix:
        raise NumberError("not_a_number", text)
    return number


def read_figure(text: str, unit: str = "") -> ReadFigure:
    """The figure in `text` for a goal counted in `unit`: also understands the unit itself, %, 万, 亿 and 万亿."""
    number, suffix = _split(text)
    value = _converted(number, suffix, unit, text) if suffix and suffix != unit else number
    return ReadFigure(value, "" if _PLAIN.fullmatch(text.strip()) else f"{value:f}")


def _split(text: str) -> tuple[Decimal, str]:
    """The number and the unit written behind it."""
    if len(text) > _MAX_CHARACTERS:
        raise NumberError("not_a_number", text)
    plain = re.sub(r"\s", " ", unicodedata.normalize("NFKC", text).translate(_SAME_SIGN)).strip()
    if not plain:
        raise NumberError("empty", text)
    if any(unicodedata.category(character) == "No" for character in text):
        raise NumberError("not_a_number", text)  # NFKC would make 102 of 10²
    bracketed = _BRACKETED.fullmatch(plain)
    if bracketed:
        digits, inside, outside = bracketed.groups()
        if inside and outside:
            raise NumberError("not_a_number", text)
        return -_digits(digits, text), _without_spaces(inside or outside)
    parts = _WITH_UNIT.fullmatch(plain)
    if parts is None:
        raise NumberError("not_a_number", text)
    return _digits(re.sub(r"^([+-]) +", r"\1", parts[1]), text), _without_spaces(parts[2])


def _digits(plain: str, text: str) -> Decimal:
    """Groups of three are joined; any other separator is ambiguous and refused."""
    grouped = _GROUPED.fullmatch(plain)
    if grouped:
        plain = grouped[1] + re.sub("[, ']", "", grouped[2]) + (grouped[3] or "")
    if not _PLAIN.fullmatch(plain):
        raise NumberError("not_a_number", text)
    if sum(character.isdigit() for character in plain) > MAX_DIGITS:
        raise NumberError("too_long", text)
    return Decimal(plain)


def _without_spaces(suffix: str) -> str:
    return suffix.replace(" ", "")


def _converted(number: Decimal, suffix: str, unit: str, text: str) -> Decimal:
    """The number in the goal's unit. A scale without a unit, such as 3亿, counts the goal's own things."""
    typed_scale, typed_base = _scaled(suffix)
    goal_scale, goal_base = _scaled(unit)
    if typed_base not in ("", goal_base) or goal_base == "%":
        raise NumberError("wrong_unit", text, unit)
    value = _shifted(number, typed_scale - goal_scale)
    if typed_scale == _SCALES["万"] and goal_scale and not typed_base:
        # Of the scales only 万 is written before another one: 3万 beside 亿元 may be 3万 or 3万亿.
        raise NumberError("two_readings", text, unit, first=value, second=_shifted(number, typed_scale))
    if len(value.as_tuple().digits) > MAX_DIGITS:
        raise NumberError("too_long", text)
    return value


def _scaled(unit: str) -> tuple[int, str]:
    """The power of ten before a unit, and the unit without it: 万平方米 is 4 and 平方米."""
    scale = next((scale for scale in _SCALES if unit.startswith(scale)), "")
    return _SCALES.get(scale, 0), unit.removeprefix(scale)


def _shifted(number: Decimal, power: int) -> Decimal:
    """Exact, without exponent and without the zeros a change of unit brings."""
    return Decimal(f"{(number.scaleb(power).normalize() if power else number):f}")

"""Fills clauses with numbers and joins them, in both languages at once: what a sentence contains is decided only once.

A clause that lacks one of its numbers is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hztargets.domain.assessment.outcome import GoalAssessment
from hztargets.domain.assessment.values import GoalCase
from hztargets.domain.assessment.wording.numbers_shown import decimals_of, fixed, plain
from hztargets.domain.assessment.wording.phrases import EN, MONTH_NAMES, ZH
from hztargets.domain.ruleset import RuleSet

Both = tuple[str, str]
"""The same in Chinese and in English."""
Text = str | Both
"""Most numbers are written alike in both languages."""
Part = Text | int | None
"""What fills a place of a phrase; None: not known."""


def _template(phrase: str) -> str:
    """For the operator %, which is twice as quick as `format`."""
    return re.sub(r"{(\w+)}", r"%(\1)s", phrase.replace("%", "%%"))


_TEMPLATES: Mapping[str, Both] = {key: (_template(ZH[key]), _template(EN[key])) for key in ZH}
_MONTHS: tuple[Both, ...] = tuple((f"{number}月", name) for number, name in enumerate(MONTH_NAMES, start=1))


@dataclass(slots=True)
class Writer:
    """One sentence while it is being written. `decimals` are those of computed amounts."""

    case: GoalCase
    assessment: GoalAssessment
    rules: RuleSet
    clauses: list[Both] = field(default_factory=list)
    decimals: int = field(init=False)

    def __post_init__(self) -> None:
        self.decimals = self._decimals()

    def _decimals(self) -> int:
        """As set, else as many as the figures themselves have."""
        for decimals in (self.case.decimals, self.case.target.precision):
            if decimals is not None:
                return decimals
        return decimals_of(self.assessment.value, self.assessment.target)

    def phrase(self, key: str, /, **parts: Part) -> Both | None:
        """None when a part is missing."""
        return None if None in parts.values() else _filled(key, parts)

    def add(self, key: str, /, **parts: Part) -> bool:
        if None in parts.values():
            return False
        self.clauses.append(_filled(key, parts))
        return True

    def append(self, key: str, /, **parts: Part) -> None:
        """Extends the clause before."""
        tail = self.phrase(key, **parts)
        if tail is not None and self.clauses:
            zh, en = self.clauses[-1]
            self.clauses[-1] = zh + tail[0], en + tail[1]

    def sentences(self) -> Both:
        zh, en = _joined("between", self.clauses)
        return _capitalised(zh + ZH["end"]), _capitalised(en + EN["end"])

    def month(self, period: int | None) -> Both | None:
        return None if period is None else _MONTHS[period - 1]

    def months(self, periods: Sequence[int]) -> Both:
        """Three months running and more are written as a span."""
        return _joined("and", map(_run_of_months, _runs(periods)))

    def day(self, day: date | None) -> Both | None:
        """The year is written only where it is another one."""
        if day is None:
            return None
        name = "day" if day.year == self.case.year else "day_of_year"
        return self.phrase(name, year=day.year, month=day.month, day=day.day, name=MONTH_NAMES[day.month - 1])

    def days(self, count: int | None) -> Both | None:
        return None if count is None else (f"{count}天", "1 day" if count == 1 else f"{count} days")

    def chance(self, share: float | None) -> Text | None:
        """Whole percent; 0 and 100 only for exactly 0 and 1."""
        shown = fixed(None if share is None else 100 * share, 0)
        if share is None or shown is None:
            return None
        if shown == "100" and share < 1:
            return self.phrase("almost_certain")
        return self.phrase("almost_none") if shown == "0" and share > 0 else f"{shown}%"

    def amount(self, value: float | None) -> Text | None:
        """As filed, with its unit."""
        return self.with_unit(plain(value))

    def computed(self, value: float | None) -> str | None:
        return fixed(value, self.decimals)

    def with_unit(self, number: str | None) -> Text | None:
        """English puts a gap before all units but %."""
        unit = self.case.unit
        if number is None:
            return None
        return f"{number}{unit}" if unit in ("", "%") else (f"{number}{unit}", f"{number} {unit}")


def _filled(key: str, parts: Mapping[str, Part]) -> Both:
    zh: dict[str, object] = {}
    en: dict[str, object] = {}
    for name, part in parts.items():
        if type(part) is tuple:
            zh[name], en[name] = part
        else:
            zh[name] = en[name] = part
    in_chinese, in_english = _TEMPLATES[key]
    return in_chinese % zh, in_english % en


def _joined(key: str, texts: Iterable[Both]) -> Both:
    zh, en = zip(*texts, strict=True)
    return ZH[key].join(zh), EN[key].join(en)


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _run_of_months(run: Sequence[int]) -> Both:
    if len(run) < 3:
        return _joined("and", [_MONTHS[period - 1] for period in run])
    last = _MONTHS[run[-1] - 1]
    return _filled("span", {"first": (str(run[0]), MONTH_NAMES[run[0] - 1]), "last": last})


def _runs(periods: Sequence[int]) -> list[list[int]]:
    """Periods in order, split where a month is missing."""
    runs: list[list[int]] = []
    for period in periods:
        if runs and period == runs[-1][-1] + 1:
            runs[-1].append(period)
        else:
            runs.append([period])
    return runs

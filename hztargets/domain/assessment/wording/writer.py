"""Fills clauses with numbers and joins them. A clause that lacks one of its numbers is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from hztargets.domain.assessment.outcome import Assessment
from hztargets.domain.assessment.values import GoalCase
from hztargets.domain.assessment.wording.numbers_shown import decimals_of, fixed, plain
from hztargets.domain.assessment.wording.phrases import MONTH_NAMES, PHRASES
from hztargets.domain.ruleset import RuleSet


@dataclass(slots=True)
class Writer:
    """One sentence in the making. `decimals` are those of computed amounts; `unit` comes with the gap before it."""

    case: GoalCase
    said: Assessment
    language: str
    rules: RuleSet
    clauses: list[str] = field(default_factory=list)
    words: Mapping[str, str] = field(init=False)
    unit: str = field(init=False)
    decimals: int = field(init=False)

    def __post_init__(self) -> None:
        self.words = PHRASES[self.language]
        gap = "" if self.language == "zh" or self.case.unit in ("", "%") else " "
        self.unit = gap + self.case.unit
        self.decimals = self._decimals()

    def _decimals(self) -> int:
        """As set, else as many as the figures themselves have."""
        for wanted in (self.case.decimals, self.case.target.precision):
            if wanted is not None:
                return wanted
        return decimals_of(self.said.value, self.said.target)

    def phrase(self, key: str, /, **parts: object) -> str | None:
        """None when a part is missing."""
        return None if None in parts.values() else self.words[key].format_map(parts)

    def add(self, key: str, /, **parts: object) -> bool:
        if None in parts.values():
            return False
        self.clauses.append(self.words[key].format_map(parts))
        return True

    def append(self, key: str, /, **parts: object) -> None:
        """Extends the clause before."""
        tail = self.phrase(key, **parts)
        if tail is not None and self.clauses:
            self.clauses[-1] += tail

    def sentence(self) -> str:
        text = self.words["between"].join(self.clauses) + self.words["end"]
        return text[0].upper() + text[1:]

    def month(self, period: int | None) -> str | None:
        if period is None:
            return None
        return f"{period}月" if self.language == "zh" else MONTH_NAMES[period - 1]

    def months(self, periods: Sequence[int]) -> str:
        """Three months running and more are written as a span."""
        return self.words["and"].join(self._run(run) for run in _runs(periods))

    def _run(self, run: Sequence[int]) -> str:
        if len(run) < 3:
            return self.words["and"].join(self.month(period) or "" for period in run)
        first = str(run[0]) if self.language == "zh" else self.month(run[0])
        return self.words["span"].format(first=first, last=self.month(run[-1]))

    def day(self, day: date | None) -> str | None:
        """The year is written only where it is another one."""
        if day is None:
            return None
        name = "day" if day.year == self.case.year else "day_of_year"
        return self.phrase(name, year=day.year, month=day.month, day=day.day, name=MONTH_NAMES[day.month - 1])

    def days(self, count: int | None) -> str | None:
        if count is None or self.language == "zh":
            return None if count is None else f"{count}天"
        return "1 day" if count == 1 else f"{count} days"

    def chance(self, share: float | None) -> str | None:
        """Whole percent; never certain unless it is."""
        shown = fixed(None if share is None else 100 * share, 0)
        if share is None or shown is None:
            return None
        if shown == "100" and share < 1:
            return self.phrase("almost_certain")
        return self.phrase("almost_none") if shown == "0" and share > 0 else f"{shown}%"

    def amount(self, value: float | None) -> str | None:
        """As filed, with its unit."""
        return self.with_unit(plain(value))

    def computed(self, value: float | None) -> str | None:
        return fixed(value, self.decimals)

    def with_unit(self, number: str | None) -> str | None:
        return None if number is None else number + self.unit


def _runs(periods: Sequence[int]) -> list[list[int]]:
    """Periods in order, split wherever a month lies between."""
    runs: list[list[int]] = []
    for period in periods:
        if runs and period == runs[-1][-1] + 1:
            runs[-1].append(period)
        else:
            runs.append([period])
    return runs

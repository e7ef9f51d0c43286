"""The policy text, one paragraph a line, divided into areas, clauses and the paragraphs around them."""

import re
from dataclasses import dataclass, field

from hztargets.domain.catalogue.departments import split_names
from hztargets.domain.problems import Problem

FILE = "text.txt"
NUMERAL = "[二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]"
AREA_HEADING = re.compile(rf"({NUMERAL})、([^。]+?)(?:（由([^）]+?)牵头[^）]*）)?")
CLAUSE_HEADING = re.compile(rf"（({NUMERAL})）([^。]+)。")
RESPONSIBLE = re.compile(r"（责任单位：([^）]*)）$")
IMPRINT = re.compile(r"抄送[：:]")
DIGITS = "零一二三四五六七八九"


@dataclass(slots=True)
class Passage:
    """An opening (number 0), a clause or the closing paragraph. `units` are names as the document writes them."""

    area: int
    number: int
    title: str
    line: int
    paragraphs: list[str] = field(default_factory=list)
    units: tuple[str, ...] = ()
    units_line: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(slots=True)
class Policy:
    """The whole text in order; `openings` are also the areas, with the leading departments as their units."""

    front: list[str] = field(default_factory=list)
    openings: list[Passage] = field(default_factory=list)
    clauses: list[Passage] = field(default_factory=list)
    closing: Passage | None = None
    imprint: list[str] = field(default_factory=list)

    @property
    def passages(self) -> list[Passage]:
        """In reading order."""
        found = [*self.openings, *self.clauses, *([self.closing] if self.closing else [])]
        return sorted(found, key=lambda passage: passage.line)


def numeral_value(numeral: str) -> int:
    """十 is 10, 二十 20, 七十六 76; meant for list numbers below one hundred."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return DIGITS.index(numeral)
    return 10 * (DIGITS.index(tens) if tens else 1) + (DIGITS.index(ones) if ones else 0)


def write_numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    lead = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return lead + (DIGITS[ones] if ones else "")


def read_policy(text: str, problems: list[Problem]) -> Policy:
    policy = Policy()
    for line, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        if paragraph := raw.strip():
            _place(policy, line, paragraph, problems)
    if not policy.clauses:
        problems.append(Problem("no_clause", line=1))
    return policy


def _place(policy: Policy, line: int, paragraph: str, problems: list[Problem]) -> None:
    if policy.imprint or IMPRINT.match(paragraph):
        policy.imprint.append(paragraph)
    elif heading := AREA_HEADING.fullmatch(paragraph):
        _refuse_closing(policy, problems)
        previous = policy.openings[-1].area if policy.openings else 0
        number = _next_number(heading[1], previous, "area_out_of_order", line, problems)
        units = split_names(heading[3] or "")
        policy.openings.append(Passage(number, 0, heading[2], line, units=units, units_line=line))
    elif heading := CLAUSE_HEADING.match(paragraph):
        _refuse_closing(policy, problems)
        previous = policy.clauses[-1].number if policy.clauses else 0
        number = _next_number(heading[1], previous, "clause_out_of_order", line, problems)
        policy.clauses.append(Passage(policy.openings[-1].area if policy.openings else 0, number, heading[2], line))
        _append(policy.clauses[-1], line, paragraph)
    elif not policy.openings:
        policy.front.append(paragraph)
    else:
        _append(_open_passage(policy, line), line, paragraph)


def _append(passage: Passage, line: int, paragraph: str) -> None:
    passage.paragraphs.append(paragraph)
    if responsible := RESPONSIBLE.search(paragraph):
        passage.units, passage.units_line = split_names(responsible[1]), line


def _open_passage(policy: Policy, line: int) -> Passage:
    """A clause ends with its （责任单位：…）; what follows the last one is the closing paragraph."""
    if policy.closing:
        return policy.closing
    last = policy.passages[-1]
    if last.number and last.units:
        policy.closing = Passage(0, last.number + 1, "", line)
        return policy.closing
    return last


def _next_number(numeral: str, previous: int, code: str, line: int, problems: list[Problem]) -> int:
    expected = write_numeral(previous + 1)
    if numeral != expected:
        problems.append(Problem(code, line=line, facts={"number": numeral, "expected": expected}))
    return numeral_value(numeral)


def _refuse_closing(policy: Policy, problems: list[Problem]) -> None:
    """A paragraph after a clause's departments is the closing one only if no heading follows."""
    if policy.closing:
        facts = {"clause": policy.closing.number - 1}
        problems.append(Problem("paragraph_after_departments", line=policy.closing.line, facts=facts))
        policy.closing = None

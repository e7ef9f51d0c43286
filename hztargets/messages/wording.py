"""Puts a problem into words, in the language of the request."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce
from types import ModuleType

from django.utils.translation import gettext

from hztargets.domain.checks import Finding
from hztargets.domain.numbers import plain
from hztargets.domain.problems import Fact, Problem, Word
from hztargets.messages import (
    accounts,
    assessment,
    calendar,
    catalogue,
    decisions,
    evidence,
    filing,
    findings,
    permissions,
    review,
    rules,
    sheets,
    tables,
    uploads,
    words,
)

SHOWN = 60
"""Characters of a text that a sentence repeats."""

_TABLES: tuple[ModuleType, ...] = (
    accounts,
    assessment,
    calendar,
    catalogue,
    decisions,
    evidence,
    filing,
    findings,
    permissions,
    review,
    rules,
    sheets,
    tables,
    uploads,
)
"""The modules of this package with a table `SENTENCES`."""


def all_sentences() -> dict[str, str]:
    """The msgid of every code. Raises `ValueError` where two tables word the same code."""
    merged: dict[str, str] = {}
    for table in _TABLES:
        twice = merged.keys() & table.SENTENCES.keys()
        if twice:
            raise ValueError(f"{table.__name__} words codes that have a sentence already: {sorted(twice)}")
        merged |= table.SENTENCES
    return merged


_SENTENCES: Mapping[str, str] = all_sentences()


def sentence(problem: Problem, *, advise: bool = True) -> str:
    """What is wrong and what to do. A finding that does not stop the report ends with advice for the person who files,
    unless `advise` is off. Raises `KeyError` for a code without a sentence; a test finds those."""
    facts = {name: _written(fact) for name, fact in problem.facts.items()}
    own = gettext(_SENTENCES[problem.code]) % facts
    return reduce(_after, [own, *_hints(problem, advise)] if isinstance(problem, Finding) else [own])


def _hints(finding: Finding, advise: bool) -> Iterator[str]:
    if finding.suggestion is not None:
        yield gettext(findings.HINTS[finding.hint]) % {"suggestion": plain(finding.suggestion)}
    if advise and not finding.hard:
        yield gettext(findings.ADVICE)


def _after(first: str, second: str) -> str:
    """Chinese sentences follow each other without a space."""
    return gettext("%(first)s %(second)s") % {"first": first, "second": second}


def word(key: str) -> str:
    """The name of a colour, column, unit or state. Raises `KeyError` for an unknown key."""
    return gettext(words.WORDS[key])


def month_name(month: int) -> str:
    """The short name of a month 1..12."""
    return word(f"month.{month}")


def _written(fact: Fact) -> str:
    match fact:
        case None:
            return "—"
        case Word():
            return word(fact)
        case Decimal():
            return plain(fact)
        case date():
            return fact.isoformat()
        case str() if len(fact) > SHOWN:
            return f"{fact[:SHOWN]}…"
    return str(fact)

"""Why something cannot be done, as data. `hztargets.messages` puts a problem into words; nothing else does.

A code is stable, means the same thing everywhere and has exactly one sentence.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Self


class Word(str):
    """A fact that is itself translated, such as the name of a colour or a column: a key of `messages.words`."""

    __slots__ = ()


Fact = str | int | Decimal | date | Word | None
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Problem:
    """`field` is the form field, API key or column concerned, empty for the whole; `line` counts from 1, None outside
    files. `facts` are the values that the sentence names."""

    code: str
    field: str = ""
    line: int | None = None
    facts: Facts = dataclasses.field(default_factory=dict)

    def __str__(self) -> str:
        """For logs and traces; people read `messages.sentence`."""
        facts = ", ".join(f"{name} {fact}" for name, fact in self.facts.items())
        return f"{self.field}{': ' if self.field else ''}{self.code}{f' ({facts})' if facts else ''}"

    def at(self, *, field: str | None = None, line: int | None = None) -> Self:
        """The same problem in another field or line."""
        return replace(self, field=self.field if field is None else field, line=self.line if line is None else line)


class ProblemError(ValueError):
    """Raised by the domain and the guard; services raise it on as a `ServiceError`. `problem` is the first one."""

    def __init__(self, problem: Problem, *others: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.problems = (problem, *others)

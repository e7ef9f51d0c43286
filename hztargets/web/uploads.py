"""Tables people upload or paste: size, encoding, and what is wrong with a row in the reader's words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from hztargets.domain.catalogue.values import Problem

MAX_BYTES = 5 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Upload:
    """A file's name and its text."""

    name: str
    text: str


class TableField(forms.FileField):
    """A CSV file in UTF-8 or GBK of at most 5 MB; cleaned to its text."""

    def __init__(self, **options: Any) -> None:
        widget = forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"})
        super().__init__(widget=widget, allow_empty_file=True, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        return _read(file) if isinstance(file, UploadedFile) else None


def _read(file: "UploadedFile[Any]") -> Upload:
    if (file.size or 0) > MAX_BYTES:
        raise forms.ValidationError(_("The file is larger than 5 MB."), code="too_large")
    raw = file.read()
    for encoding in _ENCODINGS:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return Upload(file.name or "table.csv", text)
    raise forms.ValidationError(_("This is not a CSV file in UTF-8 or GBK. Save the table as CSV."), code="not_text")


@dataclass(frozen=True)
class BadCell:
    """Where the problem is, and what to do. `column` is empty when the row or the file as a whole is meant."""

    line: int
    column: str
    message: str


def bad_cells(problems: Iterable[Problem]) -> list[BadCell]:
    return [_bad_cell(problem) for problem in problems]


_COLUMN = re.compile(r"(\w+): (.*)", re.DOTALL)
_SENTENCES: tuple[tuple[str, Callable[[], str]], ...] = (
    (r"empty; fill it in", lambda: _("Empty; fill it in.")),
    (r"empty; write what .*", lambda: _("Empty; write what is to be reached by the month’s end.")),
    (r"“(?P<a>.*)” is not a number; .*", lambda: _("“%(a)s” is not a number; write digits only, such as 177.1.")),
    (r"“(?P<a>.*)” is not a date; .*", lambda: _("“%(a)s” is not a day; write it like 2024-11-30.")),
    (r"“(?P<a>.*)” is not known; use one of (?P<b>.*)", lambda: _("“%(a)s” is not known; use one of %(b)s.")),
    (
        r"(?P<a>\S+) already stands in line (?P<b>\d+); keep .*",
        lambda: _("%(a)s already stands in line %(b)s; keep one of the two."),
    ),
    (r"kind (?P<a>\w+) has no .*", lambda: _("Kind %(a)s has no monthly values; empty m1 to m12.")),
    (r"missing column (?P<a>.+); add it", lambda: _("The column %(a)s is missing; add it.")),
    (r"unknown column (?P<a>.*); correct .*", lambda: _("The column %(a)s is not known; correct or remove it.")),
    (r"column (?P<a>.+) stands twice; .*", lambda: _("The column %(a)s stands twice; remove one.")),
    (
        r"(?P<a>\d+) cells where the header has (?P<b>\d+); .*",
        lambda: _("%(a)s cells where the header has %(b)s; check the commas."),
    ),
)
"""The domain's problems of tables, which are English, by what they look like."""


def _bad_cell(problem: Problem) -> BadCell:
    named = _COLUMN.fullmatch(problem.reason)
    column, reason = named.groups() if named else ("", problem.reason)
    return BadCell(problem.line, column, _in_words(reason))


def _in_words(reason: str) -> str:
    """A reason that is a translated sentence already stands as it is."""
    for pattern, sentence in _SENTENCES:
        found = re.fullmatch(pattern, reason, re.DOTALL)
        if found:
            return sentence() % found.groupdict()
    return reason

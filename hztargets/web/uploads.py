"""Uploaded or pasted tables: limits of size and encoding, and the list of problems found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from hztargets.domain.problems import Problem, ProblemError
from hztargets.guard.limits import MAX_BYTES
from hztargets.guard.plain_text import decode
from hztargets.messages import sentence


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
        raise forms.ValidationError(sentence(Problem("table_too_large")), code="too_large")
    try:
        text, _encoding = decode(file.read())
    except ProblemError as error:
        raise forms.ValidationError(sentence(Problem("not_csv")), code="not_text") from error
    return Upload(file.name or "table.csv", text)


@dataclass(frozen=True)
class BadCell:
    """A problem and its place in the table. `column` is empty when it concerns the whole row or file."""

    line: int
    column: str
    message: str


def bad_cells(problems: Iterable[Problem]) -> list[BadCell]:
    return [BadCell(problem.line or 1, problem.field, sentence(problem)) for problem in problems]

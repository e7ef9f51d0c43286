"""The files of the report form: attached and removed together with what was typed, so that neither is lost when the
other needs mending."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hztargets import clock
from hztargets.guard.receiving import refused_files
from hztargets.models import Goal, Period, Report, User
from hztargets.services.errors import ServiceError
from hztargets.services.filing.content import ReportContent, content_of
from hztargets.services.filing.evidence import add_evidence, refuse_evidence, remove_evidence
from hztargets.services.filing.reports import create_report, edit_report
from hztargets.web.filing.form import ReportForm


@dataclass(frozen=True)
class FileChanges:
    """What is to become of the report's files. False when nothing is asked for, not even keeping a draft."""

    added: tuple["UploadedFile[Any]", ...]
    refused: tuple[ServiceError, ...]
    removed: frozenset[str]
    keep_draft: bool

    @classmethod
    def read(cls, request: HttpRequest) -> "FileChanges":
        added = tuple(request.FILES.getlist("evidence"))
        return cls(
            added=added,
            refused=tuple(refuse_evidence(name, problem) for name, problem in refused_files(request)),
            removed=frozenset(request.POST.getlist("remove")),
            keep_draft="draft" in request.POST,
        )

    def __bool__(self) -> bool:
        return bool(self.added or self.refused or self.removed or self.keep_draft)


@dataclass
class Keeping:
    """Keeps as a draft what was typed, then the files. Everything refused stands in the form afterwards; `words_done`
    and `files_done` say what was kept. `report` is the open one that may be edited, None where there is none yet."""

    goal: Goal
    period: Period
    report: Report | None
    form: ReportForm
    by: User
    is_current: bool

    def __post_init__(self) -> None:
        self.words_done: list[str] = []
        self.files_done: list[str] = []

    def keep(self, changes: FileChanges) -> None:
        self._keep_words()
        for error in changes.refused:
            self.form.add_error(None, error.message)
        if self.report is None:
            if changes.added:
                self.form.add_error(None, _("The files were not attached. Choose them again once this is mended."))
            return
        self._remove(self.report, changes.removed)
        for file in changes.added:
            self._add(self.report, file)

    def _keep_words(self) -> None:
        """What cannot be read starts a draft without it, and changes no draft that is there."""
        content = self.form.content()
        try:
            if self.report is None:
                self._start(content)
            elif self.is_current and self.form.is_valid() and content != content_of(self.report):
                self.report = edit_report(
                    report=self.report, content=content, revision=self.report.revision, by=self.by, now=clock.now()
                )
                self.words_done.append(_("Saved as a draft."))
        except ServiceError as error:
            self.form.refuse(error)

    def _start(self, content: ReportContent) -> None:
        self.report = create_report(goal=self.goal, period=self.period, content=content, by=self.by, now=clock.now())
        self.words_done.append(_("Saved as a draft."))

    def _remove(self, report: Report, ids: frozenset[str]) -> None:
        for file in report.evidence.in_order():
            if str(file.pk) in ids:
                with self._saying_why_not():
                    remove_evidence(evidence=file, by=self.by, now=clock.now())
                    self.files_done.append(_("Removed: %(file)s.") % {"file": file.name})

    def _add(self, report: Report, file: "UploadedFile[Any]") -> None:
        with self._saying_why_not():
            added = add_evidence(report=report, name=file.name or "", data=file.read(), by=self.by, now=clock.now())
            self.files_done.append(_("Attached: %(file)s.") % {"file": added.name})

    @contextmanager
    def _saying_why_not(self) -> Iterator[None]:
        try:
            yield
        except ServiceError as error:
            self.form.add_error(None, error.message)

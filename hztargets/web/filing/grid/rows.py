"""One row of the filing grid: its form, and everything the page shows about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from hztargets.domain.checks import Finding
from hztargets.domain.measures import measure_of
from hztargets.domain.report_fields import BY_NAME, TEXTS
from hztargets.messages import sentence
from hztargets.models import Goal, Report
from hztargets.queries.filing.due import Due
from hztargets.queries.filing.reports import LastChange
from hztargets.services.filing.content import ReportContent, content_of
from hztargets.services.filing.filing import FilingResult
from hztargets.services.filing.grid import RowInput, RowPreview
from hztargets.services.filing.previews import BEHIND, Preview
from hztargets.web.filing.form import ReportForm, initial_of, value_label

_MISSING_WORDS = ("cause_missing", "remedy_missing", "expected_missing")
_WORDS = (*TEXTS, "expected_on", "is_restated")


def prefix_of(goal: Goal) -> str:
    """Prefix of the row's field names and ids; uses the id because a goal code may contain any character."""
    return f"g{goal.pk}"


def is_sent(data: Mapping[str, Any] | None, due: Due) -> bool:
    """Whether the sent form data contains the row."""
    return data is not None and f"{prefix_of(due.goal)}-revision" in data


class RowForm(ReportForm):
    """`keep` is the revision of somebody else's change that the clerk chose to overwrite."""

    keep = forms.IntegerField(required=False)

    def __init__(self, data: Any, *, due: Due) -> None:
        super().__init__(
            data, goal=due.goal, may_restate=_may_restate(due), prefix=prefix_of(due.goal), initial=_initial(due)
        )
        self.due = due

    def row_input(self) -> RowInput | None:
        """Content of the row; None when a field cannot be read."""
        if not self.is_bound:
            return RowInput(self.due, _stored(self.due), revision_of(self.due))
        if not self.is_valid():
            return None
        revision = self.cleaned_data["keep"] or self.cleaned_data["revision"] or 0
        return RowInput(self.due, self.content().tidied(), revision, self.cleaned_data["warned_of"])


def _may_restate(due: Due) -> bool:
    """There is a figure to correct, or an earlier cumulative figure that the new one may fall below."""
    falls = due.last is not None and measure_of(due.goal).adds_up
    return falls or (due.report is not None and due.report.version > 1)


def _initial(due: Due) -> dict[str, Any]:
    return {**initial_of(due.report), "revision": revision_of(due)}


def _stored(due: Due) -> ReportContent:
    return content_of(due.report).tidied() if due.report else ReportContent()


def revision_of(due: Due) -> int:
    """The revision that a change must send; 0 when there is no open report. A withdrawn report is not open."""
    return due.report.revision if due.report and due.state != Report.State.WITHDRAWN else 0


@dataclass(frozen=True)
class Remark:
    """`kind` is error, doubt, needs or info."""

    kind: str
    text: str


@dataclass
class GridRow:
    """`last_change` is set when somebody else changed the report meanwhile: who, when, and its content now.

    Cached properties depend on the preview: read them only after it was added.
    """

    due: Due
    form: RowForm
    input: RowInput | None
    checked: RowPreview = field(default_factory=RowPreview)
    result: FilingResult | None = None
    last_change: LastChange | None = None
    is_tried: bool = False

    @classmethod
    def read(cls, due: Due, data: Any = None) -> "GridRow":
        form = RowForm(data if is_sent(data, due) else None, due=due)
        return cls(due, form, form.row_input())

    def with_due(self, due: Due) -> "GridRow":
        """The same row after saving: the input is kept, `due` is the stored state."""
        return replace(self, due=due, input=self.input and replace(self.input, due=due))

    @property
    def goal(self) -> Goal:
        return self.due.goal

    @property
    def name(self) -> str:
        return prefix_of(self.goal)

    @cached_property
    def label(self) -> str:
        return value_label(self.goal)

    @property
    def preview(self) -> Preview | None:
        return self.checked.preview

    @property
    def is_conflict(self) -> bool:
        return self.last_change is not None

    @cached_property
    def revision(self) -> int:
        """In a conflict the revision of the sent page, so that sending the form again does not overwrite the change."""
        sent = str(self.form["revision"].value()) if self.is_conflict else ""
        return int(sent) if sent.isdecimal() else revision_of(self.due)

    @property
    def warned_of(self) -> str:
        return self.preview.warned_of if self.preview else ""

    @property
    def is_unsaved(self) -> bool:
        """The page shows input that is not stored."""
        if not self.form.is_bound:
            return False
        return self.input is None or not (self.input.is_stored or (self.input.is_blank and not self.due.report))

    @cached_property
    def state(self) -> str:
        """`blank`, `wrong`, `needs` (texts missing), `conflict`, `unmended` (returned, not changed yet) or `ready`."""
        if self.is_conflict:
            return "conflict"
        if self.input is None or self.checked.errors or any(self._hard()):
            return "wrong"
        if self.input.is_blank:
            return "blank"
        if self.preview is None or not self.preview.submittable:
            return "needs"
        return "unmended" if self.input.is_uncorrected else "ready"

    def _hard(self) -> Iterator[Finding]:
        """Hard findings except missing texts, which have a remark of their own."""
        findings = self.preview.findings if self.preview else ()
        return (finding for finding in findings if finding.hard and finding.code not in _MISSING_WORDS)

    @property
    def remarks(self) -> list[Remark]:
        """Shown before the sentence of the light: errors, and how the figure was read."""
        return [*self._errors(), *self._understood()]

    @property
    def questions(self) -> list[Remark]:
        """Shown after the sentence of the light, above the text fields: doubts and missing texts."""
        return [*self._doubts(), *self._missing_words()]

    def _errors(self) -> Iterator[Remark]:
        for name, errors in self.form.errors.items():
            label = str(self.form.fields[name].label) if name in _WORDS or name == "done_on" else ""
            for error in errors:
                yield Remark("error", _labelled(label, str(error)))
        messages = [sentence(problem) for problem in self.checked.errors]
        if self.result and self.result.error and not self.is_conflict:
            messages += [sentence(problem) for problem in self.result.error.problems]
        messages += [sentence(finding) for finding in self._hard()]
        yield from (Remark("error", text) for text in dict.fromkeys(messages))

    def _understood(self) -> Iterator[Remark]:
        if self.form.is_bound and self.form.understood:
            yield Remark("info", _("Read as %(figure)s.") % {"figure": self.form.understood})

    def _doubts(self) -> Iterator[Remark]:
        if self.preview is None:
            return
        for finding in self.preview.findings:
            if not finding.hard:
                kind = "doubt" if finding in self.preview.blocking else "info"
                yield Remark(kind, sentence(finding))

    def _missing_words(self) -> Iterator[Remark]:
        codes = [finding.code for finding in self.preview.blocking] if self.preview else []
        words = {"cause_missing": _("cause"), "remedy_missing": _("remedy"), "expected_missing": _("expected date")}
        missing = [words[code] for code in codes if code in words]
        if missing:
            yield Remark("needs", _("Still to be filled in: %(fields)s.") % {"fields": _(", ").join(missing)})

    @cached_property
    def wrong(self) -> set[str]:
        """Names of fields to mark as wrong. Missing texts are marked only after the clerk tried to file."""
        named = {error.field for error in self.checked.errors} | {finding.field for finding in self._hard()}
        if self.preview and self.is_tried:
            named |= {finding.field for finding in self.preview.blocking}
        return named | set(self.form.errors)

    @cached_property
    def doubtful(self) -> set[str]:
        """Names of fields with an unexplained warning, and of the note that must explain it."""
        soft = {finding.field for finding in self.preview.blocking if not finding.hard} if self.preview else set()
        return soft | {"note"} if soft else soft

    @cached_property
    def opens_words(self) -> bool:
        """The text fields are shown open because a text is required."""
        is_behind = self.preview is not None and self.preview.light is not None and self.preview.light.colour in BEHIND
        return is_behind or bool(self.doubtful or self.wrong & {*_WORDS})

    @property
    def has_words(self) -> bool:
        return any(self.form[name].value() for name in _WORDS if name in self.form.fields)

    @property
    def outcome(self) -> str:
        """For the script: `saved`, `conflict`, or `unsaved` with the reason in the remarks."""
        if self.is_conflict:
            return "conflict"
        return "unsaved" if self.input is None or (self.result and self.result.error) else "saved"


def _labelled(label: str, message: str) -> str:
    return _("%(column)s: %(message)s") % {"column": label, "message": message} if label else message


@dataclass(frozen=True)
class LockedRow:
    """A submitted or approved row. `typed` is input for it that was sent afterwards and is not saved."""

    due: Due
    typed: tuple[str, ...] = ()

    @classmethod
    def read(cls, due: Due, data: Any) -> "LockedRow":
        if not is_sent(data, due):
            return cls(due)
        form = RowForm(data, due=due)
        row_input = form.row_input()
        if row_input is not None and (row_input.is_stored or row_input.is_blank):
            return cls(due)
        return cls(
            due, tuple(str(form[name].value()) for name in BY_NAME if name in form.fields and form[name].value())
        )

"""Evidence: files that prove a report, attached and removed by users who may edit it.

Neither changes the report's row: `revision` protects texts and figures only. Under review the evidence cannot change.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from hztargets.domain.filenames import extension_of, harmless_name
from hztargets.domain.problems import Problem, ProblemError
from hztargets.guard.kinds import FileKind, read_kind
from hztargets.messages.evidence import SENTENCES
from hztargets.models import Evidence, EvidenceContent, Report, User
from hztargets.queries.filing.reports import lock_report
from hztargets.services.auditing import record_event
from hztargets.services.errors import InvalidReport
from hztargets.services.permissions import allow

MAX_FILES = 10


class InvalidEvidence(InvalidReport):
    """The file is refused; nothing of it was stored."""


def add_evidence(*, report: Report, name: str, data: bytes, by: User, now: datetime) -> Evidence:
    """Attaches a file to a draft or returned report. The same content a second time changes nothing.

    Raises `NotAllowed` by the rules and `InvalidEvidence` for a file that is refused. Opening it may take seconds, so
    that is done before the report is locked.
    """
    allow(by, "edit", report)
    try:
        kind = read_kind(name, data)
    except ProblemError as error:
        raise refuse_evidence(name, error.problem) from error
    return _attach(report, name, kind, data, by, now)


@transaction.atomic
def _attach(report: Report, name: str, kind: FileKind, data: bytes, by: User, now: datetime) -> Evidence:
    row = lock_report(report.pk)
    allow(by, "edit", row)
    digest = sha256(data).hexdigest()
    same = row.evidence.filter(sha256=digest).first()
    if same is not None:
        return same
    if row.evidence.count() >= MAX_FILES:
        raise refuse_evidence(name, Problem("too_many_files", facts={"limit": MAX_FILES}))
    evidence = Evidence.objects.create(
        report=row,
        name=harmless_name(name, kind.extension),
        content_type=kind.content_type,
        size=len(data),
        sha256=digest,
        uploaded_at=now,
        uploaded_by=by,
    )
    EvidenceContent.objects.create(evidence=evidence, data=data)
    record_event(action="evidence.add", subject=row, by=by, now=now, after=_facts(evidence))
    return evidence


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User, now: datetime) -> None:
    """Removes a file from a draft or returned report. The audit trail keeps its name and hash; the content is
    deleted."""
    report = lock_report(evidence.report_id)
    allow(by, "edit", report)
    row = report.evidence.filter(pk=evidence.pk).first()
    if row is None:  # somebody else has removed it
        return
    record_event(action="evidence.remove", subject=report, by=by, now=now, before=_facts(row))
    row.delete()


def carry_over_evidence(*, since: Report, to: Report, by: User, now: datetime) -> None:
    """Copies a withdrawn version's files to the version that replaces it, in the caller's transaction.

    A correction starts without files: those that prove the old figure stay with the old version.
    """
    for row in since.evidence.in_order().select_related("content"):
        content = row.content.data
        row.pk, row.report = None, to
        row._state.adding = True
        row.save(force_insert=True)
        EvidenceContent.objects.create(evidence=row, data=content)
        after = {**_facts(row), "version": since.version}
        record_event(action="evidence.add", subject=to, by=by, now=now, after=after)


def refuse_evidence(name: str, problem: Problem) -> InvalidEvidence:
    """A code that the guard also uses for tables gets the prefix `evidence_`, because evidence has its own sentence for
    it."""
    code = problem.code if problem.code in SENTENCES else f"evidence_{problem.code}"
    facts = {**problem.facts, "file": harmless_name(name, extension_of(name))}
    return InvalidEvidence(Problem(code, "file", facts=facts))


def _facts(evidence: Evidence) -> dict[str, Any]:
    return {"name": evidence.name, "size": evidence.size, "sha256": evidence.sha256}

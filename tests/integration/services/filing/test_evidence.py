"""Evidence comes and goes with a draft, stays with what was handed in, and every step is in the audit trail."""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from hztargets.models import AuditEvent, Evidence, EvidenceContent, Report, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.errors import NotAllowed
from hztargets.services.filing import evidence as service
from hztargets.services.filing.evidence import MAX_FILES, InvalidEvidence, add_evidence, remove_evidence
from hztargets.services.filing.reports import ReportContent, create_report, submit_report, withdraw_report
from hztargets.services.review.reviewing import approve_report, return_report
from tests.evidence_files import docx, pdf, png
from tests.factories import AUGUST, City, submitted_report
from tests.integration.audit_roles import acting_as, application_role
from tests.integration.conftest import days_later, refusal


@pytest.fixture
def draft(city: City, clerk: User) -> Report:
    content = ReportContent(
        value=Decimal(34), note="到位项目3个", cause="2个项目推迟签约", remedy="专班每周跟进", expected_on=date(2024, 11, 7)
    )  # fmt: skip
    return create_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)


def add(report: Report, by: User, name: str = "证明.pdf", data: bytes | None = None) -> Evidence:
    return add_evidence(report=report, name=name, data=data or pdf(name), by=by, now=AUGUST)


def events(report: Report) -> list[tuple[str, Any, Any]]:
    rows = AuditEvent.objects.filter(object_type="report", object_id=report.pk, action__startswith="evidence.")
    return list(rows.order_by("pk").values_list("action", "before", "after"))


def test_a_file_is_stored_whole_and_recorded(draft: Report, clerk: User) -> None:
    data = pdf()

    evidence = add(draft, clerk, "C:\\桌面\\7月\u202e证明.PDF", data)

    row = Evidence.objects.get()
    digest = sha256(data).hexdigest()
    assert (row, row.name, row.content_type, row.size, row.sha256, row.uploaded_at, row.uploaded_by) == (
        evidence, "7月证明.pdf", "application/pdf", len(data), digest, AUGUST, clerk,
    )  # fmt: skip
    assert bytes(row.content.data) == data
    assert events(draft) == [("evidence.add", None, {"name": "7月证明.pdf", "size": len(data), "sha256": digest})]
    assert Report.objects.get(pk=draft.pk).revision == draft.revision


def test_the_same_file_twice_changes_nothing(draft: Report, clerk: User) -> None:
    first = add(draft, clerk, "证明.pdf", pdf())
    again = add(draft, clerk, "另一个名字.pdf", pdf())

    assert (first, Evidence.objects.count(), len(events(draft))) == (again, 1, 1)


def test_removing_leaves_only_its_event(draft: Report, clerk: User) -> None:
    evidence = add(draft, clerk)
    kept = add(draft, clerk, "说明.docx", docx())
    entry = {"name": evidence.name, "size": evidence.size, "sha256": evidence.sha256}

    remove_evidence(evidence=evidence, by=clerk, now=AUGUST)
    remove_evidence(evidence=evidence, by=clerk, now=AUGUST)

    assert list(Evidence.objects.all()) == [kept]
    assert EvidenceContent.objects.count() == 1
    assert events(draft)[2:] == [("evidence.remove", entry, None)]
    assert Report.objects.get(pk=draft.pk).revision == draft.revision


def test_ten_files_and_no_more(draft: Report, clerk: User) -> None:
    for number in range(MAX_FILES):
        add(draft, clerk, f"{number}.pdf")

    refused = refusal(add_evidence, report=draft, name="11.pdf", data=pdf("11"), by=clerk, now=AUGUST)

    assert (refused.kind, refused.code, refused.english) == (
        InvalidEvidence,
        "too_many_files",
        "“11.pdf” was not attached. A report takes at most 10 files. Remove one, or put several into one PDF.",
    )
    assert add(draft, clerk, "0.pdf").name == "0.pdf"
    assert Evidence.objects.count() == MAX_FILES


def test_a_bad_file_leaves_nothing(draft: Report, clerk: User) -> None:
    with pytest.raises(InvalidEvidence):
        add(draft, clerk, "证明.pdf", png())
    assert (Evidence.objects.count(), EvidenceContent.objects.count(), events(draft)) == (0, 0, [])


@pytest.mark.parametrize("who", ["science_clerk", "head", "office"])
def test_only_who_edits_the_report_attaches(
    draft: Report, clerk: User, request: pytest.FixtureRequest, who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = add(draft, clerk)
    stranger = request.getfixturevalue(who)
    monkeypatch.setattr(service, "read_kind", None)  # nobody's file is opened for nothing

    with pytest.raises(NotAllowed):
        add(draft, stranger, "假.pdf")
    with pytest.raises(NotAllowed):
        remove_evidence(evidence=evidence, by=stranger, now=AUGUST)
    assert list(Evidence.objects.all()) == [evidence]
    assert len(events(draft)) == 1


def test_what_was_handed_in_keeps_its_evidence(draft: Report, clerk: User, office: User) -> None:
    evidence = add(draft, clerk)
    submit_report(report=draft, by=clerk, now=AUGUST)

    for act in (lambda: add(draft, clerk, "新.pdf"), lambda: remove_evidence(evidence=evidence, by=clerk, now=AUGUST)):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == "wrong_state"

    return_report(report=draft, reason="缺少合同", by=office, now=AUGUST)
    added = add(draft, clerk, "合同.pdf")
    remove_evidence(evidence=evidence, by=clerk, now=AUGUST)
    assert list(Evidence.objects.all()) == [added]
    assert Report.objects.get(pk=draft.pk).state == "returned"


def test_a_closed_period_is_closed_for_files(draft: Report, clerk: User, office: User) -> None:
    close_period(period=draft.period, reason="年度汇总", by=office, now=AUGUST)
    with pytest.raises(NotAllowed) as refused:
        add(Report.objects.get(pk=draft.pk), clerk)
    assert refused.value.code == "period_closed"


def test_what_was_withdrawn_goes_on_with_its_files(city: City, clerk: User) -> None:
    withdrawn = submitted_report(city.fdi, 7, 34, evidence=["证明.pdf", "合同.pdf"])
    withdraw_report(report=withdrawn, by=clerk, now=AUGUST)

    report = create_report(
        goal=city.fdi, period=city.period(7), content=ReportContent(value=Decimal(35)), by=clerk, now=days_later(1)
    )

    kept = [(row.name, row.uploaded_at, bytes(row.content.data)) for row in report.evidence.in_order()]
    assert kept == [(name, AUGUST, pdf(name)) for name in ("证明.pdf", "合同.pdf")]
    assert withdrawn.evidence.count() == 2
    assert [(action, after["name"], after["version"]) for action, _before, after in events(report)] == [
        ("evidence.add", "证明.pdf", 1), ("evidence.add", "合同.pdf", 1),
    ]  # fmt: skip


def test_a_correction_starts_without(city: City, clerk: User, office: User) -> None:
    approved = submitted_report(city.fdi, 7, 34, evidence=["证明.pdf"])
    approve_report(report=approved, by=office, now=AUGUST)

    content = ReportContent(value=Decimal(35), is_restated=True, note="重复计入一个项目")
    correction = create_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)

    assert (approved.evidence.count(), correction.evidence.count()) == (1, 0)


def test_no_event_no_file(draft: Report, clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_arguments: Any) -> None:
        raise RuntimeError("the audit trail is away")

    evidence = add(draft, clerk)
    monkeypatch.setattr(service, "record_event", fail)
    with pytest.raises(RuntimeError):
        add(draft, clerk, "合同.pdf")
    with pytest.raises(RuntimeError):
        remove_evidence(evidence=evidence, by=clerk, now=AUGUST)
    assert list(Evidence.objects.all()) == [evidence]


STATEMENTS = [
    "UPDATE hztargets_evidence SET name = 'x.pdf'",
    "DELETE FROM hztargets_evidencecontent",
    "UPDATE hztargets_evidencecontent SET data = '\\x00'",
    "INSERT INTO hztargets_evidence (report_id, name, content_type, size, sha256, uploaded_at, uploaded_by_id) "
    "SELECT report_id, 'x.pdf', 'application/pdf', 1, 'x', now(), uploaded_by_id FROM hztargets_evidence",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("as_application", [True, False])
def test_not_even_raw_sql_changes_what_was_handed_in(statement: str, as_application: bool, city: City) -> None:
    submitted_report(city.fdi, 7, 34, evidence=["证明.pdf"])
    role = application_role()

    def act() -> None:
        with pytest.raises(DatabaseError, match="evidence"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    if as_application:
        with acting_as(role):
            act()
    else:
        act()
    assert [(row.name, bytes(row.content.data)) for row in Evidence.objects.all()] == [("证明.pdf", pdf("证明.pdf"))]


def test_the_bytes_are_those_that_are_listed(draft: Report, clerk: User) -> None:
    row = Evidence(report=draft, name="x.pdf", content_type="application/pdf", size=3, sha256="0" * 64)
    row.uploaded_at, row.uploaded_by = AUGUST, clerk
    row.save()
    with pytest.raises(DatabaseError, match="not the file that is listed"), transaction.atomic():
        EvidenceContent.objects.create(evidence=row, data=b"abc")

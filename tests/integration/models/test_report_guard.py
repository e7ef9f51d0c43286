"""What the database itself protects in a report against SQL with the rights of the application."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from hztargets.models import Report, Role, User
from hztargets.services.filing.reports import ReportContent, create_report, edit_report, submit_report
from hztargets.services.review.reviewing import approve_report, return_report
from tests.factories import AUGUST, City, approved_report, explained, make_user, submitted_report
from tests.integration.audit_roles import acting_as, application_role
from tests.integration.conftest import refusal


def run(statement: str, **values: int) -> str:
    """Runs SQL as the application; the constraint or sentence that refused it, else empty."""
    role = application_role()
    try:
        with acting_as(role), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except DatabaseError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        return (diagnosis and (diagnosis.constraint_name or diagnosis.message_primary)) or str(error)
    return ""


REVIEW = "UPDATE hztargets_report SET state = 'approved', reviewed_by_id = %(who)s, reviewed_at = now(), known_on = '2024-08-09'"
ENDORSE = "UPDATE hztargets_report SET state = 'endorsed', endorsed_by_id = %(who)s, endorsed_at = now()"


def touched_by_three(city: City) -> tuple[Report, dict[str, User]]:
    """Started by a clerk, edited by a program, handed in by a colleague; none of the three may review."""
    people = {
        "starter": make_user(Role.CLERK, city.commerce),
        "editor": make_user(Role.SERVICE),
        "submitter": make_user(Role.CLERK, city.commerce),
    }
    content = ReportContent(value=Decimal(41), **explained(city.fdi))
    made = create_report(goal=city.fdi, period=city.period(7), content=content, by=people["starter"], now=AUGUST)
    edited = edit_report(report=made, content=content, revision=1, by=people["editor"], now=AUGUST)
    return submit_report(report=edited, by=people["submitter"], now=AUGUST), people


def test_whoever_wrote_in_a_report_reviews_it_neither_by_service_nor_by_sql(city: City) -> None:
    report, people = touched_by_three(city)
    by_service = {
        action.__name__: refusal(action, **{"report": report, "by": people["editor"], "now": AUGUST, **more}).code
        for action, more in ((approve_report, {}), (return_report, {"reason": "口径有误"}))
    }
    assert by_service == {"approve_report": "own_report", "return_report": "own_report"}
    for who in people.values():
        reviewed = run(f"{REVIEW} WHERE id = %(report)s", who=who.pk, report=report.pk)
        endorsed = run(f"{ENDORSE} WHERE id = %(report)s", who=who.pk, report=report.pk)
        assert (reviewed, endorsed) == ("report_four_eyes", "report_four_eyes_endorsing")
    assert run(f"{REVIEW} WHERE id = %(report)s", who=make_user(Role.OFFICE).pk, report=report.pk) == ""


@pytest.mark.parametrize(
    "forgery",
    [
        "written_by = '{}'",
        "written_by = ARRAY[%(other)s::bigint]",
        "submitted_by_id = %(other)s",
        "submitted_by_id = %(other)s, written_by = '{}'",
    ],
)
def test_a_hand_that_wrote_cannot_be_wiped_off_first(forgery: str, city: City) -> None:
    report, people = touched_by_three(city)
    other = make_user(Role.CLERK, city.commerce)
    assert run(f"UPDATE hztargets_report SET {forgery} WHERE id = %(report)s", report=report.pk, other=other.pk) == ""
    for who in people.values():
        assert run(f"{REVIEW} WHERE id = %(report)s", who=who.pk, report=report.pk) == "report_four_eyes"


def test_a_rewritten_starter_is_refused(city: City) -> None:
    report, _people = touched_by_three(city)
    other = make_user(Role.CLERK, city.commerce)
    output = run(
        "UPDATE hztargets_report SET created_by_id = %(other)s WHERE id = %(report)s", report=report.pk, other=other.pk
    )
    assert output == "report_origin_stays"


@pytest.mark.parametrize(
    "change",
    [
        "value = 99",
        "state = 'draft'",
        "submitted_at = now()",
        "reviewed_by_id = %(other)s",
        "known_on = '2024-01-01'",
        "version = 9",
        "note = ''",
    ],
)
def test_an_approved_report_is_never_changed(change: str, city: City) -> None:
    report = approved_report(city.fdi, 7, 41)
    other = make_user(Role.OFFICE)
    output = run(f"UPDATE hztargets_report SET {change} WHERE id = %(report)s", report=report.pk, other=other.pk)
    before = list(Report.objects.values())
    assert output == "report_approved_stays"
    assert list(Report.objects.values()) == before


@pytest.mark.parametrize("made", [submitted_report, approved_report])
def test_the_application_cannot_delete_a_report(made: Callable[..., Report], city: City) -> None:
    report = made(city.fdi, 7, 41)
    output = run("DELETE FROM hztargets_report WHERE id = %(report)s", report=report.pk)
    assert output == "permission denied for table hztargets_report"
    assert Report.objects.count() == 1


KEPT = (
    "report", "assessment", "flag", "flagtransition", "goalversion", "goalprofile", "goaldueday", "periodextension",
    "rulesetversion", "notice", "delivery", "user",
)  # fmt: skip


@pytest.mark.parametrize("table", KEPT)
def test_the_application_cannot_delete_what_is_kept_for_good(table: str, city: City) -> None:
    assert run(f"DELETE FROM hztargets_{table}") == f"permission denied for table hztargets_{table}"


def test_ones_own_correction_is_approved_by_another(city: City) -> None:
    """A program may both file and approve, but never the same version."""
    approved_report(city.fdi, 7, 41)
    program = make_user(Role.SERVICE)
    content = ReportContent(value=Decimal(42), is_restated=True, **explained(city.fdi))
    correction = create_report(
        goal=city.fdi, period=city.period(7), content=content, by=program, now=AUGUST, correction_reason="统计口径更正"
    )
    submit_report(report=correction, by=program, now=AUGUST)
    refused = refusal(approve_report, report=correction, by=program, now=AUGUST)
    assert (refused.code, refused.english) == (
        "own_report",
        "Nobody reviews a report they wrote or submitted. Ask a colleague.",
    )
    assert approve_report(report=correction, by=make_user(Role.SERVICE), now=AUGUST).state == "approved"

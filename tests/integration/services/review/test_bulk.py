"""Many decisions at once: each succeeds or fails alone, and the answer holds the result of each."""

from datetime import timedelta
from typing import Any

import pytest

from hztargets.models import AuditEvent, Report, User
from hztargets.services.errors import InvalidReport
from hztargets.services.review import reviewing as review
from hztargets.services.review.bulk import Choice, approve_reports, endorse_reports, return_reports
from hztargets.services.review.reviewing import endorse_report
from tests.factories import AUGUST, City, states, submitted_report
from tests.integration.conftest import refusal

STALE = "This report has changed since the page was opened. Look at it again before you decide."
OWN = "Nobody reviews a report they wrote or submitted. Ask a colleague."


def choices_of(*reports: Report) -> list[Choice]:
    return [Choice(report, report.revision) for report in reports]


@pytest.fixture
def three(city: City) -> list[Report]:
    return [
        submitted_report(city.fdi, 7, 34),
        submitted_report(city.trade, 7, 90),
        submitted_report(city.firms, 7, 900),
    ]


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def test_one_bad_row_never_stops_the_others(three: list[Report], office: User, city: City) -> None:
    own, stale, sound = three
    Report.objects.filter(pk=own.pk).update(submitted_by=office)
    choices = [Choice(own, own.revision), Choice(stale, stale.revision - 1), Choice(sound, sound.revision)]

    decided = approve_reports(choices=choices, by=office, now=AUGUST)

    assert [(row.report.pk, row.refused) for row in decided] == [(own.pk, OWN), (stale.pk, STALE), (sound.pk, "")]
    assert states(*three) == ["submitted", "submitted", "approved"]
    events = AuditEvent.objects.filter(action="report.approve")
    assert list(events.values_list("object_id", "by")) == [(sound.pk, office.pk)]
    assert city.firms.assessments.current().filter(period__month=7).count() == 1
    assert not city.fdi.assessments.exists()


def test_a_goal_that_cannot_be_judged_leaves_its_report_and_the_others_go_on(
    three: list[Report], office: User, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = review.assess_goal

    def assess(*, goal: Any, **more: Any) -> Any:
        if goal.pk == city.trade.pk:
            raise ZeroDivisionError
        return real(goal=goal, **more)

    monkeypatch.setattr(review, "assess_goal", assess)

    decided = approve_reports(choices=choices_of(*three), by=office, now=AUGUST)

    wrong = "Something went wrong and nothing was changed; the administrator finds it in the log."
    assert [row.refused for row in decided] == ["", wrong, ""]
    assert states(*three) == ["approved", "submitted", "approved"]
    assert AuditEvent.objects.filter(action="report.approve", object_id=three[1].pk).count() == 0


def test_returning_many_with_one_reason(three: list[Report], office: User) -> None:
    decided = return_reports(choices=choices_of(*three), reason=" 缺少到资证明 ", by=office, now=AUGUST)

    assert [row.refused for row in decided] == ["", "", ""]
    assert list(Report.objects.values_list("state", "return_reason").distinct()) == [("returned", "缺少到资证明")]


def test_returning_without_a_reason_returns_none(three: list[Report], office: User) -> None:
    with pytest.raises(InvalidReport):
        return_reports(choices=choices_of(*three), reason=" ", by=office, now=AUGUST)
    assert states(*three) == ["submitted"] * 3


def test_a_reason_has_to_tell_something(three: list[Report], office: User) -> None:
    refused = refusal(review.return_report, report=three[0], reason="无", by=office, now=AUGUST)
    assert (refused.code, refused.field, refused.english) == (
        "reason_empty", "reason", "“无” does not tell the department what to mend. Say what is wrong.",
    )  # fmt: skip
    assert states(three[0]) == ["submitted"]


def test_a_head_endorses_only_their_own(three: list[Report], head: User, city: City) -> None:
    city.commerce.endorses = True
    city.commerce.save()

    decided = endorse_reports(choices=choices_of(*three), by=head, now=AUGUST)

    assert [row.refused for row in decided] == ["", "", "Only the lead department files this goal."]
    assert states(*three) == ["endorsed", "endorsed", "submitted"]


def test_endorsing_and_approving_another_revision_than_was_shown(three: list[Report], head: User, office: User) -> None:
    report = three[0]
    later = AUGUST + timedelta(minutes=1)
    endorsed = endorse_report(report=report, revision=report.revision, by=head, now=AUGUST)

    for service in (endorse_report, review.approve_report):
        refused = refusal(service, report=report, revision=report.revision, by=office, now=later)
        assert (refused.code, refused.english) == ("stale_decision", STALE)
    assert review.approve_report(report=report, revision=endorsed.revision, by=office, now=later).state == "approved"

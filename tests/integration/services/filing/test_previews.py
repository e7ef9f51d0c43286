"""The preview of a report before it is submitted, and that submitting gives the same result."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hztargets.models import Assessment, AuditEvent, Goal, GoalVersion, Report, RuleSetVersion, User
from hztargets.services.errors import InvalidReport, NotAllowed
from hztargets.services.filing.content import ReportContent
from hztargets.services.filing.previews import preview_contents, preview_report
from hztargets.services.filing.reports import create_report, submit_report, withdraw_report
from hztargets.services.review.reviewing import approve_report
from tests.factories import AUGUST, City, approved_report, make_goal, submitted_report
from tests.integration.conftest import refusal

TODAY = date(2024, 8, 9)
WORDS = {"cause": "2个项目推迟签约", "remedy": "专班每周跟进", "expected_on": date(2024, 11, 30)}


def content_of(value: str | None, **content: object) -> ReportContent:
    return ReportContent(value=None if value is None else Decimal(value), **content)  # type: ignore[arg-type]


def stored() -> tuple[int, int, int]:
    return Report.objects.count(), AuditEvent.objects.count(), Assessment.objects.count()


@pytest.mark.parametrize(
    ("june", "july", "colour"), [("5", "6", "red"), ("30", "35", "amber"), ("40", "60", "green"), (None, "2", "amber")]
)
def test_the_coming_light_is_the_one_approval_gives(
    city: City, clerk: User, office: User, june: str | None, july: str, colour: str
) -> None:
    if june:
        approved_report(city.fdi, 6, june)
    before = stored()
    content = content_of(july, note="新签3个项目", **WORDS)
    preview = preview_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)
    assert (preview.submittable, stored()) == (True, before)

    report = create_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)
    approve_report(report=submit_report(report=report, by=clerk, now=AUGUST), by=office, now=AUGUST)

    shown = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    assert preview.light is not None
    assert (preview.light.colour, preview.light.sentence_zh, preview.light.sentence_en) == (
        shown.colour, shown.sentence, shown.sentence_en,
    )  # fmt: skip
    assert shown.colour == colour


def test_the_preview_of_a_nil_month_equals_the_light_after_approval(city: City, clerk: User, office: User) -> None:
    approved_report(city.fdi, 6, "5")
    content = content_of(None, is_nil=True, note="无变化", **WORDS)
    preview = preview_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)
    report = create_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)
    approve_report(report=submit_report(report=report, by=clerk, now=AUGUST), by=office, now=AUGUST)
    shown = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    assert preview.light is not None
    assert (preview.light.colour, preview.light.sentence_zh) == (shown.colour, shown.sentence) != ("none", "")


def test_a_milestone_is_previewed_by_its_expected_day(city: City, clerk: User) -> None:
    goal = make_goal(
        city.fdi.clause, "A6-08", "发布展会目录", 100, "", city.commerce, quote="组织150个外贸团组",
        kind=Goal.Kind.MILESTONE, measure=Goal.Measure.MILESTONE, due_on=date(2024, 11, 7),
    )  # fmt: skip

    def colour_for(day: date) -> str | None:
        content = content_of(None, expected_on=day)
        preview = preview_report(goal=goal, period=city.period(7), content=content, by=clerk, now=AUGUST)
        return preview.light.colour if preview.light else None

    assert (colour_for(date(2024, 10, 31)), colour_for(date(2024, 12, 20))) == ("green", "red")


def test_a_report_under_way_is_replaced_not_added(city: City, clerk: User) -> None:
    submitted_report(city.fdi, 7, 60)
    preview = preview_report(goal=city.fdi, period=city.period(7), content=content_of("20"), by=clerk, now=AUGUST)
    assert preview.light is not None
    assert preview.light.sentence_en.startswith("20 亿美元 by the end of July, 25.0% of the year's target; ")


def test_a_correction_is_previewed_in_place_of_the_approved_figure(city: City, clerk: User) -> None:
    approved_report(city.fdi, 7, 60)
    content = content_of("20", is_restated=True)
    preview = preview_report(goal=city.fdi, period=city.period(7), content=content, by=clerk, now=AUGUST)
    assert preview.light is not None
    assert preview.light.sentence_en.startswith("20 亿美元 by the end of July, 25.0% of the year's target; ")
    assert preview.light.colour == "amber"


def test_a_figure_that_cannot_be_right_has_no_light(city: City, clerk: User) -> None:
    approved_report(city.fdi, 6, "40.5")
    preview = preview_report(goal=city.fdi, period=city.period(7), content=content_of("40"), by=clerk, now=AUGUST)
    assert (preview.light, preview.needs_narrative, [finding.code for finding in preview.blocking]) == (
        None,
        False,
        ["falling"],
    )


def test_a_document_without_rules_has_no_lights_and_still_takes_reports(city: City, clerk: User) -> None:
    RuleSetVersion.objects.all().delete()
    preview = preview_report(goal=city.fdi, period=city.period(7), content=content_of("2"), by=clerk, now=AUGUST)
    assert (preview.light, preview.blocking) == (None, ())


def test_a_goal_that_cannot_be_judged_still_takes_reports(
    city: City, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("hztargets.services.filing.previews.assess_year", broken)
    preview = preview_report(goal=city.fdi, period=city.period(7), content=content_of("2"), by=clerk, now=AUGUST)
    assert (preview.light, preview.blocking) == (None, ())


def test_who_may_not_file_may_not_ask(city: City, science_clerk: User, office: User, clerk: User) -> None:
    known = {"goal": city.fdi, "content": content_of("40"), "now": AUGUST}
    for by, code in ((science_clerk, "not_lead_department"), (office, "role_may_not")):
        refused = refusal(preview_report, **known, period=city.period(7), by=by)
        assert (refused.kind, refused.code) == (NotAllowed, code)
    refused = refusal(preview_report, **known, period=city.period(9), by=clerk)
    assert (refused.kind, refused.code) == (InvalidReport, "not_open_yet")
    huge = {**known, "content": content_of("1E+20")}
    assert refusal(preview_report, **huge, period=city.period(7), by=clerk).code == "too_large"


def test_submitting_refuses_exactly_what_the_preview_blocks(city: City, clerk: User) -> None:
    approved_report(city.trade, 6, 61)
    contents = [
        content_of("6"), content_of("65"), content_of("65", note="高温停办2场"), content_of("65", note="正常推进"), content_of("65", **WORDS),
        content_of("65", note="高温停办2场", **WORDS), content_of(None), content_of("65", note="高温停办2场", **WORDS | {"remedy": "无"}),
        content_of("65", note="高温停办2场", **WORDS | {"expected_on": date(2024, 8, 1)}), content_of("120"),
        content_of("120", note="集中成团"), content_of("650000", note="集中成团"), content_of("65.5", note="集中成团"),
    ]  # fmt: skip
    outcomes = []
    for content in contents:
        known = {"goal": city.trade, "period": city.period(7), "content": content, "by": clerk, "now": AUGUST}
        blocking = [(finding.code, finding.field) for finding in preview_report(**known).blocking]  # type: ignore[arg-type]
        report = create_report(**known)  # type: ignore[arg-type]
        try:
            submitted = submit_report(report=report, by=clerk, now=AUGUST)
        except InvalidReport as error:
            assert [(each.code, each.field) for each in error.problems] == blocking
            report.delete()
        else:
            assert blocking == []
            withdraw_report(report=submitted, by=clerk, now=AUGUST)
        outcomes.append(len(blocking))
    assert outcomes == [1, 4, 3, 5, 1, 0, 1, 1, 1, 1, 0, 0, 1]


def test_a_changed_target_is_what_counts(city: City, clerk: User, office: User) -> None:
    GoalVersion.objects.create(
        goal=city.trade, number=2, value=Decimal(60), effective_month=7, reason="分解调整", decided_by=office,
        decided_at=AUGUST,
    )  # fmt: skip
    approved_report(city.trade, 6, 61)
    preview = preview_report(goal=city.trade, period=city.period(7), content=content_of("62"), by=clerk, now=AUGUST)
    assert preview.findings == ()


def test_published_and_simulated_figures_only_meet_what_is_impossible(city: City) -> None:
    approved_report(city.trade, 6, 61)
    lonely = content_of("65", note="无")
    for source in (Report.Source.PUBLISHED, Report.Source.SIMULATED):
        (preview,) = preview_contents(
            period=city.period(7), contents=[(city.trade, lonely)], source=source, today=TODAY
        )
        assert (preview.findings, preview.light) == ((), None)
        falling = [(city.trade, replace(lonely, value=Decimal(6)))]
        (preview,) = preview_contents(period=city.period(7), contents=falling, source=source, today=TODAY)
        assert [finding.code for finding in preview.blocking] == ["falling"]


def test_a_whole_department_takes_as_many_queries_as_one_goal(city: City) -> None:
    contents = [(city.fdi, content_of("40")), (city.trade, content_of("70")), (city.firms, content_of("900"))]
    for goal, content in contents:
        approved_report(goal, 6, (content.value or 0) / 2)
    counts = []
    for rows in (contents[:1], contents):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            previews = preview_contents(period=city.period(7), contents=rows, source=Report.Source.FILED, today=TODAY)
        assert [preview.value for preview in previews] == [content.value for _goal, content in rows]
        assert all(preview.light for preview in previews)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9

"""A simulated year in the small city: through the services, marked, repeatable, and never in place of real figures."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate, localtime

from hztargets.domain.problems import Problem
from hztargets.models import AuditEvent, Goal, Period, Report, User
from hztargets.services.assessment.history import changed_days, replay_days
from hztargets.services.calendar.periods import close_period
from hztargets.services.errors import ServiceError
from hztargets.services.loading.simulated_year import SimulationResult, simulate_year
from hztargets.services.review.reviewing import approve_report
from tests.factories import AUGUST, City, approved_report, make_goal, submitted_report
from tests.integration.conftest import refusal

NEXT_YEAR = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
COLUMNS = (
    "goal__code", "period__month", "version", "state", "source", "source_note", "value", "is_restated", "note", "cause",
    "submitted_at", "reviewed_at", "known_on", "created_by__username", "reviewed_by__username",
)  # fmt: skip


def simulate(city: City, **options: Any) -> SimulationResult:
    return simulate_year(document=city.document, **{"seed": 1, "until": 12, "now": NEXT_YEAR, **options})


def rows(city: City) -> list[tuple[Any, ...]]:
    return list(Report.objects.filter(document=city.document).order_by("pk").values_list(*COLUMNS))


def test_every_report_went_through_filing_and_review_and_is_marked(city: City) -> None:
    result = simulate(city)
    reports = list(Report.objects.filter(document=city.document).select_related("created_by", "reviewed_by"))
    assert (result.goals, result.refused) == (3, [])
    assert {report.goal_id for report in reports} == {city.fdi.pk, city.trade.pk, city.firms.pk}
    assert 30 <= result.counts["added"] <= 36
    assert len(reports) == result.counts["added"] + result.counts["restate"]
    for report in reports:
        assert (report.state, report.source, report.source_note) == ("approved", "simulated", "simulate_year --seed 1")
        assert (report.created_by.username, report.reviewed_by.username) == ("simulation.filing", "simulation.review")  # type: ignore[union-attr]
        assert (report.created_by.is_active, report.created_by.has_usable_password()) == (False, False)
    entries = AuditEvent.objects.filter(object_type="report")
    assert entries.filter(action="report.submit", before__isnull=True).count() == len(reports)
    assert entries.filter(action="report.approve").count() == len(reports)
    assert entries.filter(action="report.return").count() == result.counts["return"]


def test_the_reports_bear_the_days_they_would_have_had(city: City) -> None:
    simulate(city)
    for report in Report.objects.filter(document=city.document).select_related("period"):
        assert report.submitted_at is not None
        assert report.known_on == localdate(report.reviewed_at)
        assert report.period.opens_on <= localdate(report.submitted_at) <= report.known_on <= report.period.settles_on
        assert 9 <= localtime(report.submitted_at).hour <= 17


def test_the_simulation_itself_is_in_the_trail_at_its_own_time(city: City) -> None:
    result = simulate(city)
    event = AuditEvent.objects.get(action="document.simulate")
    assert (event.at, event.object_id) == (NEXT_YEAR, city.document.pk)
    assert event.after == {"seed": 1, "until": 12, **result.counts}


def test_the_same_seed_changes_nothing_and_gives_the_same_anywhere(city: City) -> None:
    simulate(city)
    first, events = rows(city), AuditEvent.objects.count()
    again = simulate(city)
    assert (rows(city), AuditEvent.objects.count()) == (first, events)
    assert (again.counts["added"], again.counts["left"]) == (0, len({row[:2] for row in first}))


def test_a_year_in_two_parts_is_the_year_in_one(city: City) -> None:
    simulate(city, until=5, now=AUGUST)
    assert {row[1] for row in rows(city)} <= {1, 2, 3, 4, 5}
    simulate(city)
    in_two_parts = sorted(rows(city))
    Report.objects.all().delete()
    simulate(city)
    assert sorted(rows(city)) == in_two_parts


def test_another_seed_is_another_year_and_refused_on_top(city: City) -> None:
    simulate(city)
    refused = refusal(simulate, city=city, seed=2)
    english = "The year was simulated with another seed (simulate_year --seed 1); a second one would contradict it."
    assert (refused.kind, refused.code, refused.field, refused.english) == (ServiceError, "other_seed", "seed", english)
    first = [row[6] for row in rows(city)]
    Report.objects.all().delete()
    simulate(city, seed=2)
    assert [row[6] for row in rows(city)] != first


def test_goals_with_real_reports_are_never_touched(city: City) -> None:
    approved_report(city.fdi, 6, 30)
    submitted_report(city.trade, 7, 80)
    before = [row for row in rows(city) if row[0] in (city.fdi.code, city.trade.code)]
    assert simulate(city).goals == 1
    assert [row for row in rows(city) if row[0] in (city.fdi.code, city.trade.code)] == before
    assert Report.objects.filter(goal=city.firms, source="simulated").exists()


def test_nothing_happens_in_the_future(city: City) -> None:
    simulate(city, now=AUGUST)
    known = Report.objects.filter(document=city.document).values_list("known_on", "period__month")
    assert max(day for day, _month in known if day) <= localdate(AUGUST)
    assert max(month for _day, month in known) in (6, 7)


def test_closed_periods_stay_closed(city: City, office: User) -> None:
    close_period(period=city.period(3), reason="通报已印发", by=office, now=AUGUST)
    assert simulate(city).refused == []
    assert 3 not in {row[1] for row in rows(city)}


def test_a_department_that_endorses_endorses(city: City) -> None:
    city.commerce.endorses = True
    city.commerce.save()
    assert simulate(city).refused == []
    endorsed = Report.objects.filter(goal=city.fdi)
    assert endorsed.exists()
    assert set(endorsed.values_list("endorsed_by__role", "endorsed_by__is_active")) == {("department_head", False)}
    assert not Report.objects.filter(goal=city.firms, endorsed_by__isnull=False).exists()


def test_a_refused_report_is_named_and_the_others_are_filed(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    from hztargets.services.loading import simulated_year as simulating

    real = simulating.start_and_submit

    def picky(*, goal: Goal, period: Period, **rest: Any) -> Report:
        if (goal.pk, period.month) == (city.fdi.pk, 4):
            raise ServiceError(Problem("rows_refused"))
        return real(goal=goal, period=period, **rest)

    monkeypatch.setattr(simulating, "start_and_submit", picky)
    result = simulate(city)
    assert result.refused == [("A6-01", 4, Problem("rows_refused"))]
    assert Report.objects.filter(goal=city.fdi, period__month=4).count() == 0
    assert Report.objects.filter(goal=city.fdi, period__month=5).exists()


def test_a_total_shows_the_sum_of_its_components(city: City) -> None:
    clause = city.fdi.clause
    parts = [
        make_goal(
            clause, f"A6-1{n}", f"部分{n}", 40, "亿美元", city.commerce, quote="实际利用外资80亿美元", parent=city.fdi
        )
        for n in (1, 2)
    ]
    simulate(city)

    def december(goal: Goal) -> Any:
        return Report.objects.filter(goal=goal, period__month=12).order_by("version").last().value  # type: ignore[union-attr]

    assert december(city.fdi) == sum(december(part) for part in parts)


# living through the year


def test_the_changed_days_are_those_after_deadlines_and_those_of_new_figures(city: City, office: User) -> None:
    report = submitted_report(city.fdi, 6, 30)
    approve_report(report=report, by=office, now=AUGUST, known_on=date(2024, 7, 17), assess=False)
    due = city.document.periods.filter(month__lte=6).order_by("month").values_list("due_on", flat=True)
    after = [day + timedelta(days=1) for day in due]
    assert changed_days(city.document, date(2024, 8, 6)) == [*after, date(2024, 7, 17), date(2024, 8, 6)]


def test_a_past_already_judged_is_not_written_again(city: City) -> None:
    approved_report(city.fdi, 6, 30)
    assert changed_days(city.document, localdate(AUGUST)) == [localdate(AUGUST)]
    assert [run.run.as_of for run in replay_days(document=city.document, now=AUGUST)] == [localdate(AUGUST)]


def test_the_year_gets_a_past_and_is_not_lived_twice(city: City) -> None:
    simulate(city)
    runs = list(replay_days(document=city.document, now=NEXT_YEAR))
    assert [run.run.as_of for run in runs] == sorted(run.run.as_of for run in runs)
    assert [run.run.is_retrospective for run in runs] == [False] * len(runs)
    assert runs[-1].run.as_of == localdate(NEXT_YEAR)
    assert len(set(city.document.assessments.values_list("known_from", flat=True))) > 12
    again = list(replay_days(document=city.document, now=NEXT_YEAR))
    assert [(run.run.as_of, run.run.changed) for run in again] == [(localdate(NEXT_YEAR), 0)]

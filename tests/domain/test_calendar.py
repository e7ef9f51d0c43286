"""The calendar table against two independent sources: chinesecalendar and holidays."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.calendar import WorkingCalendar, assessment_day, first_of_next_month

NOTICES = Path(__file__).parents[2] / "fixtures" / "calendar" / "state-council.csv"
SPRING_FESTIVAL = WorkingCalendar(
    {
        date(2024, 2, 4): True,
        **{date(2024, 2, day): False for day in range(10, 18)},
        date(2024, 2, 18): True,
    }
)


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += timedelta(days=1)


@pytest.fixture(scope="module")
def state_council() -> WorkingCalendar:
    with NOTICES.open(encoding="utf-8", newline="") as file:
        return WorkingCalendar({date.fromisoformat(row["day"]): row["kind"] == "work" for row in csv.DictReader(file)})


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_the_notices_matches_chinesecalendar(state_council: WorkingCalendar, year: int) -> None:
    ours = {day: state_council.is_working_day(day) for day in days_of(year)}
    assert ours == {day: chinese_calendar.is_workday(day) for day in days_of(year)}


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_of_the_notices_matches_holidays(state_council: WorkingCalendar, year: int) -> None:
    china = holidays.country_holidays("CN", years=year)
    ours = {day: state_council.is_working_day(day) for day in days_of(year)}
    assert ours == {day: china.is_working_day(day) for day in days_of(year)}


def test_working_days_a_year_are_those_published(state_council: WorkingCalendar) -> None:
    assert [sum(state_council.working_days_in(year)) for year in (2024, 2025, 2026)] == [251, 248, 248]


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    week = [date(2024, 2, day) for day in (4, 9, 10, 12, 17, 18, 19, 24)]
    worked = [SPRING_FESTIVAL.is_working_day(day) for day in week]
    assert worked == [True, True, False, False, False, True, True, False]


def test_january_is_due_on_the_fifth_working_day_counting_a_make_up_sunday() -> None:
    assert SPRING_FESTIVAL.nth_working_day(date(2024, 2, 1), 5) == date(2024, 2, 6)


def test_the_first_working_day_may_be_the_first_itself() -> None:
    plain = WorkingCalendar()
    assert [plain.nth_working_day(date(2024, 8, 1), n) for n in (1, 2, 3)] == [
        date(2024, 8, 1),
        date(2024, 8, 2),
        date(2024, 8, 5),
    ]


def test_working_days_between_leaves_the_first_day_out_and_counts_the_last() -> None:
    between = SPRING_FESTIVAL.working_days_between
    assert between(date(2024, 2, 9), date(2024, 2, 18)) == 1
    assert between(date(2024, 2, 8), date(2024, 2, 9)) == 1
    assert between(date(2024, 2, 9), date(2024, 2, 9)) == 0
    assert between(date(2024, 2, 19), date(2024, 2, 9)) == 0


def test_a_year_without_notice_is_provisional() -> None:
    assert SPRING_FESTIVAL.is_provisional(2027)
    assert not SPRING_FESTIVAL.is_provisional(2024)


def test_the_month_after_december_is_next_january() -> None:
    assert [first_of_next_month(2024, month) for month in (1, 11, 12)] == [
        date(2024, 2, 1),
        date(2024, 12, 1),
        date(2025, 1, 1),
    ]


def test_assessment_day_is_before_the_next_deadline() -> None:
    due = date(2024, 9, 6)
    assert [assessment_day(today, due) for today in (date(2024, 9, 4), due, date(2025, 1, 1))] == [
        date(2024, 9, 4),
        date(2024, 9, 5),
        date(2024, 9, 5),
    ]


DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2024, 12, 31))


@given(first=DAYS, n=st.integers(min_value=1, max_value=40))
def test_the_nth_working_day_is_worked_and_has_n_working_days_up_to_it(first: date, n: int) -> None:
    day = SPRING_FESTIVAL.nth_working_day(first, n)
    assert SPRING_FESTIVAL.is_working_day(day)
    assert SPRING_FESTIVAL.working_days_between(first - timedelta(days=1), day) == n


def test_working_days_in_a_year_agree_with_counting_between() -> None:
    between = SPRING_FESTIVAL.working_days_between(date(2023, 12, 31), date(2024, 12, 31))
    assert sum(SPRING_FESTIVAL.working_days_in(2024)) == between

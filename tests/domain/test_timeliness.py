"""Lateness in working days, from the first filing."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.calendar import WorkingCalendar
from hztargets.domain.timeliness import Tally, Timeliness, timeliness_of

MAKE_UP = {date(2024, 9, 14): True, **{date(2024, 9, 15) + timedelta(days=n): False for n in range(3)}}
CALENDAR = WorkingCalendar(MAKE_UP)
"""Mid-autumn 2024: Saturday the 14th is worked, Sunday to Tuesday are off."""


def timeliness(due: date, filed: date | None, today: date) -> Timeliness:
    return timeliness_of(due, filed, today, CALENDAR.working_days_between)


@pytest.mark.parametrize(
    ("filed", "expected"),
    [
        (date(2024, 9, 12), Timeliness("on_time")),
        (date(2024, 9, 13), Timeliness("on_time")),
        (date(2024, 9, 14), Timeliness("late", 1)),
        (date(2024, 9, 17), Timeliness("late", 1)),
        (date(2024, 9, 18), Timeliness("late", 2)),
    ],
)
def test_lateness_counts_the_make_up_saturday_and_not_the_holiday(filed: date, expected: Timeliness) -> None:
    assert timeliness(date(2024, 9, 13), filed, date(2024, 9, 30)) == expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2024, 9, 6), Timeliness("waiting")),
        (date(2024, 9, 7), Timeliness("waiting")),
        (date(2024, 9, 9), Timeliness("missing", 1)),
        (date(2024, 9, 18), Timeliness("missing", 7)),
    ],
)
def test_what_has_not_come_waits_until_a_working_day_has_passed(today: date, expected: Timeliness) -> None:
    assert timeliness(date(2024, 9, 6), None, today) == expected


def test_a_filing_after_the_day_of_looking_is_not_known_yet() -> None:
    assert timeliness(date(2024, 9, 6), date(2024, 9, 20), date(2024, 9, 10)) == Timeliness("missing", 2)


def test_a_tally_has_a_rate_only_when_no_deadline_lies_ahead() -> None:
    decided = [Timeliness("on_time"), Timeliness("on_time"), Timeliness("late", 3), Timeliness("missing", 1)]
    tally = Tally.of(decided)
    assert tally == Tally(on_time=2, late=1, missing=1)
    assert (tally.due, tally.filed, tally.rate) == (4, 3, 0.5)
    assert Tally.of([*decided, Timeliness("waiting")]).rate is None
    assert (Tally().due, Tally().rate) == (0, None)


@given(st.integers(0, 40), st.one_of(st.none(), st.integers(0, 80)), st.integers(0, 80), st.integers(0, 20))
def test_time_never_turns_a_filing_worse(due: int, filed: int | None, today: int, later: int) -> None:
    """Once filed, the timeliness stays; before that, the number of missing days only grows."""
    start = date(2024, 8, 26)
    filed_on = None if filed is None else start + timedelta(days=filed)
    due_on, day = start + timedelta(days=due), start + timedelta(days=today)
    now, then = timeliness(due_on, filed_on, day), timeliness(due_on, filed_on, day + timedelta(days=later))
    if now.state in ("on_time", "late"):
        assert then == now
    else:
        assert then.state in ("on_time", "late") or then.working_days >= now.working_days

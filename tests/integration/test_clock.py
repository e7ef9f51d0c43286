"""The clock module under a frozen time."""

from datetime import UTC, date, datetime

import time_machine

from hztargets import clock


def test_today_is_the_day_in_hangzhou_and_both_clocks_agree_outside_a_trial() -> None:
    evening = datetime(2024, 8, 8, 17, tzinfo=UTC)
    with time_machine.travel(evening, tick=False):
        assert (clock.now(), clock.real_now(), clock.today()) == (evening, evening, date(2024, 8, 9))

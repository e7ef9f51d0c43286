"""The shipped table as a table. That every day of 2024–2026 agrees with chinesecalendar and holidays, and that the
years have 251, 248 and 248 working days, is tested in test_calendar.py."""

import csv
from collections import Counter
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest

from hztargets.domain.calendar import WorkingCalendar

NOTICES = Path(__file__).parents[2] / "fixtures" / "calendar" / "state-council.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with NOTICES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def calendar(rows: list[dict[str, str]]) -> WorkingCalendar:
    return WorkingCalendar({date.fromisoformat(row["day"]): row["kind"] == "work" for row in rows})


def test_each_row_departs_from_the_plain_week(rows: list[dict[str, str]]) -> None:
    plain = [row["day"] for row in rows if (date.fromisoformat(row["day"]).weekday() < 5) == (row["kind"] == "work")]
    assert plain == []


def test_days_stand_once_and_in_order(rows: list[dict[str, str]]) -> None:
    days = [row["day"] for row in rows]
    assert days == sorted(set(days))
    assert {row["kind"] for row in rows} == {"work", "rest"}


def test_each_year_names_its_seven_festivals(rows: list[dict[str, str]]) -> None:
    """2025's Mid-Autumn falls into the National Day break; every festival takes at least one weekday."""
    festivals = {
        year: {row["name"] for row in group if row["kind"] == "rest"}
        for year, group in groupby(rows, key=lambda row: row["day"][:4])
    }
    seven = {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}
    assert festivals == dict.fromkeys(("2024", "2025", "2026"), seven)


def test_days_off_and_days_to_make_up_a_year(rows: list[dict[str, str]]) -> None:
    kinds = Counter((row["day"][:4], row["kind"]) for row in rows)
    assert kinds == {
        ("2024", "rest"): 19,
        ("2024", "work"): 8,
        ("2025", "rest"): 18,
        ("2025", "work"): 5,
        ("2026", "rest"): 19,
        ("2026", "work"): 6,
    }


def test_only_the_years_with_a_notice_are_settled(calendar: WorkingCalendar) -> None:
    assert {year: calendar.is_provisional(year) for year in range(2023, 2028)} == {
        2023: True,
        2024: False,
        2025: False,
        2026: False,
        2027: True,
    }

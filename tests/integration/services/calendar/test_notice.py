"""The State Council's notice: only the office loads it, a whole year at once, and no due date moves."""

from datetime import date
from typing import Any

import pytest

from hztargets.messages import sentence
from hztargets.models import AuditEvent, CalendarDay, Period, Role, User
from hztargets.services.calendar.notice import NoticeDay, fill_calendar, load_notice, preview_notice
from hztargets.services.decisions.conditions import TableRefused
from hztargets.services.errors import NotAllowed, ServiceError
from tests.factories import AUGUST, City, make_user

pytestmark = pytest.mark.usefixtures("in_english")

HEAD = "day,kind,name\n"
NOTICE_2025 = HEAD + "2025-01-01,rest,元旦\n2025-01-26,work,春节\n2025-01-28,rest,春节\n"


def load(text: str, by: User, year: int = 2025, **options: Any) -> None:
    load_notice(text=text, year=year, by=by, now=AUGUST, **options)


def stored(year: int) -> list[tuple[str, bool, str]]:
    rows = CalendarDay.objects.filter(day__year=year).order_by("day")
    return [(row.day.isoformat(), row.is_working, row.name) for row in rows]


def problems(text: str, year: int = 2025) -> list[tuple[int | None, str, str]]:
    with pytest.raises(TableRefused) as caught:
        preview_notice(text=text, year=year)
    return [(problem.line, problem.field, sentence(problem)) for problem in caught.value.problems]


def test_the_year_becomes_what_the_notice_says(office: User) -> None:
    load(NOTICE_2025, office)
    load(HEAD + "2025-01-01,rest,新年\n2025-01-28,rest,春节\n2025-01-29,rest,春节\n", office, source=" 更正 ")

    assert stored(2025) == [("2025-01-01", False, "新年"), ("2025-01-28", False, "春节"), ("2025-01-29", False, "春节")]
    assert stored(2024) == [("2024-10-01", False, "国庆节")]
    first = {"2025-01-01": "rest 元旦", "2025-01-26": "work 春节", "2025-01-28": "rest 春节"}
    second = {"2025-01-01": "rest 新年", "2025-01-28": "rest 春节", "2025-01-29": "rest 春节"}
    events = AuditEvent.objects.order_by("pk").values("action", "by", "at", "object_type", "before", "after", "reason")
    common = {"action": "calendar.load", "by": office.pk, "at": AUGUST, "object_type": "calendarday"}
    assert list(events) == [
        {**common, "before": {}, "after": first, "reason": ""},
        {**common, "before": first, "after": second, "reason": "更正"},
    ]


def test_the_preview_tells_new_changed_and_removed_days(office: User) -> None:
    load(NOTICE_2025, office)

    effect = preview_notice(
        text=HEAD + "2025-01-29,rest,春节\n2025-01-01,rest,新年\n2025-01-26,work,春节\n2025-02-01,rest,春节\n",
        year=2025,
    )

    assert (effect.added, effect.changed, effect.removed, effect.idle) == (
        (NoticeDay(date(2025, 1, 29), False, "春节"),),
        (NoticeDay(date(2025, 1, 1), False, "新年"),),
        (NoticeDay(date(2025, 1, 28), False, "春节"),),
        (NoticeDay(date(2025, 2, 1), False, "春节"),),
    )
    assert [day.day.day for day in effect.days] == [1, 26, 29]
    assert len(stored(2025)) == 3


def test_a_weekend_day_that_rests_anyway_is_not_stored(office: User) -> None:
    load(HEAD + "2025-10-03,rest,国庆节\n2025-10-04,rest,国庆节\n", office)

    assert stored(2025) == [("2025-10-03", False, "国庆节")]


def test_due_dates_are_shown_and_left(city: City, office: User) -> None:
    before = list(Period.objects.order_by("pk").values())

    effect = preview_notice(text=NOTICE_2025, year=2025)
    load(NOTICE_2025, office)

    assert [(row.period.month, row.period.due_on, row.by_calendar) for row in effect.moved] == [
        (12, date(2025, 1, 7), date(2025, 1, 8))
    ]
    assert list(Period.objects.order_by("pk").values()) == before


def test_a_deadline_set_on_another_working_day_is_compared_with_that_day(city: City, office: User) -> None:
    city.document.periods.filter(month=12).update(due_on=date(2025, 1, 3))

    effect = preview_notice(text=HEAD + "2025-01-06,rest,测试节\n", year=2025)

    assert effect.moved == ()


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICE}))
def test_only_the_office_loads(city: City, role: Role) -> None:
    user = make_user(role, city.commerce if role in Role.of_a_department() else None)

    with pytest.raises(NotAllowed) as caught:
        load(NOTICE_2025, user)

    assert (caught.value.code, stored(2025), AuditEvent.objects.count()) == ("role_may_not", [], 0)


def test_loading_the_same_again_is_refused(office: User) -> None:
    load(NOTICE_2025, office)

    with pytest.raises(ServiceError) as caught:
        load(NOTICE_2025, office)

    assert (caught.value.code, caught.value.message) == (
        "calendar_unchanged",
        "The calendar already says exactly this.",
    )
    assert AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("rows", "line", "field", "reason"),
    [
        ("2024-12-31,rest,元旦\n", 2, "day", "2024-12-31 is not in 2025; load each year’s notice by itself."),
        (
            "2025-01-02,work,元旦\n",
            2,
            "kind",
            "2025-01-02 is no weekend day and is worked anyway; only Saturdays and Sundays are made up.",
        ),
        (
            "2025-01-26,work,春节\n2025-01-26,rest,春节\n",
            3,
            "day",
            "2025-01-26 already stands in line 2; a day is either worked or free.",
        ),
        ("2025-01-01,rest," + "长" * 51 + "\n", 2, "name", "Longer than 50 characters."),
        ("2025-01-01,rest,\n", 2, "name", "Empty; fill it in."),
        (",rest,元旦\n", 2, "day", "Empty; fill it in."),
        ("2025-13-01,rest,元旦\n", 2, "day", "“2025-13-01” is not a day; write it like 2024-11-30."),
        ("2025-01-01,off,元旦\n", 2, "kind", "“off” is not known; use one of work, rest."),
        ("", 1, "", "There is no day in the table."),
    ],
)
def test_a_notice_that_makes_no_sense_is_refused(city: City, rows: str, line: int, field: str, reason: str) -> None:
    assert problems(HEAD + rows) == [(line, field, reason)]


def test_one_wrong_line_loads_nothing(office: User) -> None:
    with pytest.raises(TableRefused) as caught:
        load(NOTICE_2025 + "2026-01-01,rest,元旦\n", office)

    assert caught.value.message == "Nothing was loaded: the notice has 1 problems."
    assert (stored(2025), AuditEvent.objects.count()) == ([], 0)


def test_missing_columns_are_named(city: City) -> None:
    assert problems("day,name\n2025-01-01,元旦\n") == [(1, "", "The column kind is missing; add it.")]


def test_filling_the_calendar_leaves_a_year_the_office_has_loaded(office: User) -> None:
    load(NOTICE_2025, office)
    before = stored(2025)

    days = [NoticeDay(date(2025, 1, 26), False, "更正"), NoticeDay(date(2026, 1, 1), False, "元旦")]
    assert fill_calendar(days) == [2025]

    assert (stored(2025), stored(2026)) == (before, [("2026-01-01", False, "元旦")])

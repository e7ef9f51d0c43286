"""The working calendar's page, and loading the notice."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import AuditEvent, CalendarDay, Period, Role, User
from tests.factories import City, make_city, make_user
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import alerts_of, errors_of, field_value, links_of, rows_of, text_of

NOTICE = "day,kind,name\n2025-01-01,rest,元旦\n2025-01-26,work,春节\n2025-01-28,rest,春节\n"


@pytest.fixture
def office(visit: Visitor, director: User) -> Client:
    return visit(director)


def page(city: City, rest: str = "") -> str:
    return f"/documents/{city.document.pk}/calendar/{rest}"


def typed(**changes: str) -> dict[str, str]:
    return {"year": "2025", "text": NOTICE, "source": "国办发明电〔2024〕12号", "action": "load", **changes}


def days() -> list[tuple[str, bool, str]]:
    rows = CalendarDay.objects.order_by("day").values_list("day", "is_working", "name")
    return [(day.isoformat(), works, name) for day, works, name in rows]


NATIONAL_DAY = ("2024-10-01", False, "国庆节")


def test_a_year_at_a_glance(visit: Visitor, city: City) -> None:
    CalendarDay.objects.create(day=date(2024, 9, 29), is_working=True, name="国庆节")
    response = visit(make_user(Role.LEADER)).get(page(city))

    shown = text_of(response)
    assert "Working calendar 2024" in shown
    assert "262 working days" in shown
    assert "Sep 22 working days" in shown
    assert "Oct 22 working days 1 off 2 3 4 5 6" in shown
    assert "Provisional" not in shown
    assert ["国庆节", "10-01 Tue", "09-29 Sun"] in rows_of(response)
    assert ["Jul 2024", "2024-08-07 Wed working day 5"] in rows_of(response)
    assert not {"Load the notice"} & links_of(response).keys()


def test_a_year_without_its_notice_says_so(office: Client, city: City) -> None:
    shown = text_of(office.get(page(city, "?year=2027")))

    assert "Provisional: the State Council’s notice for 2027 is not loaded yet." in shown
    assert "No day of this year departs from the plain week." in shown


def test_due_dates_are_left_and_their_working_day_is_counted_anew(office: Client, city: City) -> None:
    CalendarDay.objects.create(day=date(2024, 8, 5), is_working=False, name="测试节")

    assert ["Jul 2024", "2024-08-07 Wed working day 4"] in rows_of(office.get(page(city)))


@pytest.mark.parametrize("year", ["1999", "2101", "99999", "abcd", "２０２４", "-001"])
def test_years_beyond_reason_are_not_found(office: Client, city: City, year: str) -> None:
    assert office.get(page(city, f"?year={year}")).status_code == 404


def test_the_calendar_of_a_foreign_document_is_not_found(visit: Visitor, city: City) -> None:
    other = make_city("测政函〔2024〕2号")
    other.document.goals.all().delete()
    client = visit(make_user(Role.CLERK, city.commerce))

    assert [client.get(page(some)).status_code for some in (city, other)] == [200, 404]


def test_looking_changes_nothing_and_says_what_would(office: Client, city: City) -> None:
    response = office.post(page(city, "notice/"), typed(action="preview"))

    shown = text_of(response)
    assert (
        "What would change in 2025 new 01-01 Wed free 元旦 01-26 Sun worked 春节 01-28 Tue free 春节 "
        "Due dates that stay although the calendar would give another day "
        f"{city.document.number} Dec 2024: stays due 2025-01-07, by the calendar 2025-01-08"
    ) in shown
    assert field_value(response, "text") == NOTICE.strip()
    assert (days(), AuditEvent.objects.count()) == ([NATIONAL_DAY], 0)


def test_the_notice_is_loaded_and_due_dates_stay(office: Client, city: City, director: User) -> None:
    before = list(Period.objects.order_by("pk").values())

    response = office.post(page(city, "notice/"), typed(), follow=True)

    assert response.redirect_chain == [(page(city, "?year=2025"), 302)]
    assert "The notice is loaded. 1 due dates stay as they were." in text_of(response)
    assert days() == [
        NATIONAL_DAY, ("2025-01-01", False, "元旦"), ("2025-01-26", True, "春节"), ("2025-01-28", False, "春节"),
    ]  # fmt: skip
    assert list(Period.objects.order_by("pk").values()) == before
    event = AuditEvent.objects.get(action="calendar.load")
    assert (event.by, event.reason) == (director, "国办发明电〔2024〕12号")


def test_a_file_is_shown_as_text(office: Client, city: City) -> None:
    file = SimpleUploadedFile("2025.csv", NOTICE.encode("gb18030"), "text/csv")

    response = office.post(page(city, "notice/"), {"year": "2025", "file": file, "action": "preview"})

    assert field_value(response, "text") == NOTICE.strip()
    assert "01-26 Sun worked 春节" in text_of(response)


def test_each_wrong_line_is_named(office: Client, city: City) -> None:
    text = (
        "day,kind,name\n2025-02-30,rest,x\n2025-01-02,work,元旦\n2024-12-31,rest,元旦\n"
        "2025-01-04,work,元旦\n2025-01-04,rest,元旦\n2025-01-03,holiday,\n"
    )

    response = office.post(page(city, "notice/"), typed(text=text))

    assert rows_of(response) == [
        ["2", "day", "“2025-02-30” is not a day; write it like 2024-11-30."],
        ["3", "kind", "2025-01-02 is no weekend day and is worked anyway; only Saturdays and Sundays are made up."],
        ["4", "day", "2024-12-31 is not in 2025; load each year’s notice by itself."],
        ["6", "day", "2025-01-04 already stands in line 5; a day is either worked or free."],
        ["7", "kind", "“holiday” is not known; use one of work, rest."],
        ["7", "name", "Empty; fill it in."],
    ]
    assert alerts_of(response) == "Nothing was loaded: 6 cells to mend."
    assert field_value(response, "text") == text.strip()
    assert days() == [NATIONAL_DAY]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"text": ""}, "text", "Choose a file or paste the table."),
        ({"year": ""}, "year", "This field is required."),
        ({"year": "1999"}, "year", "Ensure this value is greater than or equal to 2000."),
    ],
)
def test_each_refusal_stands_beside_its_field(
    office: Client, city: City, changes: dict[str, str], field: str, message: str
) -> None:
    assert errors_of(office.post(page(city, "notice/"), typed(**changes))) == {field: message}
    assert days() == [NATIONAL_DAY]


def test_loading_twice_says_that_nothing_changed(office: Client, city: City) -> None:
    office.post(page(city, "notice/"), typed())

    again = office.post(page(city, "notice/"), typed())

    assert alerts_of(again) == "The calendar already says exactly this."
    assert AuditEvent.objects.filter(action="calendar.load").count() == 1


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.CLERK, Role.SYSTEM_ADMIN])
def test_only_the_office_loads(visit: Visitor, city: City, role: Role) -> None:
    client = visit(make_user(role, city.commerce if role in Role.of_a_department() else None))

    answers = [client.get(page(city, "notice/")), client.post(page(city, "notice/"), typed())]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert days() == [NATIONAL_DAY]


@pytest.mark.parametrize("exceptions", [1, 3])
def test_the_page_takes_the_same_queries_whatever_the_days(
    visit: Visitor, city: City, exceptions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(2, exceptions + 1):
        CalendarDay.objects.create(day=date(2024, 10, number), is_working=False, name="国庆节")
    client = visit(make_user(Role.LEADER))

    with django_assert_num_queries(8):
        shown = text_of(client.get(page(city)))

    assert shown.count("off") == exceptions + 1

"""What the pages of rules, plans, targets and the calendar have in common with the older ones."""

import re

import pytest
from django.test import Client

from hztargets.models import Role
from tests.factories import City, approved_report, make_user
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import links_of

PAGES = [
    "rules/", "rules/1/", "rules/new/", "backtest/", "backtest/?a=1&b=two_ambers", "plans/", "plans/import/",
    "goals/A6-01/plan/", "goals/A6-01/target/", "goals/A6-01/", "calendar/", "calendar/notice/",
]  # fmt: skip
OFFICE_ONLY = {
    "rules/new/", "backtest/", "backtest/?a=1&b=two_ambers", "plans/import/", "goals/A6-01/target/", "calendar/notice/",
}  # fmt: skip


@pytest.fixture
def office(visit: Visitor, city: City) -> Client:
    approved_report(city.fdi, 7, 34)
    return visit(make_user(Role.OFFICE))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_needs_a_relaxed_content_policy(office: Client, city: City, path: str) -> None:
    response = office.get(f"/documents/{city.document.pk}/{path}")

    page = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|https?://(?!www\.w3\.org)", page)
    assert page.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_its_label(office: Client, city: City, path: str) -> None:
    page = office.get(f"/documents/{city.document.pk}/{path}").content.decode().split("<main")[1]

    fields = re.findall(r'<(?:input|select|textarea)\b[^>]*?name="[^"]+"[^>]*>', page)
    identifiers = [re.search(r'id="([^"]+)"', tag) for tag in fields if 'type="hidden"' not in tag]
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', page))
    wrapped = set(re.findall(r'<label>[^<]*<select name="(\w+)"', page)) | set(
        re.findall(r'<label>[^<]*<select[^>]*id="([^"]+)"', page)
    )
    assert {found.group(1) for found in identifiers if found} - labelled - wrapped == set()


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_log_in(visit: Visitor, city: City, path: str) -> None:
    response = visit(None).get(f"/documents/{city.document.pk}/{path}")

    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("path", PAGES)
def test_the_office_alone_may_decide(visit: Visitor, city: City, path: str) -> None:
    clerk = visit(make_user(Role.CLERK, city.commerce))

    status = clerk.get(f"/documents/{city.document.pk}/{path}").status_code

    assert status == (403 if path in OFFICE_ONLY else 200)


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.CLERK, ["Filing", "Lights", "Plans", "Rules", "Calendar", "Help"]),
        (Role.OFFICE, ["Lights", "Review", "Plans", "Rules", "Calendar", "Help"]),
        (Role.LEADER, ["Lights", "Plans", "Rules", "Calendar", "Help"]),
    ],
)
def test_navigation_leads_to_the_new_pages(visit: Visitor, city: City, role: Role, entries: list[str]) -> None:
    department = city.commerce if role in Role.of_a_department() else None

    links = links_of(visit(make_user(role, department)).get("/help/"))

    assert [link for link in links if link in {*entries, "Filing", "Review"}] == entries
    assert links["Calendar"] == f"/documents/{city.document.pk}/calendar/"

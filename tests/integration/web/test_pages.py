import re

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from hztargets.models import Role
from hztargets.web.language import PageLanguageMiddleware
from tests.factories import City, approved_report, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import links_of, text_of


@pytest.mark.parametrize(
    ("role", "landing"),
    [
        (Role.CLERK, "filing"),
        (Role.DEPARTMENT_HEAD, "filing"),
        (Role.OFFICE, "board"),
        (Role.LEADER, "board"),
        (Role.AUDITOR, "board"),
    ],
)
def test_everybody_lands_where_their_work_is(visit: Visitor, city: City, role: Role, landing: str) -> None:
    department = city.commerce if role in Role.of_a_department() else None

    response = visit(make_user(role, department)).get("/")

    assert response.headers["Location"] == f"/documents/{city.document.pk}/{landing}/"


def test_system_administrator_gets_a_plain_page(visit: Visitor, city: City) -> None:
    response = visit(make_user(Role.SYSTEM_ADMIN, is_staff=True)).get("/")

    assert "You keep accounts, departments and settings." in text_of(response)
    assert links_of(response)["Open the administration"] == "/admin/"
    assert "Lights" not in links_of(response)


def test_security_administrator_without_staff_rights_gets_no_dead_link(visit: Visitor, city: City) -> None:
    response = visit(make_user(Role.SECURITY_ADMIN)).get("/")

    assert "You keep roles and the security policy." in text_of(response)
    assert "Open the administration" not in links_of(response)


def test_without_a_document_the_start_page_says_so(visit: Visitor) -> None:
    assert "No document yet Nothing has been loaded." in text_of(visit(make_user(Role.OFFICE)).get("/"))


def test_logging_in_and_out(visit: Visitor, city: City) -> None:
    user = make_user(Role.LEADER, display_name="分管领导")
    client = visit(None)

    refused = client.post("/login/", {"username": user.username, "password": "wrong"})
    assert "Please enter a correct username and password." in text_of(refused)
    assert f'value="{user.username}"' in refused.content.decode()

    page = client.post("/login/", {"username": user.username, "password": "correct horse"}, follow=True)
    assert page.redirect_chain == [("/", 302), (f"/documents/{city.document.pk}/board/", 302)]
    assert "分管领导" in text_of(page)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").headers["Location"] == "/login/"
    assert client.get("/").headers["Location"] == "/login/?next=/"


def test_pages_speak_the_users_language_after_logging_in(city: City) -> None:
    for language, expected in (("en", "en"), ("zh-hans", "zh-hans")):
        user, client = make_user(Role.LEADER, language=language), Client()
        client.post("/login/", {"username": user.username, "password": "correct horse"})
        assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == expected


def test_language_chosen_before_logging_in_is_kept(city: City) -> None:
    user, client = make_user(Role.LEADER, language="zh-hans"), Client()
    client.post("/i18n/setlang/", {"language": "en", "next": "/login/"})

    client.post("/login/", {"username": user.username, "password": "correct horse"})

    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert "Skip to the content" in text_of(client.get("/", follow=True))


def test_switch_leads_back_to_the_same_page(visit: Visitor, city: City) -> None:
    client = visit(make_user(Role.LEADER))
    address = f"/documents/{city.document.pk}/board/?period=2024-07&show=red"

    page = client.get(address).content.decode()
    response = client.post("/i18n/setlang/", {"language": "zh-hans", "next": address})

    assert f'name="next" value="{address.replace("&", "&amp;")}"' in page
    assert response.headers["Location"] == address


@pytest.mark.parametrize(
    ("path", "cookie", "language"),
    [
        ("/help/", "", "zh-hans"),
        ("/help/", "en", "en"),
        ("/help/", "xx", "zh-hans"),
        ("/api/v1/goals/", "", "en"),
    ],
)
def test_only_the_api_follows_the_browsers_language(path: str, cookie: str, language: str) -> None:
    request = RequestFactory().get(path, headers={"Accept-Language": "en-US,en"})
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    languages = []

    def answer(_request: HttpRequest) -> HttpResponse:
        languages.append(translation.get_language())
        return HttpResponse()

    with translation.override(None):
        PageLanguageMiddleware(answer)(request)

    assert languages == [language]


@pytest.mark.parametrize(("language", "title"), [("en", "How a goal is judged"), ("zh-hans", "目标怎样研判")])
def test_help_in_both_languages(visit: Visitor, city: City, language: str, title: str) -> None:
    client = visit(make_user(Role.CLERK, city.commerce), language)

    page = client.get("/help/").content.decode()

    assert title in page
    judging = page.split('id="judging"')[1].split("</ol>")[0]
    assert judging.count("<li>") == 5


def test_navigation_by_role(visit: Visitor, city: City) -> None:
    def entries(role: Role, **columns: object) -> list[str]:
        department = city.commerce if role in Role.of_a_department() else None
        links = links_of(visit(make_user(role, department, **columns)).get("/help/"))
        return [link for link in links if link in ("Filing", "Lights", "Review", "Administration", "Help")]

    assert entries(Role.CLERK) == ["Filing", "Lights", "Help"]
    assert entries(Role.OFFICE) == ["Lights", "Review", "Help"]
    assert entries(Role.LEADER) == ["Lights", "Help"]
    assert entries(Role.SYSTEM_ADMIN, is_staff=True) == ["Administration", "Help"]


def test_header_names_user_and_department(visit: Visitor, city: City) -> None:
    named = make_user(Role.CLERK, city.commerce, display_name="填报人甲")
    by_department = make_user(Role.CLERK, city.commerce, display_name="市商务局填报人")

    assert "市商务局 · 填报人甲 中文 Log out" in text_of(visit(named).get("/help/"))
    assert "Help 市商务局填报人 中文 Log out" in text_of(visit(by_department).get("/help/"))


def test_forged_form_is_refused_in_plain_words(city: City) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    response = client.post("/login/", {"username": "x", "password": "y"})

    assert response.status_code == 403
    assert "The page was open too long" in text_of(response)


def test_failure_says_sorry_without_touching_anything(visit: Visitor, city: City) -> None:
    client = visit(make_user(Role.LEADER))
    client.raise_request_exception = False
    city.document.rule_sets.all().delete()
    city.document.issuer = ""
    city.document.save()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hztargets.web.board.views.read_board", _break)
        response = client.get(f"/documents/{city.document.pk}/board/")

    assert response.status_code == 500
    assert "系统出错了" in text_of(response)
    assert "Something went wrong" in text_of(response)


def _break(*_arguments: object, **_options: object) -> None:
    raise RuntimeError("broken on purpose")


def test_no_page_needs_a_relaxed_content_policy(visit: Visitor, city: City) -> None:
    approved_report(city.fdi, 6, 30)
    submitted_report(city.fdi, 7, 34)
    base = f"/documents/{city.document.pk}"
    clerk, office = visit(make_user(Role.CLERK, city.commerce)), visit(make_user(Role.OFFICE))
    pages = [
        *(
            office.get(path)
            for path in (f"{base}/board/", f"{base}/goals/A6-01/", f"{base}/review/", "/help/", "/nowhere/")
        ),
        *(clerk.get(path) for path in (f"{base}/filing/", f"{base}/goals/A6-02/report/2024-07/", f"{base}/review/")),
        visit(None).get("/login/"),
    ]

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 404, 200, 200, 403, 200]
    for page in pages:
        html = page.content.decode()
        assert not re.search(
            r"<script(?! type=\"module\" src=\"/static/hztargets/[\w.]+\"></script>)|<style|\sstyle=|\son\w+=|javascript:|https?://(?!www\.w3\.org)",
            html,
        )
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert html.count("<h1") == 1

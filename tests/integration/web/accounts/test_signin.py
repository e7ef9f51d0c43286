"""Log-in, lock-out, sessions that end, one's own password: as a person meets them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.password_validation import get_password_validators, validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.env import PasswordPolicy
from config.passwords import PASSWORD_MAX_AGES, password_validators
from hztargets.models import AuditEvent, Role, User
from tests.factories import AUGUST, City, make_user
from tests.integration.conftest import chinese
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import text_of

RIGHT, NEW = "correct horse", "Rivers-and-lakes-8"


@pytest.fixture
def leader(city: City) -> User:
    return make_user(Role.LEADER, username="leader")


def log_in(client: Client, password: str, username: str = "leader", **options: Any) -> Any:
    return client.post("/login/", {"username": username, "password": password}, **options)


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


LOCKED = "Too many failed attempts. Wait 15 minutes, then try again."
WRONG = "Please enter a correct username and password."


@pytest.mark.parametrize("username", ["leader", "nobody"])
def test_five_failures_lock_even_the_right_password_out(visit: Visitor, leader: User, username: str) -> None:
    """Word for word the same whether the account exists or not."""
    client = visit(None)
    answers = [log_in(client, "wrong", username) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert [LOCKED in text_of(answer) for answer in answers] == [False] * 4 + [True]
    assert [WRONG in text_of(answer) for answer in answers] == [True] * 4 + [False]

    locked = log_in(client, RIGHT, username)
    assert (locked.status_code, LOCKED in text_of(locked), WRONG in text_of(locked)) == (429, True, False)
    assert "_auth_user_id" not in client.session


def test_the_log_in_page_is_chinese_by_default(leader: User) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/login/").content.decode()
    assert '<html lang="zh-hans">' in page
    for _ in range(5):
        answer = log_in(client, "wrong")
    assert chinese("失败次数过多，请15分钟后再试。", english=LOCKED) in text_of(answer)


def test_after_a_quarter_of_an_hour_the_right_password_opens_again(visit: Visitor, leader: User) -> None:
    client = visit(None)
    for _ in range(5):
        log_in(client, "wrong")
    with time_machine.travel(AUGUST + timedelta(minutes=15, seconds=1), tick=False):
        assert log_in(client, RIGHT).headers["Location"] == "/"
    assert actions() == [*["login.failed"] * 5, "login.locked", "login"]


def test_a_made_up_forwarded_address_does_not_help(visit: Visitor, leader: User) -> None:
    client = visit(None)
    for number in range(5):
        answer = log_in(client, "wrong", headers={"x-forwarded-for": f"10.9.9.{number}"})
    assert answer.status_code == 429
    assert set(AuditEvent.objects.values_list("address", flat=True)) == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (1, "1.1.1.1, 10.7.7.7", "10.7.7.7"),
        (2, "1.1.1.1, 10.7.7.7, 10.8.8.8", "10.7.7.7"),
        (2, "10.7.7.7", "10.7.7.7"),
        (1, "", "127.0.0.1"),
        (0, "10.7.7.7", "127.0.0.1"),
        (1, "rubbish", None),
        (1, "2001:DB8::7", "2001:db8::7"),
    ],
)
def test_the_address_behind_proxies(
    visit: Visitor, leader: User, settings: Any, proxies: int, header: str, address: str | None
) -> None:
    settings.TRUSTED_PROXIES = proxies
    log_in(visit(None), RIGHT, headers={"x-forwarded-for": header})
    assert AuditEvent.objects.get(action="login").address == address


def test_the_administration_has_no_other_way_in_or_out(visit: Visitor, city: City) -> None:
    admin = make_user(Role.SYSTEM_ADMIN, username="system", is_staff=True, is_superuser=True)
    client = visit(None)
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == "/login/?next=/admin/"
    assert client.post("/admin/login/", {"username": "system", "password": RIGHT}).headers["Location"] == "/login/"
    assert "_auth_user_id" not in client.session
    client = visit(admin)
    assert client.get("/admin/password_change/").headers["Location"] == "/password/"
    assert client.post("/admin/logout/").headers["Location"] == "/login/"
    assert actions() == ["logout"]


def test_coming_and_going_is_audited(visit: Visitor, leader: User) -> None:
    client = visit(None)
    log_in(client, "wrong")
    log_in(client, RIGHT)
    client.post("/logout/")
    client.post("/logout/")
    noted = AuditEvent.objects.order_by("pk").values_list("action", "by__username", "object_id", "address")
    assert list(noted) == [
        ("login.failed", None, leader.pk, "127.0.0.1"),
        ("login", "leader", leader.pk, "127.0.0.1"),
        ("logout", "leader", leader.pk, "127.0.0.1"),
    ]
    assert all(AuditEvent.objects.values_list("request_id", flat=True))


def later(**passed: float) -> Any:
    return time_machine.travel(AUGUST + timedelta(**passed), tick=False)


def test_half_an_hour_of_silence_ends_a_session_and_the_way_back_is_kept(visit: Visitor, leader: User) -> None:
    client = visit(None)
    log_in(client, RIGHT)
    address = "/help/?a=1&b=2"
    with later(minutes=30):
        assert client.get(address).status_code == 200
    with later(minutes=60, seconds=1):
        ended = client.get(address)
        assert ended.headers["Location"] == "/login/?ended=idle&next=%2Fhelp%2F%3Fa%3D1%26b%3D2"
        page = client.get(ended.headers["Location"])
        assert "You were logged out after 30 minutes without activity." in text_of(page)
        assert '<input type="hidden" name="next" value="/help/?a=1&amp;b=2">' in page.content.decode()
        back = client.post(ended.headers["Location"], {"username": "leader", "password": RIGHT, "next": address})
        assert back.headers["Location"] == address
    assert actions() == ["login", "session.end", "login"]
    assert AuditEvent.objects.get(action="session.end").reason == "idle"


def test_twelve_hours_end_a_session_however_busy(visit: Visitor, leader: User) -> None:
    client = visit(None)
    log_in(client, RIGHT)
    for quarter in range(1, 49):
        with later(minutes=15 * quarter):
            assert client.get("/help/").status_code == 200
    with later(hours=12, seconds=1):
        ended = client.get("/help/")
        assert ended.headers["Location"] == "/login/?ended=long&next=%2Fhelp%2F"
        assert "A log-in lasts 12 hours." in text_of(client.get(ended.headers["Location"]))
    assert AuditEvent.objects.get(action="session.end").reason == "long"


def test_a_form_sent_too_late_leads_back_to_the_page_it_stood_on(visit: Visitor, city: City, leader: User) -> None:
    client = visit(leader)
    sent = {"headers": {"referer": "http://testserver/help/?x=1"}}
    with later(minutes=31):
        assert client.post("/i18n/setlang/", **sent).headers["Location"] == "/login/?ended=idle&next=%2Fhelp%2F%3Fx%3D1"
    client = visit(leader)
    with later(minutes=31):
        elsewhere = client.post("/i18n/setlang/", headers={"referer": "http://evil.example/help/"})
    assert elsewhere.headers["Location"] == "/login/?ended=idle&next=%2F"


def test_the_api_answers_an_ended_session_like_none(visit: Visitor, leader: User) -> None:
    client = visit(leader)
    assert client.get("/api/v1/goals/").status_code == 200
    with later(minutes=31):
        assert client.get("/api/v1/goals/").status_code == 401
    assert actions() == ["session.end"]


def test_a_session_in_use_is_written_once_a_minute_at_most(visit: Visitor, leader: User) -> None:
    client = visit(leader)
    writes = []
    for seconds in (10, 61, 70, 121, 130):
        with later(seconds=seconds), CaptureQueriesContext(connection) as queries:
            client.get("/help/")
        writes.append(sum("UPDATE" in query["sql"] for query in queries))
    assert writes == [0, 1, 0, 0, 1]


def test_nobody_is_sent_to_another_site_after_logging_in(visit: Visitor, leader: User) -> None:
    for address in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        client = visit(None)
        answer = client.post("/login/", {"username": "leader", "password": RIGHT, "next": address})
        assert answer.headers["Location"] == "/"


def change(client: Client, old: str, new: str, again: str | None = None, **more: str) -> Any:
    typed = {"old_password": old, "new_password1": new, "new_password2": again or new, **more}
    return client.post("/password/", typed)


def test_changing_ones_own_password_ends_the_other_sessions(visit: Visitor, leader: User) -> None:
    client, other = visit(leader), visit(leader)
    changed = change(client, RIGHT, NEW, next="/help/")
    assert changed.headers["Location"] == "/help/"
    assert "The new password holds from now on." in text_of(client.get("/help/"))
    assert other.get("/").headers["Location"] == "/login/?next=/"
    assert log_in(visit(None), NEW).headers["Location"] == "/"
    assert actions() == ["password.change", "login"]


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("wrong", NEW, NEW, "Your old password was entered incorrectly."),
        (RIGHT, NEW, NEW + "x", "The two password fields didn’t match."),
        (RIGHT, "short-8", "short-8", "This password is too short. It must contain at least 12 characters."),
        (RIGHT, "1234567890123", "1234567890123", "This password is too common."),
        (RIGHT, RIGHT, RIGHT, "This is the password you have now. Choose another."),
    ],
)
def test_a_password_that_will_not_do(
    visit: Visitor, leader: User, old: str, new: str, again: str, sentence: str
) -> None:
    answer = change(visit(leader), old, new, again)
    assert (answer.status_code, sentence in text_of(answer)) == (200, True)
    leader.refresh_from_db()
    assert leader.check_password(RIGHT)
    assert actions() == []


def validated(policy: PasswordPolicy, password: str) -> list[str]:
    try:
        validate_password(password, password_validators=get_password_validators(password_validators(policy)))
    except ValidationError as error:
        return [str(one.code) for one in error.error_list]
    return []


@pytest.mark.parametrize(
    ("password", "asvs", "gbt"),
    [
        ("west lake in the early morning", [], ["password_too_plain"]),
        ("Xh-2024q", ["password_too_short"], []),
        ("Xh-2024", ["password_too_short"], ["password_too_short"]),
        ("Westlakes2024", [], []),
        ("westlakes2024", [], ["password_too_plain"]),
        ("西湖Ab12345678", [], []),
        ("password1234", ["password_too_common"], ["password_too_common", "password_too_plain"]),
    ],
)
def test_the_two_password_policies(password: str, asvs: list[str], gbt: list[str]) -> None:
    assert (validated(PasswordPolicy.ASVS, password), validated(PasswordPolicy.GBT22239, password)) == (asvs, gbt)


def test_only_one_policy_rotates() -> None:
    assert (PASSWORD_MAX_AGES[PasswordPolicy.ASVS], PASSWORD_MAX_AGES[PasswordPolicy.GBT22239]) == (None, timedelta(90))
    assert settings.PASSWORD_MAX_AGE is None


def test_under_rotation_everything_waits_for_a_new_password(visit: Visitor, leader: User, settings: Any) -> None:
    settings.PASSWORD_MAX_AGE = timedelta(days=90)
    client = visit(None)
    log_in(client, RIGHT)
    answer = client.get("/help/?a=1")
    assert answer.headers["Location"] == "/password/?next=%2Fhelp%2F%3Fa%3D1"
    assert "Choose a password of your own before you go on." in text_of(client.get(answer.headers["Location"]))
    assert client.get("/api/v1/goals/").status_code == 403
    assert change(client, RIGHT, NEW, next="/help/?a=1").headers["Location"] == "/help/?a=1"
    assert client.get("/help/?a=1").status_code == 200
    with later(days=91):
        log_in(client, NEW)
        assert client.get("/help/").headers["Location"] == "/password/?next=%2Fhelp%2F"
        assert client.post("/logout/").headers["Location"] == "/login/"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/", "private, no-cache"),
        ("/documents/{}/board/", "private, no-cache"),
        ("/documents/{}/plans/export.csv", "private, no-cache"),
        ("/api/v1/goals/", "private, no-store"),
    ],
)
def test_no_cache_on_the_way_keeps_a_private_page(path: str, kept: str, city: City) -> None:
    client = Client()
    client.force_login(make_user(Role.OFFICE))
    answer = client.get(path.format(city.document.pk))
    assert answer.headers["Cache-Control"] == kept


def test_logging_out_empties_the_browsers_cache(city: City) -> None:
    client = Client()
    client.force_login(make_user(Role.OFFICE))
    assert client.post("/logout/").headers["Clear-Site-Data"] == '"cache"'


def test_logging_in_gives_the_session_another_key(city: City) -> None:
    """A session key set by an attacker before log-in is not valid after it."""
    make_user(Role.OFFICE, username="office")
    client = Client()
    client.cookies["sessionid"] = planted = "a" * 32
    client.post("/login/", {"username": "office", "password": "correct horse"})
    assert client.cookies["sessionid"].value != planted
    stranger = Client()
    stranger.cookies["sessionid"] = planted
    assert stranger.get("/").headers["Location"] == "/login/?next=/"

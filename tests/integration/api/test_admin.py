"""The system administrator's pages."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hztargets.models import AuditEvent, CalendarDay, DepartmentAlias, Goal, Role, User
from tests.factories import City, make_goal, make_user, submitted_report
from tests.integration.api.conftest import flag_of, new_token, notice_to, said_of

EDITED = ["user", "department", "calendarday", "document", "area", "clause", "goal"]
SHOWN = ["period", "report", "assessment", "assessmentrun", "flag", "notice", "job", "auditevent"]


@pytest.fixture
def system_admin(city: City) -> User:
    return make_user(Role.SYSTEM_ADMIN, username="system", is_staff=True, is_superuser=True)


@pytest.fixture
def pages(system_admin: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(system_admin)
    return client


def account(**changes: Any) -> dict[str, Any]:
    return {
        "username": "clerk.new",
        "display_name": "New clerk",
        "email": "clerk.new@city.invalid",
        "role": "clerk",
        "department": "",
        "language": "en",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
        **changes,
    }


def test_every_table_of_ours_is_edited_or_shown() -> None:
    ours = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "hztargets"}

    assert ours == {*EDITED, *SHOWN}


def test_only_the_system_administrator_comes_in(city: City) -> None:
    client = Client()
    client.force_login(make_user(Role.OFFICE, is_staff=True, is_superuser=True))

    assert {name: client.get(f"/admin/hztargets/{name}/").status_code for name in EDITED + SHOWN} == dict.fromkeys(
        EDITED + SHOWN, 403
    )


def test_others_are_sent_to_log_in(city: City) -> None:
    client = Client()
    client.force_login(make_user(Role.CLERK, city.commerce))

    answer = client.get("/admin/hztargets/user/")

    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/hztargets/user/")


@pytest.mark.parametrize("name", SHOWN)
def test_filed_and_judged_rows_are_only_shown(pages: Client, city: City, name: str) -> None:
    notice = notice_to(make_user(Role.OFFICE), flag_of(said_of(city.fdi, 7, "red")))
    report = submitted_report(city.fdi, 7, 47)
    first = {"notice": notice.pk, "report": report.pk, "period": city.period(7).pk}.get(name, 1)

    assert pages.get(f"/admin/hztargets/{name}/").status_code == 200
    assert pages.get(f"/admin/hztargets/{name}/add/").status_code == 403
    assert pages.post(f"/admin/hztargets/{name}/{first}/delete/", {"post": "yes"}).status_code in (302, 403)
    if name in ("notice", "report", "period"):
        assert pages.get(f"/admin/hztargets/{name}/{first}/change/").status_code == 200
        assert pages.post(f"/admin/hztargets/{name}/{first}/change/", {"state": "approved"}).status_code == 403
        assert pages.post(f"/admin/hztargets/{name}/{first}/delete/", {"post": "yes"}).status_code == 403
    report.refresh_from_db()
    assert report.state == "submitted"


@pytest.mark.parametrize("name", EDITED + SHOWN)
def test_list_costs_the_same_for_one_row_and_three(pages: Client, city: City, name: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert pages.get(f"/admin/hztargets/{name}/").status_code == 200
        return len(captured)

    _a_row_of_each(city, city.fdi)
    one = queries()
    for number in (3, 4):
        goal = make_goal(city.fdi.clause, f"A6-0{number}", "外资", 80, "亿美元", city.commerce, quote=city.fdi.quote)
        _a_row_of_each(city, goal)

    assert queries() == one


def _a_row_of_each(city: City, goal: Goal) -> None:
    submitted_report(goal, 7, 47)
    notice_to(make_user(Role.OFFICE), flag_of(said_of(goal, 7, "red")))


def test_new_account_is_made_and_audited(pages: Client, city: City, system_admin: User) -> None:
    pages.post("/admin/hztargets/user/add/", account(department=city.commerce.pk))

    made = User.objects.get(username="clerk.new")
    assert made.check_password("correct horse battery")
    assert (made.role, made.department, made.language, made.is_staff) == ("clerk", city.commerce, "en", False)
    event = AuditEvent.objects.get(action="admin.add")
    assert (event.object_type, event.object_id, event.by, event.after) == (
        "user", made.pk, system_admin, {"message": [{"added": {}}]},
    )  # fmt: skip


@pytest.mark.parametrize(("role", "in_department"), [("clerk", False), ("department_head", False), ("office", True)])
def test_account_whose_department_does_not_fit_its_role_is_refused(
    pages: Client, city: City, role: str, in_department: bool
) -> None:
    department = city.commerce.pk if in_department else ""

    answer = pages.post("/admin/hztargets/user/add/", account(role=role, department=department))

    assert answer.context["errors"] == [["Clerks and department heads belong to a department, other roles to none."]]
    assert not User.objects.filter(username="clerk.new").exists()


def test_these_pages_come_and_go_with_the_role(pages: Client, city: City) -> None:
    pages.post("/admin/hztargets/user/add/", account(role="system_admin"))
    made = User.objects.get(username="clerk.new")
    changed = account(role="auditor", is_active="on")

    assert (made.is_staff, made.is_superuser) == (True, True)
    pages.post(f"/admin/hztargets/user/{made.pk}/change/", changed)
    made.refresh_from_db()
    assert (made.role, made.is_staff, made.is_superuser) == ("auditor", False, False)


def test_password_is_changed_and_the_change_audited(pages: Client, city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce)
    passwords = {"password1": "battery staple horse", "password2": "battery staple horse", "usable_password": "true"}

    pages.post(f"/admin/hztargets/user/{clerk.pk}/password/", passwords)

    clerk.refresh_from_db()
    assert clerk.check_password("battery staple horse")
    assert AuditEvent.objects.get(action="admin.change").object_id == clerk.pk
    assert "staple" not in str(AuditEvent.objects.values())


def test_accounts_are_never_deleted(pages: Client, city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce)

    answer = pages.post(f"/admin/hztargets/user/{clerk.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403
    assert User.objects.filter(pk=clerk.pk).exists()


def test_department_gets_an_alias(pages: Client, city: City) -> None:
    form = {
        "code": city.commerce.code,
        "name": "市商务局",
        "position": "1",
        "endorses": "on",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
        "aliases-0-name": "市商委",
        "aliases-0-department": city.commerce.pk,
    }

    pages.post(f"/admin/hztargets/department/{city.commerce.pk}/change/", form)

    city.commerce.refresh_from_db()
    assert city.commerce.endorses
    assert DepartmentAlias.objects.values_list("department__name", "name").get() == ("市商务局", "市商委")
    assert AuditEvent.objects.get(action="admin.change").object_type == "department"


def test_goal_s_identity_is_fixed_and_its_frequency_is_not(pages: Client, city: City) -> None:
    form = {"code": "X", "quote": "改写", "name": "实际利用外资额", "frequency": "quarterly", "note": ""}
    versions = {"versions-TOTAL_FORMS": "0", "versions-INITIAL_FORMS": "0"}

    pages.post(f"/admin/hztargets/goal/{city.fdi.pk}/change/", {**form, **versions})

    city.fdi.refresh_from_db()
    assert (city.fdi.code, city.fdi.quote, city.fdi.name, city.fdi.frequency) == (
        "A6-01", "实际利用外资80亿美元", "实际利用外资额", "quarterly",
    )  # fmt: skip


def test_calendar_day_is_deleted_with_a_trace(pages: Client, city: City) -> None:
    day = CalendarDay.objects.get()

    pages.post(f"/admin/hztargets/calendarday/{day.pk}/delete/", {"post": "yes"})

    assert not CalendarDay.objects.exists()
    event = AuditEvent.objects.get(action="admin.delete")
    assert (event.object_type, event.object_id, event.after) == (
        "calendarday", day.pk, {"message": "2024-10-01 国庆节"},
    )  # fmt: skip


def test_account_of_a_program_is_shown_and_not_changed(pages: Client, city: City) -> None:
    """Role, department and log-in of a program are the security administrator's business."""
    account_of_program = new_token(city.commerce, "file").token.account
    address = f"/admin/hztargets/user/{account_of_program.pk}"

    changed = pages.post(f"{address}/change/", account(role="office", is_active="on"))
    opened = pages.post(f"{address}/password/", {"password1": "battery staple horse", "usable_password": "true"})

    assert (pages.get(f"{address}/change/").status_code, changed.status_code, opened.status_code) == (200, 403, 403)
    account_of_program.refresh_from_db()
    assert (account_of_program.role, account_of_program.is_active) == ("clerk", False)
    assert not account_of_program.has_usable_password()

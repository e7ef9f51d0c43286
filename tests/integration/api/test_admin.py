"""The administrators' pages: who may do what there, and what is not there."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from hztargets.models import AuditEvent, DepartmentAlias, Goal, Role, User
from hztargets.services.accounts.administration import GUARDED, MAY_CHANGE, change_account, set_password_of
from hztargets.services.accounts.passwords import change_password, needs_new_password
from tests.factories import AUGUST, City, make_goal, make_user, submitted_report
from tests.integration.api.conftest import assessment_of, flag_of, new_token, notice_to
from tests.integration.conftest import refusal

EDITED = ["user", "department"]
SHOWN = ["assessmentrun", "delivery", "job"]
NOT_HERE = ["auditevent", "auditlink", "report", "assessment", "flag", "goal", "period", "calendarday", "document"]
PASSWORDS = {"password1": "battery staple horse", "password2": "battery staple horse", "usable_password": "true"}


@pytest.fixture
def system_admin(city: City) -> User:
    return make_user(Role.SYSTEM_ADMIN, username="system", is_staff=True, is_superuser=True)


@pytest.fixture
def security_admin(city: City) -> User:
    return make_user(Role.SECURITY_ADMIN, username="security", is_staff=True)


def browser(user: User) -> Client:
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(user)
    return client


@pytest.fixture
def pages(system_admin: User) -> Client:
    return browser(system_admin)


@pytest.fixture
def security(security_admin: User) -> Client:
    return browser(security_admin)


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


def stored(user: User, **changes: Any) -> dict[str, Any]:
    names = ("username", "display_name", "email", "role", "language")
    fields = {name: getattr(user, name) for name in names} | {"department": user.department_id or ""}
    return {**fields, **({"is_active": "on"} if user.is_active else {}), **changes}


def messages_on(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


# what is there


def test_only_these_tables_are_edited_or_shown() -> None:
    ours = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "hztargets"}
    assert ours == {*EDITED, *SHOWN}


@pytest.mark.parametrize("name", NOT_HERE)
def test_the_audit_trail_and_the_citys_figures_are_not_here(name: str, pages: Client) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:hztargets_{name}_changelist")
    assert pages.get(f"/admin/hztargets/{name}/").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in MAY_CHANGE])
def test_nobody_else_comes_in_whatever_rights_the_account_was_given(role: str, city: City) -> None:
    department = city.commerce if role in Role.of_a_department() else None
    client = browser(make_user(role, department, is_staff=True, is_superuser=True))
    answers = {name: client.get(f"/admin/hztargets/{name}/").status_code for name in EDITED + SHOWN}
    assert answers == dict.fromkeys(EDITED + SHOWN, 403)


def test_others_are_sent_to_log_in(city: City) -> None:
    answer = browser(make_user(Role.CLERK, city.commerce)).get("/admin/hztargets/user/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/hztargets/user/")


def test_the_security_administrator_sees_accounts_only(security: Client) -> None:
    answers = {name: security.get(f"/admin/hztargets/{name}/").status_code for name in EDITED + SHOWN}
    assert answers == {**dict.fromkeys(EDITED + SHOWN, 403), "user": 200}
    assert security.get("/admin/hztargets/user/add/").status_code == 403


@pytest.mark.parametrize("name", SHOWN)
def test_the_machinery_is_only_shown_and_without_goals_or_figures(pages: Client, city: City, name: str) -> None:
    notice = notice_to(make_user(Role.OFFICE), flag_of(assessment_of(city.fdi, 7, "red")))
    shown = pages.get(f"/admin/hztargets/{name}/")
    assert shown.status_code == 200
    assert city.fdi.name not in shown.content.decode()
    assert pages.get(f"/admin/hztargets/{name}/add/").status_code == 403
    if name == "delivery":
        address = f"/admin/hztargets/delivery/{notice.deliveries.get().pk}"
        page = pages.get(f"{address}/change/").content.decode()
        assert notice.subject not in page
        assert pages.post(f"{address}/change/", {"state": "done"}).status_code == 403
        assert pages.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


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
    notice_to(make_user(Role.OFFICE), flag_of(assessment_of(goal, 7, "red")))


# accounts


def test_a_new_account_waits_for_the_security_administrator(
    pages: Client, security: Client, city: City, system_admin: User, security_admin: User
) -> None:
    pages.post("/admin/hztargets/user/add/", account(department=city.commerce.pk))
    made = User.objects.get(username="clerk.new")
    assert made.check_password("correct horse battery")
    assert (made.role, made.department, made.is_active, made.is_staff) == ("clerk", city.commerce, False, False)
    assert not Client().login(username="clerk.new", password="correct horse battery")
    refused = pages.post(f"/admin/hztargets/user/{made.pk}/change/", stored(made, is_active="on"), follow=True)
    assert messages_on(refused)[-1] == "The security administrator switches accounts on, after looking at their role."
    security.post(
        f"/admin/hztargets/user/{made.pk}/change/",
        {"role": "clerk", "department": made.department_id, "is_active": "on"},
    )
    made.refresh_from_db()
    assert made.is_active
    events = AuditEvent.objects.filter(object_type="user", object_id=made.pk).order_by("pk")
    assert [(event.action, event.by, event.before) for event in events] == [
        ("account.add", system_admin, None),
        ("account.on", security_admin, {"is_active": False}),
    ]
    assert events[0].after == {
        "username": "clerk.new", "display_name": "New clerk", "email": "clerk.new@city.invalid", "language": "en",
        "role": "clerk", "department": "市商务局", "is_active": False,
    }  # fmt: skip


@pytest.mark.parametrize(("role", "in_department"), [("clerk", False), ("department_head", False), ("office", True)])
def test_account_whose_department_does_not_fit_its_role_is_refused(
    pages: Client, city: City, role: str, in_department: bool
) -> None:
    department = city.commerce.pk if in_department else ""
    answer = pages.post("/admin/hztargets/user/add/", account(role=role, department=department))
    assert answer.context["errors"] == [["Clerks and department heads belong to a department, other roles to none."]]
    assert not User.objects.filter(username="clerk.new").exists()


def test_each_administrator_changes_only_what_is_theirs(pages: Client, security: Client, city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce)
    everything = stored(clerk, display_name="Renamed", role="auditor", department="")
    address = f"/admin/hztargets/user/{clerk.pk}/change/"
    pages.post(address, everything)
    clerk.refresh_from_db()
    assert (clerk.display_name, clerk.role) == ("Renamed", "clerk")
    security.post(address, {**everything, "display_name": "Again"})
    clerk.refresh_from_db()
    assert (clerk.display_name, clerk.role, clerk.department) == ("Renamed", "auditor", None)
    events = AuditEvent.objects.filter(object_id=clerk.pk, object_type="user").order_by("pk")
    assert [(event.action, event.after) for event in events] == [
        ("account.change", {"display_name": "Renamed"}),
        ("account.role", {"role": "auditor", "department": ""}),
    ]
    assert events[1].before == {"role": "clerk", "department": "市商务局"}


def test_these_pages_come_and_go_with_the_role(security: Client, city: City) -> None:
    other = make_user(Role.AUDITOR)
    for role, staff, superuser in (
        ("system_admin", True, True),
        ("security_admin", True, False),
        ("leader", False, False),
    ):
        security.post(f"/admin/hztargets/user/{other.pk}/change/", stored(other, role=role))
        other.refresh_from_db()
        assert (other.role, other.is_staff, other.is_superuser) == (role, staff, superuser)


def test_nobody_changes_their_own_rights(security: Client, security_admin: User) -> None:
    answer = security.post(
        f"/admin/hztargets/user/{security_admin.pk}/change/", stored(security_admin, role="auditor"), follow=True
    )
    security_admin.refresh_from_db()
    assert messages_on(answer) == ["Nobody changes their own rights. Ask a colleague."]
    assert security_admin.role == "security_admin"
    assert not AuditEvent.objects.filter(object_type="user", object_id=security_admin.pk).exists()


@pytest.mark.parametrize("role", Role.values)
def test_the_service_itself_refuses_every_other_role(role: str, city: City) -> None:
    """Whoever calls it: an account is renamed by the system, its role set by the security administrator alone."""
    department = city.commerce if role in Role.of_a_department() else None
    by, clerk = make_user(role, department), make_user(Role.CLERK, city.commerce)
    clerk.role, clerk.department = Role.OFFICE, None
    if role == Role.SECURITY_ADMIN:
        assert change_account(account=clerk, by=by, now=AUGUST).role == "office"
        return
    assert refusal(change_account, account=clerk, by=by, now=AUGUST).code == "other_administrators_task"
    clerk.refresh_from_db()
    assert clerk.role == "clerk"


def test_a_password_set_by_another_holds_for_one_log_in(pages: Client, city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce)
    pages.post(f"/admin/hztargets/user/{clerk.pk}/password/", PASSWORDS)
    clerk.refresh_from_db()
    assert clerk.check_password("battery staple horse")
    assert needs_new_password(user=clerk, max_age=None, now=AUGUST)
    change_password(user=clerk, password="my own long words", now=AUGUST)
    assert not needs_new_password(user=clerk, max_age=None, now=AUGUST)
    actions = AuditEvent.objects.filter(object_id=clerk.pk).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["account.password", "password.change"]
    assert "staple" not in str(AuditEvent.objects.values())


@pytest.mark.parametrize("role", sorted(GUARDED))
def test_nobody_slips_into_the_account_of_who_watches_them(
    role: str, pages: Client, system_admin: User, city: City
) -> None:
    watcher = make_user(role)
    address = f"/admin/hztargets/user/{watcher.pk}/password/"
    message = "Switch the account off first. The security administrator switches it on again; so nobody slips into it."
    assert message in pages.post(address, PASSWORDS).context["form"].non_field_errors()
    change = {"account": watcher, "password": "battery staple horse", "by": system_admin, "now": AUGUST}
    assert refusal(set_password_of, **change).code == "account_guarded"
    watcher.refresh_from_db()
    assert watcher.check_password("correct horse")
    pages.post(f"/admin/hztargets/user/{watcher.pk}/change/", stored(watcher, is_active=""))
    pages.post(address, PASSWORDS)
    watcher.refresh_from_db()
    assert (watcher.check_password("battery staple horse"), watcher.is_active) == (True, False)


def test_the_security_administrator_sets_no_passwords(security: Client, city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce)
    assert security.post(f"/admin/hztargets/user/{clerk.pk}/password/", PASSWORDS).status_code == 403
    clerk.refresh_from_db()
    assert clerk.check_password("correct horse")


def test_accounts_are_never_deleted(pages: Client, security: Client, city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce)
    for client in (pages, security):
        assert client.post(f"/admin/hztargets/user/{clerk.pk}/delete/", {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=clerk.pk).exists()


# departments


def test_a_changed_department_stands_in_the_trail_with_what_was_there_before(pages: Client, city: City) -> None:
    form = {
        "code": "another",
        "name": "市商务局",
        "position": city.commerce.position,
        "endorses": "on",
        "aliases-TOTAL_FORMS": "1",
        "aliases-INITIAL_FORMS": "0",
        "aliases-0-name": "市商委",
        "aliases-0-department": city.commerce.pk,
    }
    pages.post(f"/admin/hztargets/department/{city.commerce.pk}/change/", form)
    code = city.commerce.code
    city.commerce.refresh_from_db()
    assert (city.commerce.endorses, city.commerce.code) == (True, code)
    assert DepartmentAlias.objects.values_list("department__name", "name").get() == ("市商务局", "市商委")
    event = AuditEvent.objects.get(action="admin.change")
    assert (event.object_type, event.before, event.after) == (
        "department",
        {"endorses": "False", "aliases": []},
        {"endorses": "True", "aliases": ["市商委"]},
    )


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

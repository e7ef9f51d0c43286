"""Role × address × own, foreign or locked object × method against `access_matrix.csv`: what is answered, and whether
something was written (` +`: an audit event more). A new address without rows fails.

Written anew by `HZ_WRITE_TABLES=1 pytest tests/architecture/test_access_matrix.py`; read the diff before you commit it.
An address with an argument that is not known yet needs it in `access_world.Things.argument`.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from hztargets.models import AuditEvent
from tests.architecture.access_world import APPROVED, DRAFT, FOREIGN, LOCKED, OWN, Things, World, make_world
from tests.evidence_files import pdf
from tests.factories import AUGUST, City
from tests.tables import compare_with_table

TABLE = Path(__file__).with_name("access_matrix.csv")
KEYS = ["address", "method", "object"]
UNNAMED = {"admin/login/", "admin/logout/", "admin/password_change/", "api/v1/"}
"""Addresses without a name: three that redirect, and all addresses the API does not know."""
ADMINISTRATION = (
    "admin:index", "admin:hztargets_user_changelist", "admin:hztargets_user_add",
    "admin:hztargets_department_changelist", "admin:hztargets_department_add", "admin:hztargets_job_changelist",
    "admin:hztargets_delivery_changelist", "admin:hztargets_assessmentrun_changelist",
)  # fmt: skip
"""Everything but the pages of single rows, which tests/integration/api/test_admin.py walks."""
IN_BODY = ("api:report-list", "api:report-preview")
"""Which goal they act on stands in what is sent."""
EVERYBODYS = {"api:document-detail", "api:department-detail", "api:period-detail"}
"""Documents, departments and deadlines are no secret inside the city government."""


@dataclass(frozen=True)
class Address:
    name: str
    arguments: list[str]

    @property
    def kinds(self) -> list[str]:
        names_period = {"period", "report_id"} & {*self.arguments} or self.name.startswith("api:period-")
        if not self.arguments:
            return [OWN, FOREIGN] if self.name in IN_BODY else ["-"]
        if self.name.startswith(("api:report-", "api:evidence-")) or self.name == "evidence":
            return [OWN, DRAFT, APPROVED, FOREIGN, LOCKED]
        return [OWN, FOREIGN, LOCKED] if names_period else [OWN, FOREIGN]

    @property
    def methods(self) -> list[str]:
        more = {"api:report-detail": ["PATCH"], "api:evidence-file": ["DELETE"]}
        return ["GET", "POST", *more.get(self.name, [])]


def addresses() -> list[Address]:
    found = [Address(name, arguments) for name, _route, arguments in _walk(get_resolver(), "", "") if name]
    return sorted([*found, *(Address(name, []) for name in ADMINISTRATION)], key=lambda address: address.name)


def _walk(resolver: URLResolver, spaces: str, route: str) -> Iterator[tuple[str, str, list[str]]]:
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            groups = pattern.pattern.regex.groupindex
            yield (f"{spaces}{pattern.name}" if pattern.name else "", path, sorted(groups))
        elif pattern.namespace != "admin":
            yield from _walk(pattern, f"{spaces}{pattern.namespace}:" if pattern.namespace else spaces, path)


def test_every_address_has_a_name() -> None:
    assert {route for name, route, _ in _walk(get_resolver(), "", "") if not name} == UNNAMED


@pytest.fixture
def world(city: City) -> Iterator[World]:
    """Thousands of refusals would each be logged with their traceback."""
    logging.disable(logging.CRITICAL)
    with time_machine.travel(AUGUST, tick=False):
        yield make_world(city)
    logging.disable(logging.NOTSET)


class Visits:
    """A browser a role; every visit is undone."""

    def __init__(self, world: World) -> None:
        self._clients: dict[str, tuple[Client, SimpleCookie]] = {}
        for role, user in world.users.items():
            client = Client(raise_request_exception=False)
            if user is not None:
                client.force_login(user)
            self._clients[role] = client, SimpleCookie(client.cookies.output(header="", sep=";"))

    def cell(self, role: str, method: str, url: str, sent: dict[str, Any]) -> str:
        client, cookies = self._clients[role]
        client.cookies = SimpleCookie({name: morsel.value for name, morsel in cookies.items()})
        cache.clear()
        with transaction.atomic():
            before = AuditEvent.objects.count()
            answer = _send(client, method, url, sent)
            wrote = AuditEvent.objects.count() > before
            transaction.set_rollback(True)
        return _answered(answer) + (" +" if wrote else "")


def _send(client: Client, method: str, url: str, sent: dict[str, Any]) -> HttpResponseBase:
    if method == "GET":
        return client.get(url)
    if url.startswith("/api/") and not isinstance(sent.get("file"), UploadedFile):
        return client.generic(method, url, json.dumps(sent), content_type="application/json")
    for file in sent.values():
        if isinstance(file, UploadedFile):
            file.seek(0)  # every role sends it
    return client.post(url, sent)


def _answered(answer: HttpResponseBase) -> str:
    sent_to = answer.headers.get("Location", "")
    if answer.status_code == 302 and sent_to.startswith(("/login/", "/admin/login/")):
        return "log in"
    return str(answer.status_code)


def what_is_sent(address: Address, method: str, thing: Things) -> dict[str, Any]:
    """Enough for the write to succeed where it is allowed; the rest is answered with the form again."""
    if address.name == "review_decide":
        return {"do": "approve", "report": f"{thing.report.pk}:{thing.report.revision}"}
    if address.name == "api:evidence-list":
        return {"file": SimpleUploadedFile("合同.pdf", pdf("合同"))}
    if method == "PATCH":
        return {"revision": thing.report.revision, "note": "到位项目3个"}
    if address.name in IN_BODY:
        return {"document": thing.document.number, "goal": thing.free_goal.code, "period": "2024-04", "value": 30}
    if address.name in ("api:report-return", "api:report-correct"):
        return {"reason": "口径有误"}
    if address.name == "token_new":
        return {"name": "数据中台", "department": "", "scope": "read", "days": 90}
    if address.name.startswith("api:"):
        return {}
    reasons = {
        f"{form}reason": "口径有误" for form in ("", "close-", "reopen-", "extend-", "due_day-", "goal_due_day-")
    }
    words = {"cause": "两个项目推迟签约", "remedy": "专班每周跟进", "expected_on": "2024-11-30"}
    if address.name in ("grid", "grid_row"):
        row = f"g{thing.free_goal.pk}"
        return {f"{row}-{name}": value for name, value in {**words, "revision": 0, "value": "42"}.items()}
    if address.name == "grid_endorse":
        return {f"report-{thing.report.pk}": thing.report.revision}
    return {**reasons, **words, "revision": 0 if address.name == "report" else thing.report.revision, "value": "42",
            "extend-due_on": "2024-09-20", "due_day-working_day": "9", "goal_due_day-working_day": "9",
            "goal_due_day-goal": thing.goal.pk}  # fmt: skip


def rows(world: World) -> Iterator[dict[str, str]]:
    visits = Visits(world)
    for address in addresses():
        for kind in address.kinds:
            thing = world.thing(OWN if kind == "-" else kind, address.arguments)
            arguments = {name: thing.argument(name, address.name) for name in address.arguments}
            url = reverse(address.name, kwargs=arguments)
            for method in address.methods:
                sent = what_is_sent(address, method, thing)
                cells = {role: visits.cell(role, method, url, sent) for role in world.users}
                yield {"address": address.name, "method": method, "object": kind, **cells}


def test_every_address_answers_every_role_as_the_table_says(world: World) -> None:
    found = list(rows(world))
    assert not [row for row in found if any(cell.startswith("5") for cell in row.values())]
    compare_with_table(TABLE, [*KEYS, *world.users], KEYS, found)
    _check_departments_stay_among_themselves(found)
    _check_only_the_allowed_roles_write(found)


def _check_departments_stay_among_themselves(found: list[dict[str, str]]) -> None:
    """What a department may see or change of its own answers 404 where it is another's."""
    own = {(row["address"], row["method"]): row for row in found if row["object"] == OWN}
    for row in found:
        is_list = row["address"] in IN_BODY and row["method"] == "GET"
        if row["object"] != FOREIGN or row["address"] in EVERYBODYS or is_list:
            continue
        for role in ("clerk", "department_head"):
            mine = own[row["address"], row["method"]][role]
            allowed = {"404", mine} if mine in ("403", "405") else {"404"}
            assert row[role] in allowed, f"{row['address']} {row['method']} {role}: own {mine}, foreign {row[role]}"


def _check_only_the_allowed_roles_write(found: list[dict[str, str]]) -> None:
    writers = {role for row in found for role, cell in row.items() if cell.endswith("+") and row["object"] != "-"}
    assert writers <= {"clerk", "department_head", "office", "service", "security_admin"}
    tokens = {row["address"] for row in found if row["security_admin"].endswith("+")}
    assert tokens <= {"logout", "token_new", "token_replace", "token_revoke"}
    locked = [row for row in found if row["object"] == LOCKED and row["address"] not in ("period_reopen",)]
    assert not [row for row in locked if any(cell.endswith("+") for cell in row.values())]
    reading = [row for row in found if row["method"] == "GET" and row["address"] != "audit_export"]
    assert not [row for row in reading if any(cell.endswith("+") for cell in row.values())]

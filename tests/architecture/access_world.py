"""What the access matrix asks for: one user a role, and for every argument of an address an own, a foreign, a locked one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from hztargets.domain.ruleset import DEFAULT_RULES
from hztargets.models import ApiToken, Area, Clause, Document, Goal, Period, Report, Role, RuleSetVersion, User
from hztargets.services.accounts.administration import ADMINISTRATORS
from hztargets.services.calendar.periods import close_period, plan_periods
from hztargets.services.filing.evidence import add_evidence
from hztargets.services.filing.reports import ReportContent, create_report
from tests.evidence_files import pdf
from tests.factories import AUGUST, City, approved_report, make_goal, make_user, submitted_report
from tests.integration.api.conftest import assessment_of, flag_of, new_token, notice_to

FILES = ["证明.pdf"]
OWN, FOREIGN, LOCKED = "own", "foreign", "locked"
DRAFT, APPROVED = "own draft", "own approved"
"""`own` itself waits for review."""


@dataclass(frozen=True)
class Things:
    """Everything an address may name, for one of the kinds. All but the foreign ones belong to 市商务局.

    Nothing has been filed yet for `free_goal` in the period.
    """

    document: Document
    goal: Goal
    free_goal: Goal
    period: Period
    report: Report
    token: ApiToken
    rows: dict[str, Model]
    """By the API's base name."""

    def argument(self, name: str, url_name: str) -> Any:
        if name == "pk":
            return self.rows[url_name.removeprefix("api:").split("-")[0]].pk
        named = {
            "document_id": self.document.pk,
            "code": (self.free_goal if url_name in ("report", "grid_row") else self.goal).code,
            "period": self.period.label,
            "report_id": self.report.pk,
            "number": 1,
            "evidence_id": self.rows["evidence"].pk,
            "token_id": self.token.pk,
        }
        return named[name]


@dataclass(frozen=True)
class World:
    users: dict[str, User | None]
    things: dict[str, Things]
    elsewhere: Things
    """Foreign, for addresses that name no goal: a document in which 市商务局 has none."""

    def thing(self, kind: str, arguments: list[str]) -> Things:
        whole_document = "document_id" in arguments and "code" not in arguments
        return self.elsewhere if kind == FOREIGN and whole_document else self.things[kind]


def make_world(city: City) -> World:
    users: dict[str, User | None] = {"anonymous": None}
    for role in Role:
        department = city.commerce if role in Role.of_a_department() else None
        staff, superuser = role in ADMINISTRATORS, role == Role.SYSTEM_ADMIN
        users[role.value] = make_user(role, department, is_staff=staff, is_superuser=superuser)
    colleague = make_user(Role.CLERK, city.commerce)
    make_user(Role.CLERK, city.science)
    office = make_user(Role.OFFICE)
    elsewhere = _elsewhere(city)
    clerk = users["clerk"] or colleague
    for goal, recipient in ((city.fdi, clerk), (city.firms, office), (elsewhere, office)):
        notice_to(recipient, flag_of(assessment_of(goal, 7, "red")))
    closed = submitted_report(city.fdi, 6, 30, evidence=FILES)
    content = ReportContent(
        value=Decimal(25),
        note="到位项目2个",
        cause="两个项目推迟签约",
        remedy="专班每周跟进",
        expected_on=date(2024, 11, 30),
    )
    draft = create_report(goal=city.fdi, period=city.period(5), content=content, by=clerk, now=AUGUST)
    add_evidence(report=draft, name="证明.pdf", data=pdf(), by=clerk, now=AUGUST)
    approved = approved_report(city.fdi, 3, 15, evidence=FILES)
    things = {
        OWN: _things(city.fdi, submitted_report(city.fdi, 7, 41, evidence=FILES), city.trade),
        DRAFT: _things(city.fdi, draft, city.trade),
        APPROVED: _things(city.fdi, approved, city.trade),
        FOREIGN: _things(city.firms, submitted_report(city.firms, 7, 900, evidence=FILES), city.firms),
        LOCKED: _things(city.fdi, closed, city.trade),
    }
    close_period(period=closed.period, reason="6月已结账", by=office, now=AUGUST)
    return World(users, things, _things(elsewhere, submitted_report(elsewhere, 7, 5, evidence=FILES), elsewhere))


def _things(goal: Goal, report: Report, free_goal: Goal) -> Things:
    period = Period.objects.select_related("document").get(pk=report.period_id)
    flag = goal.flags.get()
    notice = flag.document.notices.filter(transitions__flag=flag).order_by("pk")[0]
    assessment = goal.assessments.order_by("pk")[0]
    rows: dict[str, Model] = {
        "document": goal.document, "department": goal.lead, "goal": goal, "period": period, "report": report,
        "assessment": assessment, "flag": flag, "notice": notice, "evidence": report.evidence.get(),
    }  # fmt: skip
    token = ApiToken.objects.filter(account__department=goal.lead).first() or new_token(goal.lead, "file").token
    return Things(goal.document, goal, free_goal, period, report, token, rows)


def _elsewhere(city: City) -> Goal:
    """Last year's document, all of it led by 市科技局."""
    document = Document.objects.create(
        number="测政函〔2023〕9号",
        title="去年的政策",
        issuer="测试市人民政府",
        year=2023,
        issued_on=date(2023, 1, 8),
        text="",
    )
    RuleSetVersion.objects.create(
        document=document, version=1, name=DEFAULT_RULES.name, rules=DEFAULT_RULES.to_data(), created_at=AUGUST
    )
    plan_periods(document)
    area = Area.objects.create(document=document, number=1, title="科技")
    clause = Clause.objects.create(document=document, area=area, number=1, text="建成实验室9个。")
    return make_goal(clause, "A1-01", "建成实验室", 9, "个", city.science, quote="建成实验室9个")

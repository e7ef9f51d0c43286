"""Test data in the words of the domain. A small city: two departments, three goals, twelve periods of 2024."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from hztargets.domain.ruleset import DEFAULT_RULES
from hztargets.models import (
    Area,
    AreaLead,
    CalendarDay,
    Clause,
    ClauseDepartment,
    Department,
    Document,
    Goal,
    GoalDepartment,
    GoalVersion,
    Period,
    Report,
    Role,
    RuleSetVersion,
    User,
)
from hztargets.services.calendar.periods import plan_periods
from hztargets.services.filing.evidence import add_evidence
from hztargets.services.filing.reports import ReportContent, create_report, submit_report
from hztargets.services.review.reviewing import approve_report
from tests.evidence_files import pdf

AUGUST = datetime(2024, 8, 9, 2, 0, tzinfo=UTC)
"""10:00 in Hangzhou on 9 August 2024, two days after July's deadline."""

_numbers = count(1)


@dataclass(frozen=True)
class City:
    """`fdi` (80亿美元) and `trade` (150个) are led by 市商务局, `firms` (2000家) by 市科技局."""

    document: Document
    commerce: Department
    science: Department
    fdi: Goal
    trade: Goal
    firms: Goal

    def period(self, month: int) -> Period:
        return self.document.periods.select_related("document").get(month=month)


def make_city(number: str = "测政函〔2024〕1号", year: int = 2024) -> City:
    """The text of the goal is part of its clause, as after an import."""
    CalendarDay.objects.get_or_create(day=date(2024, 10, 1), defaults={"is_working": False, "name": "国庆节"})
    document = Document.objects.create(
        number=number,
        title="关于测试的若干政策",
        issuer="测试市人民政府",
        year=year,
        issued_on=date(year, 2, 18),
        text="",
    )
    commerce = make_department("市商务局")
    science = make_department("市科技局")
    RuleSetVersion.objects.create(
        document=document, version=1, name=DEFAULT_RULES.name, rules=DEFAULT_RULES.to_data(), created_at=AUGUST
    )
    plan_periods(document)
    opening = _clause(
        document, 6, "扩大内需和对外开放政策", "实际利用外资80亿美元，组织150个外贸团组。", [commerce, science]
    )
    growth = _clause(document, 2, "科技创新政策", "新增高新技术企业2000家。", [science])
    return City(
        document=document,
        commerce=commerce,
        science=science,
        fdi=make_goal(opening, "A6-01", "实际利用外资", 80, "亿美元", commerce, quote="实际利用外资80亿美元"),
        trade=make_goal(
            opening, "A6-02", "组织外贸团组", 150, "个", commerce, quote="组织150个外贸团组", is_count=True
        ),
        firms=make_goal(growth, "A2-01", "新增高新技术企业", 2000, "家", science, quote="新增高新技术企业2000家"),
    )


def make_department(name: str) -> Department:
    number = next(_numbers)
    department, _new = Department.objects.get_or_create(name=name, defaults={"code": f"d{number}", "position": number})
    return department


def _clause(document: Document, area_number: int, title: str, text: str, leads: list[Department]) -> Clause:
    area = Area.objects.create(document=document, number=area_number, title=title)
    clause = Clause.objects.create(document=document, area=area, number=0, text=text)
    for position, department in enumerate(leads, start=1):
        AreaLead.objects.create(area=area, department=department, position=position)
        ClauseDepartment.objects.create(clause=clause, department=department, position=position)
    return clause


def make_goal(
    clause: Clause, code: str, name: str, value: float, unit: str, lead: Department, *, quote: str, **columns: Any
) -> Goal:
    goal = Goal.objects.create(
        **{
            "document": clause.document,
            "area": clause.area,
            "clause": clause,
            "code": code,
            "position": Goal.objects.filter(document=clause.document).count() + 1,
            "kind": Goal.Kind.GOAL,
            "name": name,
            "unit": unit,
            "direction": Goal.Direction.EXACTLY,
            "measure": Goal.Measure.CUMULATIVE,
            "period": str(clause.document.year),
            "lead": lead,
            "quote": quote,
            "quote_start": clause.text.index(quote),
            **columns,
        }
    )
    GoalDepartment.objects.create(goal=goal, department=lead, position=1)
    GoalVersion.objects.create(goal=goal, number=1, value=Decimal(str(value)))
    return goal


def make_user(role: str, department: Department | None = None, **columns: Any) -> User:
    """A user who can log in with the password `correct horse`."""
    number = next(_numbers)
    user = User(
        **{
            "username": f"{role}{number}",
            "role": role,
            "department": department,
            "display_name": f"{department or ''}{Role(role).label}{number}",
            "email": f"{role}{number}@city.invalid",
            **columns,
        }
    )
    user.set_password("correct horse")
    user.save()
    return user


def explained(goal: Goal, now: datetime = AUGUST) -> dict[str, Any]:
    """Words that are accepted for any light; the expected day of a milestone is left open, because it decides the light."""
    words = {"note": "新签3个项目", "cause": "2个项目推迟签约", "remedy": "专班每周跟进"}
    if goal.measure == Goal.Measure.MILESTONE:
        return words
    return {**words, "expected_on": now.date() + timedelta(days=90)}


def submitted_report(
    goal: Goal,
    month: int,
    value: float | str,
    *,
    now: datetime = AUGUST,
    source: str = Report.Source.FILED,
    evidence: Sequence[str] = (),
    **fields: Any,
) -> Report:
    """Filed by a clerk of the lead department, through the service, with words for any light. `evidence` names PDF
    files that prove it, each with a content of its own."""
    clerk = User.objects.filter(role=Role.CLERK, department=goal.lead).first() or make_user(Role.CLERK, goal.lead)
    period = Period.objects.select_related("document").get(document=goal.document_id, month=month)
    content = ReportContent(value=Decimal(str(value)), **{**explained(goal, now), **fields})
    report = create_report(goal=goal, period=period, content=content, by=clerk, now=now, source=source)
    for name in evidence:
        add_evidence(report=report, name=name, data=pdf(name), by=clerk, now=now)
    return submit_report(report=report, by=clerk, now=now)


def approved_report(goal: Goal, month: int, value: float | str, *, now: datetime = AUGUST, **content: Any) -> Report:
    """Filed by a clerk and approved by the office, through the services; the goal is judged."""
    office = User.objects.filter(role=Role.OFFICE).first() or make_user(Role.OFFICE)
    return approve_report(report=submitted_report(goal, month, value, now=now, **content), by=office, now=now)


def states(*reports: Report) -> list[str]:
    return [Report.objects.get(pk=report.pk).state for report in reports]

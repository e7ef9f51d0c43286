"""Plans: the list, one goal's page and forms, the table out and in."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import AuditEvent, Goal, GoalProfile, Job, ReferenceYear, Role, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.decisions.plans import set_plan
from hztargets.services.decisions.targets import revise_goal
from hztargets.web.decisions.plans.views import harmless
from hztargets.web.uploads import MAX_BYTES
from tests.factories import AUGUST, City, approved_report, make_user
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import alerts_of, errors_of, field_value, links_of, rows_of, text_of

JANUARY = datetime(2024, 1, 15, 2, 0, tzinfo=UTC)
PLAN = (4, 8, 14, 20, 26, 32, 38, 44, 52, 60, 70, 80)
LATE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 80)
YEAR_2023 = (6, 12, 20, 26, 33, 41, 47, 54, 62, 70, 79, 88)


@pytest.fixture
def clerk(visit: Visitor, city: City) -> Client:
    return visit(make_user(Role.CLERK, city.commerce))


def listing(city: City, rest: str = "") -> str:
    return f"/documents/{city.document.pk}/plans/{rest}"


def page(goal: Goal, rest: str = "plan/") -> str:
    return f"/documents/{goal.document_id}/goals/{goal.code}/{rest}"


def months(values: Any, prefix: str = "") -> dict[str, str]:
    return {f"{prefix}m{month}": str(value) for month, value in enumerate(values, start=1)}


def past_year(goal: Goal, values: Any = YEAR_2023, year: int = 2023) -> ReferenceYear:
    return ReferenceYear.objects.create(goal=goal, year=year, values=list(values), source="统计年鉴")


def kinds(goal: Goal) -> list[tuple[int, str, int]]:
    return list(goal.profiles.order_by("number").values_list("number", "kind", "effective_month"))


def plan_goal(goal: Goal, by: User, values: Any = PLAN, now: datetime = JANUARY, **decision: Any) -> None:
    set_plan(goal=goal, values=list(map(Decimal, values)), by=by, now=now, **decision)


# the list


def test_the_list_says_how_each_year_runs(office: Client, city: City, director: User) -> None:
    past_year(city.fdi)
    plan_goal(city.fdi, director, LATE)
    plan_goal(city.firms, director, [2000] * 12)

    assert rows_of(office.get(listing(city))) == [
        ["实际利用外资 市商务局", "80 亿美元", "monthly plan", "7.5%", "2023", "by June 39.1 points below last year"],
        ["组织外贸团组 市商务局", "150 个", "automatic", "—", "—", "neither plan nor past year: judged by the even pace"],
        ["新增高新技术企业 市科技局", "2,000 家", "monthly plan", "100.0%", "—", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("low", ["实际利用外资"]),
        ("bare", ["组织外贸团组"]),
        ("x", ["实际利用外资", "组织外贸团组", "新增高新技术企业"]),
    ],
)
def test_the_list_narrows(office: Client, city: City, director: User, show: str, names: list[str]) -> None:
    past_year(city.fdi)
    plan_goal(city.fdi, director, LATE)
    plan_goal(city.firms, director, [2000] * 12)

    assert [row[0].split()[0] for row in rows_of(office.get(listing(city, f"?show={show}")))] == names


def test_departments_see_only_their_goals(clerk: Client, city: City) -> None:
    shown = [text_of(clerk.get(listing(city))), clerk.get(listing(city, "export.csv")).content.decode()]

    assert all("实际利用外资" in text for text in shown)
    assert not any("新增高新技术企业" in text or "A2-01" in text for text in shown)
    others = [
        clerk.get(page(city.firms)),
        clerk.post(page(city.firms), {"kind": "linear"}),
        clerk.post(page(city.firms, "past-year/")),
    ]
    assert [answer.status_code for answer in others] == [404, 404, 404]


@pytest.mark.parametrize("goals", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(
    visit: Visitor, city: City, director: User, goals: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Goal.objects.filter(pk__in=[city.trade.pk, city.firms.pk] if goals == 1 else []).delete()
    for goal in Goal.objects.all():
        past_year(goal)
    client = visit(make_user(Role.LEADER))

    with django_assert_num_queries(10):
        assert len(rows_of(client.get(listing(city)))) == goals


# one goal


def test_the_page_shows_plan_beside_last_year(office: Client, city: City, director: User) -> None:
    past_year(city.fdi)
    plan_goal(city.fdi, director, reason="按投产安排")

    response = office.get(page(city.fdi))

    rows = rows_of(response)
    assert rows[0] == ["Jan", "4", "5.0%", "6", "6.8%"]
    assert rows[5] == ["Jun", "32", "40.0%", "41", "46.6%"]
    assert rows[11] == ["Dec", "80", "100.0%", "88", "100.0%"]
    shown = text_of(response)
    assert "shape of 2023, drawn to this target even pace" in shown
    assert (
        "Versions Version 1 from Jan: monthly plan 4 · 8 · 14 · 20 · 26 · 32 · 38 · 44 · 52 · 60 · 70 · 80 "
        "按投产安排 督查室 2024-01-15 10:00"
    ) in shown
    assert 'class="plan" points="64.0,' in response.content.decode()


def test_a_late_plan_is_shown_on_the_plans_and_the_goals_page(office: Client, city: City, director: User) -> None:
    past_year(city.fdi)
    sentence = "By the end of June the plan lies 39.1 percentage points below last year’s shape."
    assert sentence not in text_of(office.get(page(city.fdi, "")))

    plan_goal(city.fdi, director, LATE)

    assert sentence in text_of(office.get(page(city.fdi)))
    assert sentence in text_of(office.get(page(city.fdi, "")))


def test_a_plan_made_for_an_older_target_says_so(office: Client, city: City, director: User) -> None:
    plan_goal(city.fdi, director)
    assert "The plan ends at" not in text_of(office.get(page(city.fdi)))

    revise_goal(goal=city.fdi, value=Decimal(70), effective_month=8, reason="调整", by=director, now=AUGUST)

    assert "The plan ends at 80, the target in force is 70." in text_of(office.get(page(city.fdi)))


@time_machine.travel(JANUARY, tick=False)
def test_the_lead_department_plans_before_the_year_opens(clerk: Client, city: City) -> None:
    first = clerk.post(page(city.fdi), {"kind": "plan", **months(PLAN), "shown": "0"}, follow=True)
    shown = field_value(clerk.get(page(city.fdi)), "shown")
    clerk.post(page(city.fdi), {"kind": "step", "m6": "30", "m12": "80", "shown": shown})

    assert "Saved. It stands as version 1." in text_of(first)
    assert kinds(city.fdi) == [(1, "step", 1)]
    assert GoalProfile.objects.get().plan == [Decimal(0)] * 5 + [Decimal(30)] * 6 + [Decimal(80)]
    shown = clerk.get(page(city.fdi))
    assert [field_value(shown, f"m{month}") for month in (1, 6, 7, 12)] == ["", "30", "", "80"]
    assert not Job.objects.exists()


def test_once_the_year_is_open_the_department_reads_why_it_is_frozen(clerk: Client, city: City) -> None:
    response = clerk.get(page(city.fdi))

    assert "The year has begun and the profile is frozen. Ask the municipal office to change it." in text_of(response)
    assert "<form" not in response.content.decode().split("<main")[1]
    refused = clerk.post(page(city.fdi), {"kind": "linear", "shown": "0"})
    assert refused.status_code == 403
    assert "The year has begun and the profile is frozen." in text_of(refused)
    assert kinds(city.fdi) == []


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR])
def test_oversight_reads_plans_and_cannot_set_them(visit: Visitor, city: City, role: Role) -> None:
    client = visit(make_user(role))

    assert "<form" not in client.get(page(city.fdi)).content.decode().split("<main")[1]
    refused = [
        client.post(page(city.fdi), {"kind": "linear", "shown": "0"}),
        client.post(page(city.fdi, "past-year/"), {"past-year": "2023", **months(YEAR_2023, "past-")}),
        client.get(listing(city, "import/")),
    ]
    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert (kinds(city.fdi), ReferenceYear.objects.count()) == ([], 0)


def test_a_sharing_department_reads_and_does_not_plan(visit: Visitor, city: City) -> None:
    city.fdi.departments.add(city.science, through_defaults={"position": 2})
    with time_machine.travel(JANUARY, tick=False):
        client = visit(make_user(Role.CLERK, city.science))
        assert client.get(page(city.fdi)).status_code == 200
        refused = client.post(page(city.fdi), {"kind": "linear", "shown": "0"})

    assert refused.status_code == 403
    assert "Only the lead department and the municipal office plan this goal." in text_of(refused)


def test_the_office_changes_a_frozen_plan_as_a_new_version(office: Client, city: City, director: User) -> None:
    plan_goal(city.fdi, director)
    approved_report(city.fdi, 7, 34)
    shown = field_value(office.get(page(city.fdi)), "shown")

    office.post(page(city.fdi), {
        "kind": "linear", "effective_month": "7", "reason": "项目延期", "shown": shown, **months(PLAN),
    })  # fmt: skip

    assert kinds(city.fdi) == [(1, "plan", 1), (2, "linear", 7)]
    july = city.document.assessments.current().get(goal=city.fdi, period__month=7)
    assert july.expected_share == pytest.approx(7 / 12)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"m3": ""}, "m3", "Empty; write what is to be reached by the month’s end."),
        ({"m3": "many"}, "m3", "“many” is not a number. Enter digits only, such as 1234.5."),
        ({"m3": "5"}, "m3", "Month 3: 5 is below the 8 of month 2. Enter totals since January; they never fall."),
        ({"m1": "-1"}, "m1", "Month 1: a cumulative value cannot be negative; you entered -1."),
        ({"m12": "79"}, "m12", "Month 12: the plan ends at 79, but the target in force is 80."),
        ({"kind": "history"}, "kind", "Enter a past year of this cumulative goal first: December and at least two other months."),
        ({"reason": ""}, "reason", "Give a reason; it is kept with the decision."),
        ({"effective_month": ""}, "effective_month", "Give the month from which the change takes effect, 1 to 12."),
        ({"effective_month": "6"}, "effective_month", "Month 6 is closed and its lights stand. Choose a later month to take effect, or reopen it first."),
    ],
)  # fmt: skip
def test_each_refusal_stands_beside_its_field(
    office: Client, city: City, director: User, changes: dict[str, str], field: str, message: str
) -> None:
    close_period(period=city.period(6), reason="月度结账", by=director, now=AUGUST)
    fields = {"kind": "plan", **months(PLAN), "effective_month": "8", "reason": "项目延期", "shown": "0", **changes}

    response = office.post(page(city.fdi), fields)

    shown = response.content.decode()
    beside = errors_of(response) or {"kind": text_of(response)}
    assert message in beside[field]
    assert alerts_of(response).startswith("Nothing was changed yet.")
    assert 'value="44"' in shown
    assert kinds(city.fdi) == []


def test_a_plan_changed_meanwhile_is_not_passed_over(office: Client, city: City, director: User) -> None:
    opened = field_value(office.get(page(city.fdi)), "shown")
    plan_goal(city.fdi, director)

    response = office.post(page(city.fdi), {
        "kind": "linear", "effective_month": "8", "reason": "改为均衡", "shown": opened,
    })  # fmt: skip

    assert alerts_of(response) == "Somebody changed this while you were typing. Look at what stands now, then decide."
    assert kinds(city.fdi) == [(1, "plan", 1)]


def test_milestones_have_no_course_to_choose(office: Client, city: City) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(
        kind="milestone", measure="milestone", due_on=datetime(2024, 11, 30, tzinfo=UTC).date()
    )

    response = office.get(page(city.fdi))

    assert "Milestones and comparisons have no course of the year to choose." in text_of(response)
    assert 'name="kind"' not in response.content.decode()


def test_rates_have_no_monthly_figures_to_plan(office: Client, city: City) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(measure="growth", unit="%")

    response = office.get(page(city.fdi))

    assert "No past year is known." in text_of(response)
    assert "Needed for the first two only" not in text_of(response)
    assert 'id="id_m1"' not in response.content.decode()
    assert 'name="kind"' in response.content.decode()


# past years


@time_machine.travel(JANUARY, tick=False)
def test_a_past_year_is_entered_and_taken_up_again(clerk: Client, city: City) -> None:
    known = {"past-m2": "12", "past-m6": "41", "past-m12": "88"}

    clerk.post(page(city.fdi, "past-year/"), {"past-year": "2023", "past-source": "统计局", **known})

    row = ReferenceYear.objects.get()
    assert (row.year, row.source, row.known()) == (2023, "统计局", {2: 12, 6: 41, 12: 88})
    shown = clerk.get(page(city.fdi, "plan/?year=2023"))
    assert [field_value(shown, f"past-m{month}") for month in (1, 2, 12)] == ["", "12", "88"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"past-year": "2024"}, "past-year", "Give one of the 20 years up to 2023."),
        ({"past-year": "last"}, "past-year", "Enter a whole number."),
        ({"past-m6": "5"}, "past-m6", "Month 6: 5 is below the 12 of month 2. Enter totals since January; they never fall."),
    ],
)  # fmt: skip
@time_machine.travel(JANUARY, tick=False)
def test_a_wrong_past_year_is_refused_beside_its_field(
    clerk: Client, city: City, changes: dict[str, str], field: str, message: str
) -> None:
    response = clerk.post(
        page(city.fdi, "past-year/"), {"past-year": "2023", "past-m2": "12", "past-m12": "88", **changes}
    )

    assert errors_of(response) == {field: message}
    assert field_value(response, "past-m12") == "88"
    assert not ReferenceYear.objects.exists()


# out and in


def export_of(client: Client, city: City) -> str:
    return client.get(listing(city, "export.csv")).content.decode("utf-8-sig")


def sent(client: Client, city: City, text: str | bytes, **fields: str) -> Any:
    raw = text.encode() if isinstance(text, str) else text
    return client.post(
        listing(city, "import/"),
        {"file": SimpleUploadedFile("计划.csv", raw, "text/csv"), "action": "preview", **fields},
    )


def changed(text: str, goal: Goal, kind: str, values: Any = (), reason: str = "") -> str:
    """The export with one goal's row filled in."""
    rows = [line.split(",") for line in text.splitlines()]
    for row in rows:
        if row[0] == goal.code:
            row[4:] = [kind, *(map(str, values) if values else [""] * 12), reason]
    return "\n".join(",".join(row) for row in rows) + "\n"


def test_the_export_can_be_sent_back_unchanged(office: Client, city: City, director: User) -> None:
    plan_goal(city.fdi, director)
    response = office.get(listing(city, "export.csv"))

    assert response.headers["Content-Disposition"] == 'attachment; filename="plans-2024.csv"'
    assert response.content.startswith(b"\xef\xbb\xbfgoal,name,unit,target,kind,m1,")
    preview = sent(office, city, response.content, effective_month="8")
    assert "0 goals would change, 3 stay as they are" in text_of(preview)
    assert "Import these changes" not in text_of(preview)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("-1", "'-1"), ("@x", "'@x"), ("按计划", "按计划"), ("", "")],
)
def test_words_never_become_formulas(text: str, shown: str) -> None:
    assert harmless(text) == shown


@time_machine.travel(JANUARY, tick=False)
def test_the_table_is_previewed_and_then_imported(clerk: Client, city: City) -> None:
    text = changed(export_of(clerk, city), city.fdi, "plan", PLAN, "按投产安排")

    preview = sent(clerk, city, text.encode("gb18030"))

    assert "1 goals would change, 1 stay as they are" in text_of(preview)
    assert rows_of(preview) == [[
        "实际利用外资 A6-01", "automatic", "monthly plan 4 · 8 · 14 · 20 · 26 · 32 · 38 · 44 · 52 · 60 · 70 · 80", "按投产安排",
    ]]  # fmt: skip
    assert (kinds(city.fdi), AuditEvent.objects.count()) == ([], 0)
    confirmed = {name: preview.context[name] for name in ("table", "name")}
    done = clerk.post(listing(city, "import/"), {**confirmed, "action": "import"}, follow=True)
    assert "Imported 1 plans." in text_of(done)
    assert kinds(city.fdi) == [(1, "plan", 1)]


def test_an_import_into_an_open_year_is_judged_by_a_worker(office: Client, city: City) -> None:
    text = changed(export_of(office, city), city.fdi, "plan", PLAN, "项目延期")

    preview = sent(office, city, text, effective_month="8")
    office.post(listing(city, "import/"), {
        "table": preview.context["table"], "name": "计划.csv", "effective_month": "8", "action": "import",
    })  # fmt: skip

    assert kinds(city.fdi) == [(1, "auto", 1), (2, "plan", 8)]
    assert Job.objects.get().arguments == {"document": city.document.pk, "as_of": "2024-08-09"}


def test_a_file_is_never_imported_without_a_preview(office: Client, city: City) -> None:
    text = changed(export_of(office, city), city.fdi, "plan", PLAN, "项目延期")

    sent(office, city, text, effective_month="8", action="import")

    assert kinds(city.fdi) == []


def test_the_month_of_effect_is_required_once_beside_its_field(office: Client, city: City) -> None:
    text = changed(export_of(office, city), city.fdi, "plan", PLAN, "项目延期")
    text = changed(text, city.trade, "linear", (), "均衡")

    response = sent(office, city, text)

    assert errors_of(response) == {"effective_month": "Give the month from which the change takes effect, 1 to 12."}
    assert "cells to mend" not in text_of(response)


@time_machine.travel(JANUARY, tick=False)
def test_bad_cells_are_named_by_line_and_column(office: Client, city: City) -> None:
    text = changed(export_of(office, city), city.fdi, "plan", ["4", "viele", "", *PLAN[3:]])
    text = changed(text, city.trade, "sometimes").replace("家,2000", "个,2000")
    text = changed(text, city.firms, "plan", [1] * 12) + "B9-99,,,,linear" + "," * 13 + "\n"

    response = sent(office, city, text)

    assert rows_of(response) == [
        ["2", "m2", "“viele” is not a number; write digits only, such as 177.1."],
        ["2", "m3", "Empty; write what is to be reached by the month’s end."],
        ["3", "kind", "“sometimes” is not known; use one of auto, plan, history, linear, step, working_day."],
        ["4", "unit", "The goal counts in 家, the table in “个”; convert the values."],
        ["5", "goal", "B9-99 is not a goal of this document; use a code of the export."],
    ]
    assert "Nothing was imported: 5 cells to mend." in alerts_of(response)
    assert not GoalProfile.objects.exists()


@time_machine.travel(JANUARY, tick=False)
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The column goal is missing; add it."),
        (b"goal,kind\nA6-01,linear\n", "The column m1 is missing; add it."),
        (b"goal;kind\nA6-01;linear\n", "The column goal;kind is not known; correct or remove it."),
    ],
)
def test_a_wrong_header_is_named(office: Client, city: City, content: bytes, message: str) -> None:
    assert message in text_of(sent(office, city, content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"x" * (MAX_BYTES + 1), "The file is larger than 5 MB."),
        (b"PK\x03\x04\x00\x00\xff\xfe", "This is not a CSV file in UTF-8 or GBK. Save the table as CSV."),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(
    office: Client, city: City, content: bytes, message: str
) -> None:
    assert errors_of(sent(office, city, content)) == {"file": message}


def test_a_goal_of_another_department_cannot_be_imported(clerk: Client, office: Client, city: City) -> None:
    text = changed(export_of(office, city), city.firms, "linear")

    with time_machine.travel(JANUARY, tick=False):
        response = sent(clerk, city, text)

    assert [row[2] for row in rows_of(response)] == ["A2-01 is not a goal of this document; use a code of the export."]
    assert "新增高新技术企业" not in text_of(response)


def test_departments_cannot_import_into_an_open_year(clerk: Client, city: City) -> None:
    response = sent(clerk, city, export_of(clerk, city))

    assert response.status_code == 403
    assert "Import from CSV" not in links_of(clerk.get(listing(city)))

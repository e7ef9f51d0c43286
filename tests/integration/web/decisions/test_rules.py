"""The rules' versions, and the office's form for the next one."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.domain.ruleset import DEFAULT_RULES, EIGHTY_SIXTY, RuleSet, Threshold
from hztargets.models import Assessment, AuditEvent, Job, Role, RuleSetVersion, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.decisions.rules import add_rule_set_version
from hztargets.services.job_kinds import run_next_job
from hztargets.web.decisions.rules.constants import CONSTANTS
from hztargets.web.decisions.rules.form import initial_of
from tests.factories import AUGUST, City, approved_report, make_city, make_user
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import alerts_of, errors_of, field_value, links_of, rows_of, text_of


def page(city: City, rest: str = "") -> str:
    return f"/documents/{city.document.pk}/rules/{rest}"


def add(city: City, by: User, month: int, rules: RuleSet = EIGHTY_SIXTY, reason: str = "试行") -> RuleSetVersion:
    return add_rule_set_version(
        document=city.document, rules=rules, effective_month=month, reason=reason, by=by, now=AUGUST
    )


def typed(rules: RuleSet = EIGHTY_SIXTY, **changes: Any) -> dict[str, Any]:
    """What a browser sends: unticked boxes are left out."""
    fields = {**initial_of(rules), "name": "比例法", "effective_month": "9", "reason": "市政府要求", "shown": "1"}
    return {name: value for name, value in {**fields, **changes}.items() if value is not False}


def test_versions_say_what_they_judge_by_whom_and_why(office: Client, city: City, director: User) -> None:
    add(city, director, 9)
    add(city, director, 5, DEFAULT_RULES, "改回")

    assert rows_of(office.get(page(city))) == [
        ["Version 3 Likelihood method of the specification · Likelihood",
         "A chance of meeting the target is worked out from the gap and from how much the goal usually wobbles. "
         "Red: a chance below 20% with a material gap, 2 reports running; below 5% one is enough. "
         "Green: a chance of 50% or more, or not behind. Red is left above 30%. Otherwise amber.",
         "May–Dec from May", "2024-08-09 督查室", "改回"],
        ["Version 2 Amber below 80%, red below 60% (of schedule) · Pace",
         "Amber: less than 80% of the schedule. Red: less than 60% of the schedule. "
         "Schedule: the year split evenly over twelve months.",
         "replaced from Sep", "2024-08-09 督查室", "试行"],
        ["Version 1 Likelihood method of the specification · Likelihood",
         "A chance of meeting the target is worked out from the gap and from how much the goal usually wobbles. "
         "Red: a chance below 20% with a material gap, 2 reports running; below 5% one is enough. "
         "Green: a chance of 50% or more, or not behind. Red is left above 30%. Otherwise amber.",
         "Jan–Apr from Jan", "2024-08-09 with the document", "—"],
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.CLERK, Role.DEPARTMENT_HEAD])
def test_others_read_and_cannot_decide(visit: Visitor, city: City, role: Role) -> None:
    client = visit(make_user(role, city.commerce if role in Role.of_a_department() else None))

    links = links_of(client.get(page(city)))

    assert links["Version 1"] == page(city, "1/")
    assert not {"New version", "Back-test", "New version from this one"} & links.keys()
    assert client.get(page(city, "1/")).status_code == 200
    refused = [client.get(page(city, "new/")), client.post(page(city, "new/"), typed())]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert RuleSetVersion.objects.count() == 1


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_administrators_see_no_rules(visit: Visitor, city: City, role: Role) -> None:
    assert visit(make_user(role)).get(page(city)).status_code == 403


def test_rules_of_a_document_without_own_goals_are_not_found(visit: Visitor, city: City) -> None:
    other = make_city("测政函〔2024〕2号")
    other.document.goals.all().delete()
    client = visit(make_user(Role.CLERK, city.commerce))

    assert [client.get(page(some, rest)).status_code for some in (city, other) for rest in ("", "1/")] == [
        200, 200, 404, 404,
    ]  # fmt: skip


def test_a_versions_constants_stand_in_words(office: Client, city: City, director: User) -> None:
    data = DEFAULT_RULES.to_data()
    data["likelihood"] |= {"p_red": 0.25, "late_days": 3}
    add(city, director, 9, RuleSet.from_data({**data, "name": "从严"}))

    shown = text_of(office.get(page(city, "2/")))

    assert "Red below a chance of 25% usually 20% Red below a chance of, quarterly reporting 15% Green" in shown
    assert "Missing reports Late up to 3 days usually 5 days Due without a calendar, monthly 10" in shown
    assert office.get(page(city, "9/")).status_code == 404


def test_pace_rules_show_only_the_constants_they_use(office: Client, city: City, director: User) -> None:
    add(city, director, 9)

    shown = text_of(office.get(page(city, "2/")))

    assert "Tolerances and near misses" in shown
    assert "Entering and leaving a light" not in shown


def test_every_constant_can_be_entered(office: Client, city: City) -> None:
    response = office.get(page(city, "new/"))

    shown = {name: field_value(response, name) for name in CONSTANTS}
    assert shown == {name: initial_of(DEFAULT_RULES)[name] for name in CONSTANTS}
    assert (shown["p_red"], shown["material_ratio_down"], shown["kappa_floor"], shown["share_low"]) == (
        "20", "105", "0.05", "0.5",
    )  # fmt: skip


def test_the_form_starts_from_an_example(office: Client, city: City) -> None:
    response = office.get(page(city, "new/?base=two_ambers"))

    assert {name: field_value(response, name) for name in ("name", "amber", "red", "ambers_to_red", "q1")} == {
        "name": "Amber below 80%, red below 60%; two ambers running become red",
        "amber": "80",
        "red": "60",
        "ambers_to_red": "2",
        "q1": "20",
    }
    assert '<option value="ratio" selected>' in response.content.decode()


def test_new_rules_are_stored_as_typed_and_judged_by_soon(office: Client, city: City, director: User) -> None:
    approved_report(city.fdi, 7, 34)
    changes = {
        "amber": "９0",
        "amber_inclusive": "on",
        "red": "62.5",
        "schedule": "quarterly",
        "q1": "15",
        "late_days": "3",
    }

    response = office.post(page(city, "new/"), typed(**changes, effective_month="7"), follow=True)

    version = RuleSetVersion.objects.get(version=2)
    pace = {"amber": Threshold(0.9, inclusive=True), "red": Threshold(0.625), "schedule": "quarterly"}
    assert (version.name, version.effective_month, version.reason, version.created_by) == (
        "比例法", 7, "市政府要求", director,
    )  # fmt: skip
    stored = version.to_rules()
    assert {name: getattr(stored.pace, name) for name in pace} == pace
    assert stored.pace.quarters == (0.15, 0.5, 0.75, 1.0)
    assert stored.likelihood.late_days == 3
    assert "Added: Version 2: 比例法. The lights follow within minutes." in text_of(response)
    assert AuditEvent.objects.filter(action="rule_set.add", by=director).count() == 1
    assert run_next_job(clock=lambda: AUGUST)
    july = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    assert (july.rule_set, Job.objects.get().state) == (version, "done")


def test_unchanged_constants_survive_the_form_exactly(office: Client, city: City) -> None:
    office.post(page(city, "new/"), typed(DEFAULT_RULES))

    stored = RuleSetVersion.objects.get(version=2).to_rules()
    assert (stored.likelihood, stored.pace, stored.method) == (
        DEFAULT_RULES.likelihood,
        DEFAULT_RULES.pace,
        "likelihood",
    )


@time_machine.travel(datetime(2024, 1, 15, 2, tzinfo=UTC), tick=False)
def test_before_the_year_opens_nothing_is_judged(office: Client, city: City) -> None:
    office.post(page(city, "new/"), typed())

    assert (RuleSetVersion.objects.count(), Job.objects.count()) == (2, 0)


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": ""}, "name", "Give the rules a name."),
        ({"amber": ""}, "amber", "Enter a number."),
        ({"amber": "eighty"}, "amber", "“eighty” is not a number. Enter digits only, such as 1234.5."),
        ({"amber": "50"}, "red", "Red must be reached after amber."),
        ({"basis": "points", "amber": "20", "red": "10"}, "red", "Red must be reached after amber."),
        ({"red": "-5"}, "red", "Enter a number from 0 to 1000."),
        ({"pace_reds_needed": "1.5"}, "pace_reds_needed", "Enter a whole number."),
        ({"ambers_needed": "0"}, "ambers_needed", "Enter a number from 1 to 12."),
        ({"q2": "10"}, "q1", "The shares must rise from quarter to quarter."),
        ({"q4": "101"}, "q4", "Enter a number from 0 to 100."),
        ({"p_red": "120"}, "p_red", "Enter a number from 0 to 100."),
        (
            {"share_low": "0"},
            "share_low",
            "The smallest share must lie above 0 and below the largest share, and that below 100 percent.",
        ),
        (
            {"interval_quantile": "50"},
            "interval_quantile",
            "The quantile of the interval must lie between 50 and 100 percent.",
        ),
        ({"nu_plan": "0"}, "nu_plan", "Enter a number from 1 to 1000."),
        ({"due_day": "31"}, "due_day", "Enter a number from 1 to 28."),
        ({"reason": " "}, "reason", "Give a reason; it is kept with the decision."),
        ({"effective_month": ""}, "effective_month", "Give the month from which the change takes effect, 1 to 12."),
        ({"effective_month": "13"}, "effective_month", "Give the month from which the change takes effect, 1 to 12."),
        (
            {"effective_month": "6"},
            "effective_month",
            "Month 6 is closed and its lights stand. Choose a later month to take effect, or reopen it first.",
        ),
    ],
)
def test_each_refusal_stands_beside_its_field(
    office: Client, city: City, director: User, changes: dict[str, str], field: str, message: str
) -> None:
    close_period(period=city.period(6), reason="月度结账", by=director, now=AUGUST)

    response = office.post(page(city, "new/"), typed(**changes))

    assert errors_of(response) == {field: message}
    assert alerts_of(response) == (
        "Nothing was changed yet. Please mend what is marked below; what you typed is still there."
    )
    assert RuleSetVersion.objects.count() == 1
    kept = {"name": "比例法", "q3": "75", "reason": "市政府要求", **changes}
    assert {name: field_value(response, name) for name in ("name", "q3", "reason")} == {
        name: kept[name].strip() for name in ("name", "q3", "reason")
    }


def test_a_version_added_meanwhile_is_not_passed_over(office: Client, city: City, director: User) -> None:
    add(city, director, 9)

    response = office.post(page(city, "new/"), typed())

    assert alerts_of(response) == "Somebody changed this while you were typing. Look at what stands now, then decide."
    assert RuleSetVersion.objects.count() == 2
    again = office.post(page(city, "new/"), typed(shown=field_value(response, "shown")))
    assert (again.status_code, RuleSetVersion.objects.count()) == (302, 3)


def test_rules_are_tried_without_being_stored(office: Client, city: City) -> None:
    approved_report(city.fdi, 7, 34)
    before = (RuleSetVersion.objects.count(), list(Assessment.objects.order_by("pk").values()))

    response = office.post(page(city, "new/"), typed(action="try", reason="", effective_month=""))

    shown = text_of(response)
    assert "3 goals as known on 2024-08-09: 0 met, 0 missed, 3 not decided." in shown
    assert "A Version 1: Likelihood method of the specification" in shown
    assert "B 比例法 Amber: less than 80% of the schedule." in shown
    assert field_value(response, "name") == "比例法"
    assert (RuleSetVersion.objects.count(), list(Assessment.objects.order_by("pk").values())) == before


def test_unsound_rules_are_not_tried(office: Client, city: City) -> None:
    response = office.post(page(city, "new/"), typed(action="try", amber="50"))

    assert errors_of(response) == {"red": "Red must be reached after amber."}
    assert "as known on" not in text_of(response)


@pytest.mark.parametrize("versions", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(
    visit: Visitor, city: City, director: User, versions: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for month in range(8, 7 + versions):
        add(city, director, month)
    client = visit(make_user(Role.LEADER))

    with django_assert_num_queries(7):
        assert len(rows_of(client.get(page(city)))) == versions


def test_the_rules_in_chinese(visit: Visitor, city: City, director: User) -> None:
    add(city, director, 9)

    rows = rows_of(visit(make_user(Role.LEADER), "zh-hans").get(page(city)))

    assert rows[0] == [
        "第2版 低于应完成80%黄灯，低于60%红灯 · 进度法",
        "黄灯：低于应完成的80%。 红灯：低于应完成的60%。 应完成：全年按十二个月均摊。",
        "9–12月 自9月起",
        "2024-08-09 督查室",
        "试行",
    ]

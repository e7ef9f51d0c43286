from datetime import UTC, datetime

import pytest
import time_machine
from django.db.models import Case, When
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hztargets.models import Report, Role
from hztargets.services.assessment.assessing import assess_document
from tests.factories import AUGUST, City, approved_report, make_department, make_user, submitted_report
from tests.integration.web.conftest import Visitor
from tests.integration.web.reading import field_value, links_of, rows_of, sorted_heads, text_of

SEPTEMBER = datetime(2024, 9, 9, 2, 0, tzinfo=UTC)
LIGHT, GOAL, TARGET, REPORTED, DONE, SCHEDULE, GAP, COURSE, OUTLOOK, REPORTING, WHY = range(11)


@pytest.fixture
def july(city: City) -> City:
    """Foreign investment behind, trade groups ahead, high-tech firms slightly behind; June known of the first."""
    approved_report(city.fdi, 6, 30)
    approved_report(city.fdi, 7, 34)
    approved_report(city.trade, 7, 112)
    approved_report(city.firms, 7, 1100)
    return city


@pytest.fixture
def leader(visit: Visitor, july: City) -> Client:
    return visit(make_user(Role.LEADER))


def board(city: City, **state: object) -> str:
    query = "&".join(f"{key}={value}" for key, value in state.items())
    return f"/documents/{city.document.pk}/board/?{query}"


def names(client: Client, address: str) -> list[str]:
    return [row[GOAL].split()[0] for row in rows_of(client.get(address))]


def test_board_rows_say_everything(leader: Client, july: City) -> None:
    rows = rows_of(leader.get(board(july)))

    assert [row[:WHY] for row in rows] == [
        ["Amber", "实际利用外资 市商务局", "80 亿美元", "34 Jan–Jul", "42.5%", "58.3%", "−15.8", "",
         "45.6–80.6 out of reach 10%", "on time"],
        ["Amber was No data", "新增高新技术企业 市科技局", "2,000 家", "1,100 Jan–Jul", "55.0%", "58.3%", "−3.3", "",
         "1,477–2,608 difficult 38%", "on time"],
        ["Green was No data", "组织外贸团组 市商务局", "150 个", "112 Jan–Jul", "74.7%", "58.3%", "+16.4", "",
         "150–265 very likely 90%", "on time"],
    ]  # fmt: skip
    assert [row[WHY] for row in rows] == list(
        july.document.assessments.current()
        .filter(period__month=7)
        .order_by(Case(When(goal=july.trade, then=3), When(goal=july.firms, then=2), default=1))
        .values_list("sentence_en", flat=True)
    )


def test_board_in_chinese(visit: Visitor, july: City) -> None:
    client = visit(make_user(Role.LEADER), "zh-hans")

    response = client.get(board(july))

    assert rows_of(response)[0] == [
        "黄灯", "实际利用外资 市商务局", "80 亿美元", "34 1—7月", "42.5%", "58.3%", "−15.8", "",
        "45.6–80.6 难以完成 10%", "按时",
        july.document.assessments.current().get(goal=july.fdi, period__month=7).sentence,
    ]  # fmt: skip
    assert "0项红灯、2项黄灯。" in text_of(response)
    assert "2024年7月" in text_of(response)


def test_board_counts_lights_and_their_change(leader: Client, july: City) -> None:
    links = list(links_of(leader.get(board(july))))

    assert links[links.index("‹ Month before") + 1 :][:6] == [
        "Red 0 ±0 on the month before",
        "Amber 2 +1 on the month before",
        "Green 1 +1 on the month before",
        "No data 0 −2 on the month before",
        "科技创新 0 red 1 amber",
        "扩大内需和对外开放 0 red 1 amber",
    ]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"show": "watch"}, ["实际利用外资", "新增高新技术企业"]),
        ({"show": "green"}, ["组织外贸团组"]),
        ({"show": "changed"}, ["新增高新技术企业", "组织外贸团组"]),
        ({"area": 2}, ["新增高新技术企业"]),
        ({"q": "外贸"}, ["组织外贸团组"]),
        ({"q": "商务局 80"}, ["实际利用外资"]),
        ({"show": "amber", "area": 6}, ["实际利用外资"]),
        ({"sort": "gap"}, ["实际利用外资", "新增高新技术企业", "组织外贸团组"]),
        ({"sort": "-gap"}, ["组织外贸团组", "新增高新技术企业", "实际利用外资"]),
        ({"sort": "done"}, ["实际利用外资", "新增高新技术企业", "组织外贸团组"]),
        ({"sort": "light"}, ["实际利用外资", "新增高新技术企业", "组织外贸团组"]),
        ({"sort": "order"}, ["实际利用外资", "组织外贸团组", "新增高新技术企业"]),
        ({"q": "%00"}, ["实际利用外资", "新增高新技术企业", "组织外贸团组"]),
        ({"area": "abc", "lead": "<b>"}, ["实际利用外资", "新增高新技术企业", "组织外贸团组"]),
        ({"area": 99999999999999999999}, []),
        ({"sort": "nonsense", "show": "nonsense"}, ["实际利用外资", "新增高新技术企业", "组织外贸团组"]),
    ],
)
def test_board_narrows_and_sorts(leader: Client, july: City, state: dict[str, object], expected: list[str]) -> None:
    assert names(leader, board(july, **state)) == expected


def test_board_of_one_department(leader: Client, july: City) -> None:
    assert names(leader, board(july, lead=july.science.code)) == ["新增高新技术企业"]


def test_sorted_column_says_so(leader: Client, july: City) -> None:
    assert sorted_heads(leader.get(board(july, sort="gap"))) == {"Gap, points ↑": "ascending"}
    assert sorted_heads(leader.get(board(july, sort="-gap"))) == {"Gap, points ↓": "descending"}


def test_links_keep_the_rest_of_the_state(leader: Client, july: City) -> None:
    links = links_of(leader.get(board(july, period="2024-07", area=6, q="外", sort="gap")))

    assert links["Red and amber 2"] == "?period=2024-07&area=6&q=%E5%A4%96&sort=gap&show=watch"
    assert links["Gap, points ↑"] == "?period=2024-07&area=6&q=%E5%A4%96&sort=-gap"
    assert links["‹ Month before"] == "?period=2024-06&area=6&q=%E5%A4%96&sort=gap"


def test_empty_result_says_how_to_reset(leader: Client, july: City) -> None:
    response = leader.get(board(july, period="2024-07", as_of="2024-08-09", show="red", q="没有这个目标"))

    assert rows_of(response) == []
    assert "No goal fits these filters." in text_of(response)
    assert links_of(response)["Show all goals of this month"] == "?period=2024-07&as_of=2024-08-09"
    assert field_value(response, "q") == "没有这个目标"


def test_board_as_known_on_an_earlier_day(visit: Visitor, july: City) -> None:
    with time_machine.travel(SEPTEMBER, tick=False):
        approved_report(july.fdi, 7, 48, now=SEPTEMBER, is_restated=True)
        leader = visit(make_user(Role.LEADER))
        today = rows_of(leader.get(board(july, period="2024-07")))
        then = leader.get(board(july, period="2024-07", as_of="2024-08-20"))

    assert (today[1][LIGHT], today[1][REPORTED]) == ("Green was Amber", "48 Jan–Jul")
    assert (rows_of(then)[0][LIGHT], rows_of(then)[0][REPORTED]) == ("Amber", "34 Jan–Jul")
    assert "This is the board as it was known on 2024-08-20." in text_of(then)
    assert links_of(then)["Show today’s board"] == "?period=2024-07"
    assert links_of(then)["实际利用外资"].endswith("?period=2024-07&as_of=2024-08-20")


@pytest.mark.parametrize(
    ("typed", "message"),
    [("yesterday", "Enter a day such as 2024-08-12."), ("2024-08-10", "That day has not come yet.")],
)
def test_wrong_day_is_shown_with_a_message(leader: Client, july: City, typed: str, message: str) -> None:
    response = leader.get(board(july, as_of=typed))

    assert message in text_of(response)
    assert field_value(response, "as_of") == typed
    assert len(rows_of(response)) == 3


def test_latest_open_month_comes_first(leader: Client, july: City) -> None:
    assert "Jul 2024 Reports due 2024-08-07" in text_of(leader.get(board(july)))


def test_month_that_has_not_opened_has_no_board(leader: Client, july: City) -> None:
    response = leader.get(board(july, period="2024-08"))

    assert "No board for that month" in text_of(response)
    assert links_of(response)["Show the latest board"] == f"/documents/{july.document.pk}/board/"


def test_unknown_document_and_month_are_not_found(leader: Client, july: City) -> None:
    assert leader.get(board(july, period="2024-13")).status_code == 404
    assert leader.get(f"/documents/{july.document.pk}/goals/%00/").status_code == 404
    missing = leader.get("/documents/999999/board/")
    assert missing.status_code == 404
    assert "There is nothing here" in text_of(missing)


def test_department_sees_its_own_goals_only(visit: Visitor, july: City) -> None:
    response = visit(make_user(Role.CLERK, july.science)).get(board(july))

    assert [row[GOAL] for row in rows_of(response)] == ["新增高新技术企业 市科技局"]
    page = text_of(response)
    assert "Of 1 goals 0 are green" in page
    assert not [name for name in ("实际利用外资", "组织外贸团组", "市商务局", "扩大内需") if name in page]


def test_department_without_a_goal_finds_no_document(visit: Visitor, july: City) -> None:
    stranger = visit(make_user(Role.CLERK, make_department("市体育局")))

    assert stranger.get(board(july)).status_code == 404


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN])
def test_administrators_see_no_figures(visit: Visitor, july: City, role: Role) -> None:
    response = visit(make_user(role)).get(board(july))

    assert response.status_code == 403
    assert f"This page is not for the role “{Role(role).label}”." in text_of(response)
    assert "实际利用外资" not in text_of(response)


def test_anonymous_has_to_log_in(visit: Visitor, july: City) -> None:
    response = visit(None).get(board(july))

    assert response.headers["Location"] == f"/login/?next=/documents/{july.document.pk}/board/"


def test_simulated_figures_carry_a_banner(visit: Visitor, july: City) -> None:
    leader = visit(make_user(Role.LEADER))
    before = text_of(leader.get(board(july)))
    submitted_report(july.firms, 5, 500, source=Report.Source.SIMULATED)

    banner = "Some figures on these pages are simulated"
    assert banner not in before
    assert banner in text_of(leader.get(board(july)))


def test_footer_names_rules_and_time(visit: Visitor, july: City) -> None:
    assess_document(document=july.document, as_of=AUGUST.date(), now=AUGUST)

    page = text_of(visit(make_user(Role.LEADER)).get(board(july)))

    assert "Rule set likelihood, version 1 · judged 2024-08-09 10:00 as known on 2024-08-09" in page


def test_queries_do_not_grow_with_rows(
    visit: Visitor, city: City, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    approved_report(city.fdi, 7, 34)
    leader = visit(make_user(Role.LEADER))
    for expected in (1, 3):
        if expected == 3:
            approved_report(city.trade, 7, 112)
            approved_report(city.firms, 7, 1100)
        with django_assert_num_queries(21):
            response = leader.get(board(city, period="2024-07"))
        assert len(rows_of(response)) == expected

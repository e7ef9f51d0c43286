from typing import Any

import pytest

from hztargets.models import User
from hztargets.queries.board.board import Board, read_board
from tests.factories import AUGUST, City, make_city, make_user
from tests.integration.api.conftest import ClientFor, assessment_of

pytestmark = pytest.mark.usefixtures("august")

COLOURS = ("red", "amber", "green", "grey", "none")


def counted(**colours: int) -> dict[str, int]:
    return {"total": sum(colours.values()), **dict.fromkeys(COLOURS, 0), **colours}


@pytest.fixture
def judged(city: City) -> City:
    """June: both of 市商务局 green. July: one red, one green, and 市科技局's amber."""
    assessment_of(city.fdi, 6, "green")
    assessment_of(city.trade, 6, "green")
    assessment_of(city.fdi, 7, "red", done_share=0.46875, lag_pp=11.5, p_meet=0.04)
    assessment_of(city.trade, 7, "green")
    assessment_of(city.firms, 7, "amber")
    return city


def row_of(city: City, assessment: int) -> dict[str, Any]:
    unknown = [
        "expected_share", "attainment", "projection", "projection_low", "projection_high", "met",
    ]  # fmt: skip
    return {
        "goal": city.fdi.pk,
        "code": "A6-01",
        "name": "实际利用外资",
        "unit": "亿美元",
        "kind": "goal",
        "area": 6,
        "lead": {"code": city.commerce.code, "name": "市商务局"},
        "parent": None,
        "assessment": assessment,
        "before": "green",
        "colour": "red",
        "status_colour": "red",
        "raw": "red",
        "reasons": [],
        "judged_month": 7,
        "value": 37.5,
        "target": 80,
        "done_share": 0.46875,
        "lag_pp": 11.5,
        "p_meet": 0.04,
        **dict.fromkeys(unknown),
        "grade": "",
        "colour_vs_original": "",
        "freshness": "",
        "missing": 0,
        "overdue_days": 0,
        "sentence": "A6-01: behind.",
    }


def test_board_shows_counters_areas_and_rows(judged: City, clerk: User, client_for: ClientFor) -> None:
    board = client_for(clerk).get("/api/v1/board/", {"document": "测政函〔2024〕1号", "period": "2024-07"}).json()

    first, second = board.pop("rows")
    assert board == {
        "document": "测政函〔2024〕1号",
        "period": "2024-07",
        "as_of": None,
        "counters": counted(red=1, green=1),
        "before": counted(green=2),
        "kinds": {"goal": 2},
        "areas": [{"number": 6, "title": "扩大内需和对外开放政策", "counters": counted(red=1, green=1)}],
    }
    assert first == row_of(judged, judged.fdi.assessments.get(period__month=7).pk)
    assert (second["code"], second["before"]) == ("A6-02", None)


def test_board_is_the_page_s_board(judged: City, office: User, client_for: ClientFor) -> None:
    page: Board = read_board(office, judged.period(7))

    board = client_for(office).get("/api/v1/board/", {"period": "2024-07"}).json()

    assert board["counters"] == {"total": page.total, **page.counts}
    assert [row["assessment"] for row in board["rows"]] == [row.pk for row in page.rows]
    assert [row["colour"] for row in board["rows"]] == ["red", "amber", "green"]


def test_board_as_known_on_a_day(city: City, clerk: User, client_for: ClientFor) -> None:
    assessment_of(city.fdi, 7, "green", known_until=AUGUST.date())
    assessment_of(city.fdi, 7, "red", known_from=AUGUST.date())
    client = client_for(clerk)

    def colours(**query: str) -> list[str]:
        return [row["colour"] for row in client.get("/api/v1/board/", {"period": "2024-07", **query}).json()["rows"]]

    assert colours(as_of="2024-08-08") == ["green"]
    assert colours(as_of="2024-08-09") == ["red"]
    assert colours(as_of="2024-07-31") == []
    assert colours(as_of="") == ["red"]


def test_board_defaults_to_the_latest_document_and_its_last_open_period(
    city: City, clerk: User, client_for: ClientFor
) -> None:
    make_city("测政函〔2023〕1号", 2023)
    client = client_for(clerk)

    latest = client.get("/api/v1/board/?document=&period=&as_of=").json()
    older = client.get("/api/v1/board/", {"document": "测政函〔2023〕1号"}).json()
    by_id = client.get("/api/v1/board/", {"document": city.document.pk, "period": "2024-02"}).json()

    assert (latest["document"], latest["period"]) == ("测政函〔2024〕1号", "2024-07")
    assert (older["document"], older["period"]) == ("测政函〔2023〕1号", "2023-12")
    assert (by_id["document"], by_id["period"], by_id["before"]) == ("测政函〔2024〕1号", "2024-02", None)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"period": "2024-13"}, 400, "period"),
        ({"as_of": "yesterday"}, 400, "as_of"),
        ({"period": "2023-07"}, 404, "period"),
        ({"document": "无此文号"}, 404, "document"),
    ],
)
def test_board_that_is_not_there(
    city: City, clerk: User, client_for: ClientFor, query: dict[str, str], status: int, field: str
) -> None:
    answer = client_for(clerk).get("/api/v1/board/", query)

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field])


def test_board_before_anything_is_loaded_or_open(db: None, client_for: ClientFor) -> None:
    client = client_for(make_user("office"))

    nothing = client.get("/api/v1/board/").json()
    make_city("测政函〔2025〕1号", 2025)
    not_open = client.get("/api/v1/board/").json()

    assert (nothing["status"], nothing["detail"]) == (404, "There is no such document.")
    assert (not_open["status"], not_open["detail"]) == (404, "No period of this document is open yet.")

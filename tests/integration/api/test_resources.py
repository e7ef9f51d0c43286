"""Each resource: the whole answer."""

from typing import Any

import pytest

from hztargets.models import DepartmentAlias, User
from tests.factories import City, submitted_report
from tests.integration.api.conftest import ClientFor, assessment_of, flag_of, notice_to

AUGUST_TEXT = "2024-08-09T10:00:00+08:00"


def page_of(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"count": len(rows), "next": None, "previous": None, "results": list(rows)}


def department_of(city: City) -> dict[str, str]:
    return {"code": city.commerce.code, "name": "市商务局"}


def goal_heading(city: City) -> dict[str, Any]:
    return {
        "document": "测政函〔2024〕1号",
        "goal": city.fdi.pk,
        "code": "A6-01",
        "name": "实际利用外资",
        "unit": "亿美元",
        "lead": department_of(city),
    }


def test_documents_list_shows_no_text_and_detail_does(city: City, clerk: User, client_for: ClientFor) -> None:
    city.document.text = "全文"
    city.document.save()
    row = {
        "id": city.document.pk,
        "number": "测政函〔2024〕1号",
        "title": "关于测试的若干政策",
        "issuer": "测试市人民政府",
        "year": 2024,
        "issued_on": "2024-02-18",
    }
    client = client_for(clerk)

    assert client.get("/api/v1/documents/").json() == page_of(row)
    assert client.get(f"/api/v1/documents/{city.document.pk}/").json() == {**row, "text": "全文"}


def test_departments_show_aliases(city: City, clerk: User, client_for: ClientFor) -> None:
    DepartmentAlias.objects.create(department=city.commerce, name="市商委")

    answer = client_for(clerk).get("/api/v1/departments/", {"code": city.commerce.code})

    assert answer.json() == page_of(
        {
            "id": city.commerce.pk,
            "code": city.commerce.code,
            "name": "市商务局",
            "position": city.commerce.position,
            "endorses": False,
            "aliases": ["市商委"],
        }
    )


def test_periods_are_written_as_year_and_month(city: City, clerk: User, client_for: ClientFor) -> None:
    periods = client_for(clerk).get("/api/v1/periods/").json()

    assert [row["period"] for row in periods["results"]] == [f"2024-{month:02d}" for month in range(1, 13)]
    assert periods["results"][6] == {
        "id": city.period(7).pk,
        "document": "测政函〔2024〕1号",
        "period": "2024-07",
        "opens_on": "2024-08-01",
        "due_on": "2024-08-07",
        "settles_on": "2024-09-05",
        "closed_at": None,
        "closed_reason": "",
    }


def test_goal_shows_target_and_source(city: City, clerk: User, client_for: ClientFor) -> None:
    target = {
        "number": 1,
        "value": 80,
        "value_max": None,
        "baseline": None,
        "effective_month": 1,
        "reason": "",
        "decided_at": None,
        "decided_by": None,
    }

    answer = client_for(clerk).get(f"/api/v1/goals/{city.fdi.pk}/")

    assert answer.json() == {
        "id": city.fdi.pk,
        "code": "A6-01",
        "document": "测政函〔2024〕1号",
        "area": 6,
        "clause": 0,
        "kind": "goal",
        "name": "实际利用外资",
        "unit": "亿美元",
        "direction": "=",
        "qualifier": "",
        "measure": "cumulative",
        "comparator": "",
        "period": "2024",
        "due_on": None,
        "frequency": "monthly",
        "skips_january": False,
        "lead": department_of(city),
        "departments": [department_of(city)],
        "parent": None,
        "quote": "实际利用外资80亿美元",
        "quote_start": 0,
        "note": "",
        "target": target,
        "versions": [target],
    }


def test_report_shows_exact_numbers_and_people(city: City, client_for: ClientFor, clerk: User) -> None:
    report = submitted_report(city.fdi, 7, "37.123456", note="新签项目3个")

    answer = client_for(clerk).get(f"/api/v1/reports/{report.pk}/")

    assert answer.json() == {
        "id": report.pk,
        **goal_heading(city),
        "period": "2024-07",
        "version": 1,
        "state": "submitted",
        "source": "filed",
        "source_note": "",
        "value": 37.123456,
        "comparator": None,
        "nil": False,
        "restated": False,
        "done_on": None,
        "note": "新签项目3个",
        "cause": "2个项目推迟签约",
        "remedy": "专班每周跟进",
        "expected_on": "2024-11-07",
        "revision": 2,
        "created_at": AUGUST_TEXT,
        "created_by": "Commerce clerk",
        "submitted_at": AUGUST_TEXT,
        "submitted_by": "Commerce clerk",
        "endorsed_at": None,
        "endorsed_by": None,
        "reviewed_at": None,
        "reviewed_by": None,
        "return_reason": "",
        "correction_reason": "",
        "known_on": None,
    }


def assessment_answer(city: City, pk: int, sentence: str) -> dict[str, Any]:
    numbers = [
        "expected_share", "lag_pp", "attainment", "p_meet", "projection", "projection_low", "projection_high", "met",
    ]  # fmt: skip
    return {
        "id": pk,
        **goal_heading(city),
        "period": "2024-07",
        "known_from": "2024-08-01",
        "known_until": None,
        "recorded_at": AUGUST_TEXT,
        "rule_set": str(city.document.rule_sets.get()),
        "colour": "red",
        "status_colour": "red",
        "raw": "red",
        "reasons": ["far_behind"],
        "judged_month": 7,
        "value": 37.5,
        "target": 80,
        "done_share": 0.46875,
        **dict.fromkeys(numbers),
        "grade": "",
        "colour_vs_original": "",
        "freshness": "",
        "missing": 0,
        "overdue_days": 0,
        "sentence": sentence,
        "details": {},
        "report_ids": [],
    }


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "A6-01: behind."), ("zh-CN", "实际利用外资：落后。"), ("fr", "实际利用外资：落后。")],
)
def test_assessment_is_in_the_requested_language(
    city: City, clerk: User, client_for: ClientFor, language: str, sentence: str
) -> None:
    assessment = assessment_of(city.fdi, 7, "red", reasons=["far_behind"])

    answer = client_for(clerk, language).get(f"/api/v1/assessments/{assessment.pk}/")

    assert answer.json() == assessment_answer(city, assessment.pk, sentence)


def test_flag_shows_its_transitions(city: City, clerk: User, client_for: ClientFor) -> None:
    flag = flag_of(assessment_of(city.fdi, 7, "red"))
    heading = goal_heading(city)
    heading.pop("unit")

    assert client_for(clerk).get("/api/v1/flags/").json() == page_of(
        {
            "id": flag.pk,
            **heading,
            "colour": "red",
            "opened_on": "2024-08-01",
            "opened_at": AUGUST_TEXT,
            "closed_on": None,
            "closed_at": None,
            "transitions": [
                {
                    "period": "2024-07",
                    "assessment": flag.transitions.get().assessment_id,
                    "from_colour": "",
                    "to_colour": "red",
                    "as_of": "2024-08-01",
                    "at": AUGUST_TEXT,
                }
            ],
        }
    )


def test_notice_names_its_flags(city: City, clerk: User, client_for: ClientFor) -> None:
    flag = flag_of(assessment_of(city.fdi, 7, "red"))
    notice = notice_to(clerk, flag)

    assert client_for(clerk).get(f"/api/v1/notices/{notice.pk}/").json() == {
        "id": notice.pk,
        "document": "测政函〔2024〕1号",
        "recipient": "Commerce clerk",
        "email": clerk.email,
        "subject": "One red light",
        "text": "See the board.",
        "flags": [flag.pk],
        "state": "waiting",
        "attempts": 0,
        "last_error": "",
        "created_at": AUGUST_TEXT,
        "next_at": AUGUST_TEXT,
        "done_at": None,
    }

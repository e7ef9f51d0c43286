"""Numbers and words as readers see them."""

from decimal import Decimal

import pytest
from django.utils import translation

from hztargets.models import Assessment, Document, Goal, GoalVersion, Period
from hztargets.templatetags import figures, words


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("800.000000"), "800"),
        (Decimal("47.880000"), "47.88"),
        (Decimal("1234567.500000"), "1,234,567.5"),
        (Decimal("-0.500000"), "−0.5"),
        (Decimal("0.000000"), "0"),
        (Decimal("-0.000000"), "0"),
        (100.0, "100"),
        (None, "—"),
    ],
)
def test_amount(value: Decimal | float | None, shown: str) -> None:
    assert figures.amount(value) == shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.5985, "59.9%"), (0.59849, "59.8%"), (0.0, "0.0%"), (1.2, "120.0%"), (-0.05, "−5.0%"), (None, "—")],
)
def test_percent(share: float | None, shown: str) -> None:
    assert figures.percent(share) == shown


@pytest.mark.parametrize(
    ("numbers", "shown", "css"),
    [
        ({"lag_pp": 6.14}, "−6.1", "behind"),
        ({"lag_pp": -1.5}, "+1.5", "ahead"),
        ({"lag_pp": 0.04}, "0.0", ""),
        ({"lag_pp": None}, "—", ""),
        # 58.33 % - 57.56 % = 0.77, but the page shows 58.3 and 57.6
        ({"lag_pp": 0.773, "done_share": 0.5756, "expected_share": 7 / 12}, "−0.7", "behind"),
    ],
)
def test_gap_is_negative_when_behind(numbers: dict[str, float | None], shown: str, css: str) -> None:
    assessment = Assessment(**numbers)

    assert (figures.gap(assessment), figures.gap_class(assessment)) == (shown, css)


@pytest.mark.parametrize(
    ("low", "high", "precision", "shown"),
    [
        (1837.4, 2194.2, 2, "1,837–2,194"),
        (45.61, 80.64, 2, "45.6–80.6"),
        (9.71, 17.14, 2, "9.7–17.1"),
        (3.6, 9.4, 0, "4–9"),
        (-0.944, 4.71, 1, "−0.9–4.7"),
        (4.0, 4.0, 1, "4"),
        (None, None, 1, "—"),
    ],
)
def test_projection(low: float | None, high: float | None, precision: int, shown: str) -> None:
    assessment = Assessment(projection=None, projection_low=low, projection_high=high)

    assert figures.estimate(assessment, Goal(precision=precision)) == shown


def test_projection_without_a_range() -> None:
    assert figures.estimate(Assessment(projection=2170.89), Goal()) == "2,171"


@pytest.mark.parametrize(
    ("p_meet", "shown"), [(0.0, "0%"), (0.001, "<1%"), (0.124, "12%"), (0.996, ">99%"), (1.0, "100%")]
)
def test_chance(p_meet: float, shown: str) -> None:
    assert figures.chance_percent(p_meet) == shown


def test_chance_words_in_both_languages() -> None:
    chances = (0.8, 0.6, 0.4, 0.2, 0.1999)
    with translation.override("zh-hans"):
        assert [words.chance_word(p) for p in chances] == ["很有把握", "较有把握", "不确定", "有困难", "难以完成"]
    with translation.override("en"):
        assert len({words.chance_word(p) for p in chances}) == 5


@pytest.mark.parametrize(("now", "before", "shown"), [(13, 15, "−2"), (2, 1, "+1"), (4, 4, "±0")])
def test_change(now: int, before: int, shown: str) -> None:
    assert figures.change(now, before) == shown


@pytest.mark.parametrize(("share", "length"), [(0.5, "50.0"), (1.7, "100.0"), (-0.2, "0.0"), (None, "0.0")])
def test_bar_stays_in_its_frame(share: float | None, length: str) -> None:
    assert figures.bar(share, 100) == length


@pytest.mark.parametrize(
    ("goal", "value", "value_max", "shown"),
    [
        ({"direction": ">="}, 800, None, "≥ 800"),
        ({"direction": "<="}, 1, None, "≤ 1"),
        ({"direction": "~"}, 120, None, "about 120"),
        ({"direction": "="}, 2000, None, "2,000"),
        ({"direction": "="}, 1, 2, "1–2"),
        ({"direction": ">=", "qualifier": "翻番"}, None, None, "翻番"),
        ({"direction": ">", "comparator": "各项贷款平均增速"}, None, None, "> 各项贷款平均增速"),
    ],
)
def test_target(goal: dict[str, str], value: int | None, value_max: int | None, shown: str) -> None:
    version = GoalVersion(
        value=None if value is None else Decimal(value), value_max=None if value_max is None else Decimal(value_max)
    )
    with translation.override("en"):
        assert words.target_text(Goal(**goal), version) == shown


@pytest.mark.parametrize(
    ("measure", "month", "chinese", "english"),
    [
        ("cumulative", 7, "1—7月", "Jan–Jul"),
        ("growth", 7, "1—7月", "Jan–Jul"),
        ("level", 7, "7月", "Jul"),
        ("cumulative", 1, "1月", "Jan"),
        ("cumulative", None, "", ""),
    ],
)
def test_month_span(measure: str, month: int | None, chinese: str, english: str) -> None:
    for language, shown in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert words.month_span(Goal(measure=measure), month) == shown


@pytest.mark.parametrize(
    ("state", "columns", "goal", "shown"),
    [
        ("fresh", {"judged_month": 7}, {}, "on time"),
        ("fresh", {}, {}, ""),
        ("pending_approval", {"judged_month": 6}, {}, "waiting for approval"),
        ("late", {"judged_month": 6, "overdue_days": 2}, {}, "2 days late"),
        ("stale", {"judged_month": 6, "overdue_days": 9}, {}, "missing since Jul"),
        ("no_data", {"judged_month": 3}, {"frequency": "quarterly"}, "missing since Jun"),
        ("no_data", {}, {}, "never reported"),
        ("", {}, {}, ""),
    ],
)
def test_timeliness(state: str, columns: dict[str, int], goal: dict[str, str], shown: str) -> None:
    with translation.override("en"):
        assert words.timeliness(Assessment(freshness=state, goal=Goal(**goal), **columns)) == shown


def test_names_of_city_and_product() -> None:
    document = Document(issuer="杭州市人民政府", year=2024)
    with translation.override("zh-hans"):
        assert words.product_title(document) == "杭州市2024年目标"
        assert words.period_name(Period(document=document, month=7)) == "2024年7月"
    with translation.override("en"):
        assert words.product_title(document) == "杭州市 goals 2024"
        assert words.period_name(Period(document=document, month=7)) == "Jul 2024"

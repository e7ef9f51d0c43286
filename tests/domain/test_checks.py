from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.checks import Entry, Finding, Past, check_entry, check_words, is_telling, obstacles
from hztargets.domain.report_fields import ReportContent

TODAY = date(2024, 8, 9)


def past(*figures: tuple[int, str]) -> tuple[Past, ...]:
    return tuple(Past(month, Decimal(value)) for month, value in figures)


JUNE = past((6, "40.5"))


def entry(value: str | None, measure: str = "cumulative", **facts: Any) -> Entry:
    """July's figure after 40.5 in June."""
    known = {"month": 7, "earlier": JUNE, "today": TODAY, **facts}
    return Entry(value=None if value is None else Decimal(value), measure=measure, **known)


def finding(code: str, **facts: str) -> Finding:
    """The facts are numbers."""
    return Finding(code, hard=True, facts={name: Decimal(fact) for name, fact in facts.items()})


@pytest.mark.parametrize(
    ("given_entry", "findings"),
    [
        (entry("47"), ()),
        (entry("0", earlier=()), ()),
        (entry(None), (finding("value_missing"),)),
        (entry(None, is_nil=True), ()),
        (entry(None, measure="milestone"), (Finding("milestone_empty", hard=True, field="done_on"),)),
        (entry(None, measure="milestone", done_on=TODAY), ()),
        (entry(None, measure="milestone", expected_on=date(2024, 12, 1)), ()),
        (
            entry(None, measure="milestone", done_on=date(2024, 8, 10)),
            (Finding("done_in_future", hard=True, facts={"day": date(2024, 8, 10)}, field="done_on"),),
        ),
        (entry("-0.1"), (finding("negative", value="-0.1"),)),
        (entry("40.4"), (finding("falling", value="40.4", previous="40.5", month="6"),)),
        (entry("40.4", is_restated=True, earlier=past((2, "40.5"))), ()),
        (entry("-0.1", is_restated=True), (finding("negative", value="-0.1"),)),
        (
            entry("52", later=Past(8, Decimal("51"))),
            (finding("above_later", value="52", later="51", month="8"),),
        ),
        (entry("40.4", measure="level"), ()),
        (entry("-3", measure="growth"), ()),
        (entry("0", measure="share", earlier=()), ()),
        (entry("100", measure="share", earlier=()), ()),
        (entry("100.01", measure="share"), (finding("outside_percent", value="100.01"),)),
        (entry("-1", measure="milestone"), (finding("outside_percent", value="-1"),)),
        (entry("8", measure="relative"), (Finding("comparator_missing", hard=True, field="comparator"),)),
        (entry("47.5", is_count=True), (finding("count_has_decimals", value="47.5"),)),
        (entry("47.0", is_count=True), ()),
    ],
)
def test_what_is_impossible_stops(given_entry: Entry, findings: tuple[Finding, ...]) -> None:
    assert check_entry(given_entry) == findings
    assert check_entry(given_entry, with_doubts=False) == findings


@pytest.mark.parametrize(
    ("value", "june", "suggestion", "hint"),
    [
        ("6", "61", "66", "digit"),
        ("78", "700", "778", "digit"),
        ("110", "1480", "1590", "month"),
        ("0.00478", "42.3", "47.8", "unit"),
        ("0.478", "42.3", "47.8", "unit"),
        ("9", "61", "70", "month"),
        ("60", "61", None, ""),
        ("0", "61", None, ""),
    ],
)
def test_a_falling_figure_comes_with_what_was_probably_meant(
    value: str, june: str, suggestion: str | None, hint: str
) -> None:
    (found,) = check_entry(entry(value, earlier=past((6, june))))
    meant = None if suggestion is None else Decimal(suggestion)
    assert (found.code, found.hard, found.suggestion, found.hint) == ("falling", True, meant, hint)


STEADY = past((1, "7"), (2, "13"), (3, "20"), (4, "27"), (5, "33"), (6, "40"))


@pytest.mark.parametrize(
    ("given_entry", "code", "suggestion"),
    [
        (entry("42", earlier=STEADY), "slow_month", None),
        (entry("1590", earlier=past((6, "1480"))), "slow_month", None),
        (entry("75", earlier=STEADY), "fast_month", None),
        (entry("470", earlier=STEADY), "fast_month", "47"),
        (entry("470000", earlier=STEADY), "unit_slip", "47"),
        (entry("4700", earlier=STEADY), "unit_slip", "47"),
        (entry("4700000000", earlier=STEADY), "unit_slip", "47"),
        (entry("60000", earlier=(), target=Decimal(80), month=1), "unit_slip", "6"),
        (entry("0.75", "share", earlier=past((6, "74.2"))), "unit_slip", "75"),
        (entry("0.75", "share", earlier=(), target=Decimal(70)), "unit_slip", "75"),
        (entry("40", earlier=past((5, "40"), (6, "40"))), "same_again", None),
        (entry("12", "level", earlier=past((5, "12"), (6, "12"))), "same_again", None),
        (entry("60", "share", earlier=past((4, "40"), (5, "41"), (6, "42"))), "level_jump", None),
        (entry("65", "growth", earlier=past((6, "5.9")), target=Decimal(5)), "rate_far_off", "6.5"),
        (entry("-65", "growth", earlier=(), target=Decimal(6)), "rate_far_off", "-6.5"),
        (entry("650", "growth", earlier=(), target=Decimal(6)), "rate_far_off", "6.5"),
        (entry("99999", "growth", earlier=(), target=Decimal(6)), "rate_far_off", None),
        (entry("47.125", earlier=STEADY, precision=2), "too_fine", "47.13"),
    ],
)
def test_a_doubt_is_soft_and_one(given_entry: Entry, code: str, suggestion: str | None) -> None:
    (found,) = check_entry(given_entry)
    meant = None if suggestion is None else Decimal(suggestion)
    assert (found.code, found.hard, found.field, found.suggestion) == (code, False, "value", meant)
    assert check_entry(given_entry, with_doubts=False) == ()


def test_a_slow_month_is_reported_with_its_numbers() -> None:
    (found,) = check_entry(entry("1590", earlier=past((6, "1480"))))
    facts = {"value": Decimal(1590), "added": Decimal(110), "average": Decimal("246.67"), "months": 6}
    assert found.facts == facts


@pytest.mark.parametrize(
    "given_entry",
    [
        entry("47", earlier=STEADY),
        entry("60", earlier=STEADY),
        entry("60", earlier=past((1, "20"), (2, "20"), (3, "20"), (4, "20"), (5, "20"), (6, "40"))),
        entry("40", earlier=past((1, "0"), (2, "0"), (3, "0"), (4, "40"), (6, "40")), target=Decimal(40)),
        entry("151", earlier=past((5, "150"), (6, "150")), target=Decimal(150)),
        entry(
            "3",
            earlier=past(
                (1, "1"),
            ),
            month=2,
        ),
        entry("2", earlier=(), target=Decimal(80)),
        entry("150", earlier=(), target=Decimal(80)),
        entry("43", "share", earlier=past((4, "40"), (5, "41"), (6, "42"))),
        entry("4.3", "growth", earlier=past((5, "0.1"), (6, "0.2"))),
        entry("60", "growth", earlier=(), target=Decimal(6)),
        entry("9.9", "growth", earlier=(), target=Decimal("0.5")),
        entry("65", "growth", earlier=past((6, "31")), target=Decimal(5)),
        entry("65", "growth", earlier=()),
        entry("47.12", earlier=STEADY, precision=2),
        entry("47.100000", earlier=STEADY, precision=2),
    ],
)
def test_an_ordinary_figure_raises_no_doubt(given_entry: Entry) -> None:
    assert check_entry(given_entry) == ()


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "无", "无。", "同上", "同上月", "正常推进", "按计划推进", "按计划推进中", "各项工作正常推进", "目前正在推进中",
        "正常推进，按计划推进。", "……", "1", "12", "N/A", "none", "OK", "On track.", "As planned", "ＯＫ",
    ],
)  # fmt: skip
def test_words_that_say_nothing(text: str) -> None:
    assert not is_telling(text)


@pytest.mark.parametrize(
    "text",
    [
        "新签3个项目",
        "正常推进，其中2个项目已开工",
        "无新增到资",
        "受台风影响停工",
        "Two projects signed",
        "设备未到货",
        "同上月，另新增1家",
    ],
)
def test_words_that_say_something(text: str) -> None:
    assert is_telling(text)


FULL = ReportContent(note="新签3个项目", cause="2个项目推迟签约", remedy="专班跟进", expected_on=date(2024, 11, 30))


def codes(content: ReportContent, light: str | None) -> list[tuple[str, str]]:
    found = check_words(content, light=light, today=TODAY)
    assert all(finding.hard for finding in found)
    return [(finding.code, finding.field) for finding in found]


EVERYTHING = [("cause_missing", "cause"), ("remedy_missing", "remedy"), ("expected_missing", "expected_on")]


@pytest.mark.parametrize(
    ("light", "missing"),
    [("red", EVERYTHING), ("amber", EVERYTHING), ("green", []), ("grey", []), ("none", []), (None, [])],
)
def test_only_a_bad_light_asks_for_cause_remedy_and_day(light: str | None, missing: list[tuple[str, str]]) -> None:
    assert codes(ReportContent(), light) == missing
    assert codes(FULL, light) == []


def test_empty_words_are_refused_whatever_the_light() -> None:
    words = ReportContent(note="正常推进", cause="无", remedy="同上", expected_on=date(2024, 11, 30))
    fields = ["note", "cause", "remedy"]
    assert codes(words, "green") == [("empty_words", field) for field in fields]
    assert codes(words, "red") == [("empty_words", field) for field in fields]


def test_a_nil_report_may_note_that_there_is_nothing() -> None:
    assert codes(ReportContent(note="无变化", is_nil=True), "green") == []
    assert codes(ReportContent(note="无变化", cause="无", is_nil=True), "green") == [("empty_words", "cause")]


def test_what_is_done_late_needs_a_cause_alone() -> None:
    assert codes(ReportContent(done_on=TODAY), "red") == [("cause_missing", "cause")]


def test_an_expected_day_that_is_over_is_refused() -> None:
    assert codes(ReportContent(expected_on=date(2024, 8, 8)), "green") == [("expected_past", "expected_on")]
    assert codes(ReportContent(expected_on=TODAY), "green") == []
    assert codes(ReportContent(expected_on=date(2024, 8, 8), done_on=TODAY), "green") == []


def test_a_word_clears_warnings_and_never_errors() -> None:
    hard, soft = Finding("falling", hard=True), Finding("slow_month", hard=False)
    assert obstacles([hard, soft], ReportContent()) == (hard, soft)
    assert obstacles([hard, soft], ReportContent(note="高温停工")) == (hard,)
    assert obstacles([soft], ReportContent(note="正常推进")) == (soft,)
    assert obstacles([soft], ReportContent(cause="高温停工")) == (soft,)


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


@given(previous=AMOUNTS, value=AMOUNTS)
def test_a_cumulative_figure_is_stopped_exactly_when_it_falls(previous: Decimal, value: Decimal) -> None:
    found = check_entry(entry(str(value), earlier=(Past(6, previous),)))
    assert [finding.code for finding in found if finding.hard] == (["falling"] if value < previous else [])


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=3))
def test_a_share_is_stopped_exactly_outside_0_to_100(value: Decimal) -> None:
    found = check_entry(entry(str(value), measure="share"))
    assert [finding.code for finding in found if finding.hard] == ([] if 0 <= value <= 100 else ["outside_percent"])


MONTHS = st.lists(AMOUNTS, max_size=6).map(
    lambda steps: past(*((at, str(sum(steps[:at]))) for at in range(1, len(steps) + 1)))
)
MEASURES = st.sampled_from(["cumulative", "level", "share", "growth", "relative", "milestone"])


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=3),
    MEASURES,
    MONTHS,
    st.none() | AMOUNTS,
    st.none() | st.integers(0, 4),
)
def test_checking_always_answers_and_suggests_another_decimal(
    value: Decimal, measure: str, earlier: tuple[Past, ...], target: Decimal | None, precision: int | None
) -> None:
    given_entry = Entry(
        value=value, measure=measure, month=7, earlier=earlier, target=target, precision=precision, today=TODAY
    )
    for found in check_entry(given_entry):
        assert found.suggestion is None or (type(found.suggestion) is Decimal and found.suggestion != value)

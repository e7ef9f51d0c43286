import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.catalogue.policy import Policy, numeral_value, read_policy, write_numeral


@pytest.mark.parametrize(
    ("numeral", "number"),
    [("一", 1), ("十", 10), ("十一", 11), ("二十", 20), ("三十九", 39), ("七十六", 76), ("九十九", 99)],
)
def test_numeral_is_read_and_written(numeral: str, number: int) -> None:
    assert (numeral_value(numeral), write_numeral(number)) == (number, numeral)


@given(st.integers(min_value=1, max_value=99))
def test_numeral_comes_back(number: int) -> None:
    assert numeral_value(write_numeral(number)) == number


@given(st.text(alphabet="一十二、（）。责任单位：由牵头市财政局抄送\n 5万", max_size=120))
def test_any_text_is_read_without_losing_a_paragraph(text: str) -> None:
    policy = read_policy(text, [])
    headings = [opening.line for opening in policy.openings]
    paragraphs = {
        line: raw.strip() for line, raw in enumerate(text.splitlines(), start=1) if raw.strip() and line not in headings
    }
    kept = [*policy.front, *(part for passage in policy.passages for part in passage.paragraphs), *policy.imprint]
    assert sorted(kept) == sorted(paragraphs.values())


def test_nothing_at_all() -> None:
    assert read_policy("", []) == Policy()

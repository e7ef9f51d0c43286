"""No number of the 2024 document is left unexplained."""

import re
from collections import Counter

from hztargets.domain.catalogue import Catalogue
from tests.domain.catalogue.passages import Place, not_goals, passages, spans_of_goals, spans_of_not_goals

DIGITS = re.compile(r"[0-9]+(?:\.[0-9]+)?")
CHINESE_QUANTITIES = re.compile(
    r"[一二两三四五六七八九十]+分之[一二三四五六七八九十]+|[一二三四五六七八九]{2}折"
    r"|[一二三四五六七八九十]+(?:个(?!性)|张|条|项|座|所|倍|大(?:行动|攻坚|商圈)|方面民生|刻钟)"
)


def test_every_digit_is_in_a_quote_or_explained(hangzhou: Catalogue, hangzhou_files: dict[str, str]) -> None:
    covered = spans_of_goals(hangzhou)
    for place, span in spans_of_not_goals(hangzhou, hangzhou_files):
        covered.setdefault(place, set()).update(span)
    numbers = [
        (place, match[0], set(range(*match.span())) <= covered.get(place, set()))
        for place, text in passages(hangzhou).items()
        for match in DIGITS.finditer(text)
    ]
    assert [(place, number) for place, number, explained in numbers if not explained] == []
    assert [number for _, number, _ in numbers] == DIGITS.findall(hangzhou_files["text.txt"])


def test_chinese_numeral_quantities_are_in_a_quote_or_named(
    hangzhou: Catalogue, hangzhou_files: dict[str, str]
) -> None:
    covered = spans_of_goals(hangzhou)
    for place, span in spans_of_not_goals(hangzhou, hangzhou_files):
        covered.setdefault(place, set()).update(span)
    unnamed = [
        (place, match[0])
        for place, text in passages(hangzhou).items()
        for match in CHINESE_QUANTITIES.finditer(text)
        if not set(range(*match.span())) & covered.get(place, set())
    ]
    assert unnamed == []


def test_not_goals_stand_outside_quotes_and_once_each(hangzhou: Catalogue, hangzhou_files: dict[str, str]) -> None:
    quoted = spans_of_goals(hangzhou)
    covered: Counter[tuple[Place, int]] = Counter()
    for place, span in spans_of_not_goals(hangzhou, hangzhou_files):
        assert not set(span) & quoted.get(place, set()), (place, span)
        covered.update((place, index) for index in span)
    assert set(covered.values()) == {1}
    assert [row for row in not_goals(hangzhou_files) if not row["reason"]] == []

"""Whatever the domain can refuse has a sentence for people."""

import ast
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import translation

from hztargets.domain.checks import Entry, Finding, check_entry
from hztargets.domain.numbers import NumberError
from hztargets.domain.problems import Facts, Problem, Word
from hztargets.domain.review import ROLES_FOR
from hztargets.messages import findings, permissions, sentence
from hztargets.services import errors
from hztargets.services.errors import NotAllowed


def codes_in(module: str, name: str) -> set[str]:
    """The first argument of every `name("…")` in a domain module; codes of `ROLES_FOR` are data and not among them."""
    place = settings.ROOT / "hztargets" / "domain" / module
    files = sorted(place.glob("*.py")) or [place.with_suffix(".py")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    codes = (call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == name)
    return {str(code.value) for code in codes if isinstance(code, ast.Constant)}


@pytest.mark.parametrize("code", sorted(codes_in("review", "_refusal") | {rule.code for rule in ROLES_FOR.values()}))
def test_every_refusal_has_a_sentence(code: str) -> None:
    error = NotAllowed(Problem(code))
    assert (error.code, error.message.endswith((".", "。"))) == (code, True)


FACTS: Facts = {
    "value": Decimal("40.4"), "previous": Decimal("40.5"), "later": Decimal(41), "month": 6, "months": 6,
    "added": Decimal(1), "average": Decimal("6.75"), "largest": Decimal(2), "decimals": 2, "day": date(2024, 8, 10),
    "text": "无", "colour": Word("light.red"),
}  # fmt: skip


@pytest.mark.parametrize("code", sorted(codes_in("checks", "Finding")))
@pytest.mark.parametrize("hint", sorted(findings.HINTS))
def test_every_finding_has_a_sentence_with_its_numbers(code: str, hint: str) -> None:
    finding = Finding(code, hard=True, facts=FACTS, suggestion=Decimal("66"), hint=hint)
    error = errors.InvalidReport(finding)
    assert (error.code, error.field, error.message.count("66"), "%(" in error.message) == (code, "value", 1, False)


@pytest.mark.parametrize("code", sorted(codes_in("numbers", "NumberError")))
def test_every_unreadable_number_has_a_sentence(code: str) -> None:
    error = NumberError(code, "八十", "万元", first=Decimal(1), second=Decimal(2))
    assert (error.problem.code, "%(" in sentence(error.problem)) == (code, False)


def test_numbers_in_sentences_are_written_plainly() -> None:
    (found,) = check_entry(Entry(value=Decimal("-1E+3"), measure="cumulative"))
    with translation.override("en"):
        assert sentence(found) == "A cumulative figure cannot be negative; you entered -1000."


def test_no_sentence_is_kept_for_a_code_nobody_raises() -> None:
    of_planning = {"not_planning_department", "profile_frozen"}
    assert permissions.SENTENCES.keys() - of_planning == codes_in("review", "_refusal")
    assert set(findings.SENTENCES) == codes_in("checks", "Finding") | codes_in("numbers", "NumberError")

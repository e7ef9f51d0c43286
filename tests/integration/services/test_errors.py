"""Whatever the domain can refuse has a sentence for people."""

import ast

import pytest
from django.conf import settings

from hztargets.domain.checks import Finding
from hztargets.domain.numbers import NumberError
from hztargets.domain.review import Refusal
from hztargets.services import errors


def codes_in(module: str, name: str) -> set[str]:
    """The first argument of every `name("…")` in a domain module."""
    tree = ast.parse((settings.ROOT / "hztargets" / "domain" / f"{module}.py").read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        str(ast.literal_eval(call.args[0]))
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == name
    }


@pytest.mark.parametrize("code", sorted(codes_in("review", "Refusal")))
def test_every_refusal_has_a_sentence(code: str) -> None:
    error = errors.not_allowed(Refusal(code))
    assert (error.code, error.message.endswith((".", "。"))) == (code, True)


@pytest.mark.parametrize("code", sorted(codes_in("checks", "Finding")))
def test_every_hard_finding_has_a_sentence_with_its_numbers(code: str) -> None:
    facts = (("value", "40.4"), ("previous", "40.5"), ("month", "6"))
    error = errors.invalid_value(Finding(code, hard=True, facts=facts))
    assert (error.code, error.field, "%(" in error.message) == (code, "value", False)


@pytest.mark.parametrize("code", sorted(codes_in("numbers", "NumberError")))
def test_every_unreadable_number_has_a_sentence(code: str) -> None:
    error = errors.invalid_number(NumberError(code, "八十"), "comparator")
    assert (error.code, error.field, "%(" in error.message) == (code, "comparator", False)


def test_no_sentence_is_kept_for_a_code_nobody_raises() -> None:
    assert set(errors._REFUSALS) == codes_in("review", "Refusal")
    assert set(errors._FINDINGS) == codes_in("checks", "Finding")
    assert set(errors._NUMBERS) == codes_in("numbers", "NumberError")

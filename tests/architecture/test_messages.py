"""Every code that can be raised has exactly one sentence, and every sentence has a code that is raised."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from hztargets.messages.wording import all_sentences

APP: Path = settings.ROOT / "hztargets"
SOURCES = [path for path in sorted(APP.rglob("*.py")) if not {"migrations", "messages"} & set(path.parts)]
RAISING = {"Problem", "Finding", "NumberError", "_refusal", "refuse", "refused", "_error", "_in_month", "TableRefused"}
"""Calls whose first argument is a code."""


def _literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            yield from re.findall(r"\w+", node.value.decode("ascii", "ignore"))


def _raised(path: Path) -> Iterator[tuple[int, str]]:
    source = path.read_text(encoding="utf-8")
    if not any(f"{module} import" in source for module in ("problems", "catalogue.tables", "guard.limits")):
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        first = node.args[0]
        if name in RAISING and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield node.lineno, first.value


def test_every_code_that_can_be_raised_has_a_sentence() -> None:
    known = all_sentences()
    found = {(path, line, code) for path in SOURCES for line, code in _raised(path)}
    assert len(found) > 50, "the search finds too little to be right"
    assert sorted(f"{path.relative_to(APP)}:{line}: {code}" for path, line, code in found if code not in known) == []


def test_no_sentence_is_left_that_nobody_raises() -> None:
    used = {text for path in SOURCES for text in _literals(path)}
    beginnings = {text for text in used if text.endswith("_")}
    """Of codes that are put together, such as `evidence_` and what the guard found."""
    built = {f"{beginning}{text}" for beginning in beginnings for text in used}
    assert sorted(all_sentences().keys() - used - built) == []

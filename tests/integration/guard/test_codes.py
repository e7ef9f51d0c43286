"""Whatever the guard can refuse has a sentence for people."""

import ast

from django.conf import settings

from hztargets.messages.wording import all_sentences


def test_every_code_of_the_guard_has_a_sentence() -> None:
    calls = (
        node
        for path in sorted((settings.ROOT / "hztargets/guard").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("refused", "Problem")
    )
    codes = {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}
    sentences = all_sentences()
    assert len(codes) > 30
    assert sorted(str(code) for code in codes if not {code, f"evidence_{code}"} & sentences.keys()) == []

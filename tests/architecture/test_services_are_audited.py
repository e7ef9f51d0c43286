"""Every use case that writes for a user adds a row to the audit trail, itself or through another use case."""

import ast
from collections import defaultdict
from pathlib import Path

from django.conf import settings

SERVICES = Path(settings.ROOT / "hztargets" / "services")
WRITES_NOTHING = {
    "check_filings": "reads, for a sheet before confirming",
    "check_rows": "reads, for the page before confirming",
    "claim_key": "remembers a request so that it is not repeated; what was done is audited by who did it",
    "new_version": "writes nothing: whoever stores it records the event",
    "preview_report": "reads, for the form before submitting",
    "preview_rows": "reads, for the grid",
    "preview_sheet": "reads, for the page before confirming",
    "receive_sheet": "keeps an uploaded file until it is confirmed; filing it is audited",
}
"""By name, with the reason."""


def _functions() -> list[ast.FunctionDef]:
    found: list[ast.FunctionDef] = []
    for path in sorted(SERVICES.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return found


def _names_used(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)
    }


def _audited(functions: list[ast.FunctionDef]) -> set[str]:
    """Functions from which `record_event`, or `record_events` for many, is reached."""
    callers: dict[str, set[str]] = defaultdict(set)
    for function in functions:
        for used in _names_used(function):
            callers[used].add(function.name)
    reached, waiting = set[str](), ["record_event", "record_events"]
    while waiting:
        for caller in callers[waiting.pop()] - reached:
            reached.add(caller)
            waiting.append(caller)
    return reached


def _acts_for_somebody(function: ast.FunctionDef) -> bool:
    parameters = {argument.arg for argument in function.args.kwonlyargs}
    return not function.name.startswith("_") and {"by", "now"} <= parameters


def test_every_service_that_acts_for_somebody_is_audited() -> None:
    functions = _functions()
    acting = {function.name for function in functions if _acts_for_somebody(function)}
    assert len(acting) > 25
    assert acting - _audited(functions) == set(WRITES_NOTHING)

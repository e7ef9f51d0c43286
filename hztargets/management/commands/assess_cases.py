import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from hztargets.domain.cases import CaseError, evaluate_case
from hztargets.domain.problems import Problem
from hztargets.management.inputs import field_and_sentence


class Command(BaseCommand):
    """A case that fails gets an "error" instead of an "output"; the others go on, and the exit code is 1."""

    help = "Evaluates the cases of a file like cases/assessment.json and prints their outputs as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *_args: Any, **options: Any) -> None:
        with translation.override("en"):
            answers = [_answer(number, case) for number, case in enumerate(_read(options["path"]), start=1)]
        self.stdout.write(json.dumps(answers, ensure_ascii=False, indent=1))
        errors = [f"Case {answer['id']}: {answer['error']}" for answer in answers if "error" in answer]
        if errors:
            raise CommandError("\n".join(errors))


def _read(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} is not a file of cases: {error}") from error
    cases = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(cases, list) or (cases == content == []):
        raise CommandError(f'{path} is not a file of cases: expected {{"cases": [{{"id": …, "input": {{…}}}}, …]}}')
    return cases


def _answer(number: int, case: Any) -> dict[str, Any]:
    """`number` counts from 1 and names a case without an id."""
    name = case.get("id", f"#{number}") if isinstance(case, dict) else f"#{number}"
    if not isinstance(case, dict) or "input" not in case:
        return {"id": name, "error": field_and_sentence(Problem("input_missing", "input"))}
    try:
        return {"id": name, "output": evaluate_case(case["input"])}
    except CaseError as error:
        return {"id": name, "error": field_and_sentence(error.problem)}
    except ValueError as error:
        return {"id": name, "error": str(error)}

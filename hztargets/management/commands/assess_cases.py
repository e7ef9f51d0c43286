import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hztargets.domain.cases import evaluate_case


class Command(BaseCommand):
    help = "Evaluates the cases of a file like cases/assessment.json and prints their outputs as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            cases = json.loads(options["path"].read_text(encoding="utf-8"))["cases"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{options['path']} is not a file of cases: {error}") from error
        outputs = []
        for case in cases:
            try:
                outputs.append({"id": case["id"], "output": evaluate_case(case["input"])})
            except ValueError as error:
                raise CommandError(f"Case {case.get('id')}: {error}") from error
        self.stdout.write(json.dumps(outputs, ensure_ascii=False, indent=1))

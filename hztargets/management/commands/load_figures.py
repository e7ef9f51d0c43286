from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hztargets import clock
from hztargets.domain.catalogue import read_figures
from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.loading.figures import load_figures


class Command(BaseCommand):
    help = "Loads published figures (CSV: goal, period, value, note, source) as approved reports. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        add_document_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        document = chosen_document(options["document"])
        table = read_figures(_read(options["path"]), options["path"].name)
        now = clock.now()
        result = load_figures(document=document, figures=table.rows, now=now)
        if result.counts["added"] or result.counts["corrected"]:
            assess_document(document=document, as_of=timezone.localdate(now), now=now)
        self.stdout.write(
            f"{document.number}: added {result.counts['added']}, corrected {result.counts['corrected']}, "
            f"left {result.counts['left']}"
        )
        refused = [(problem.line, problem.reason) for problem in table.problems] + result.refused
        for line, reason in sorted(refused):
            self.stderr.write(f"  {options['path'].name}:{line}: {reason}")
        if refused:
            raise CommandError(f"{len(refused)} rows were not loaded; the others were. Mend them and run it again.")


def _read(path: Path) -> str:
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CommandError(f"{path} is neither UTF-8 nor GB18030; save it as UTF-8.")

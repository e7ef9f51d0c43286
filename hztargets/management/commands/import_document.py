from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hztargets import clock
from hztargets.domain.catalogue import CatalogueError, read_catalogue
from hztargets.management.inputs import problem_lines, read_text
from hztargets.services.loading.catalogue import ADDED, CHANGED, LEFT, ImportResult, import_catalogue

_FILES = ("document.toml", "text.txt", "departments.csv", "goals.csv")


class Command(BaseCommand):
    help = "Loads a folder like fixtures/hangzhou-2024. Safe to repeat; writes nothing when anything is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *_args: Any, **options: Any) -> None:
        files = _read_folder(options["path"])
        try:
            source = read_catalogue(files)
        except CatalogueError as error:
            problems = problem_lines(error.problems)
            raise CommandError(f"Nothing was written. Mend these and run the command again:\n{problems}") from error
        self._print(import_catalogue(source=source, by=None, now=clock.now()))

    def _print(self, result: ImportResult) -> None:
        self.stdout.write(str(result.document))
        for table in ("document", "departments", "areas", "clauses", "goals"):
            counts = "  ".join(f"{outcome} {result.counts[table, outcome]}" for outcome in (ADDED, CHANGED, LEFT))
            self.stdout.write(f"  {table:<12} {counts}")
        if result.no_longer_listed:
            self.stdout.write(f"  In the database but not in the folder, left in place: {result.no_longer_listed}")
        for left in result.differences:
            difference = f"{left.row}: {left.column} is {left.stored}, not {left.listed} as in the folder"
            self.stdout.write(f"  Left as decided in the system: {difference}")


def _read_folder(path: Path) -> dict[str, str]:
    missing = [name for name in _FILES if not (path / name).is_file()]
    if missing:
        raise CommandError(f"{path} is not a document folder: {', '.join(missing)} missing. Nothing was written.")
    return {name: read_text(path / name) for name in _FILES}

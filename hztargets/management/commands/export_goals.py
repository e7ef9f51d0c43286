import csv
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.queries.loading.export import DUE_DAY, EXPORT_KEYS, export_rows


class Command(BaseCommand):
    help = "Prints one row per goal, as JSON lines or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_document_argument(parser)
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")
        parser.add_argument(
            "--deadlines", action="store_true", help=f"with {DUE_DAY}: the working day of goals due on one of their own"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = export_rows(chosen_document(options["document"]), with_due_day=options["deadlines"])
        if options["format"] == "jsonl":
            for row in rows:
                self.stdout.write(json.dumps(row, ensure_ascii=False))
            return
        keys = [*EXPORT_KEYS, DUE_DAY] if options["deadlines"] else EXPORT_KEYS
        writer = csv.DictWriter(self.stdout, keys, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "departments": "、".join(row["departments"])} for row in rows)

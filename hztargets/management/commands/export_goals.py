import csv
import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.queries.export import EXPORT_KEYS, export_rows


class Command(BaseCommand):
    help = "Prints one row per goal, as JSON lines or CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_document_argument(parser)
        parser.add_argument("--format", choices=["jsonl", "csv"], default="jsonl")

    def handle(self, *_args: Any, **options: Any) -> None:
        rows = export_rows(chosen_document(options["document"]))
        if options["format"] == "jsonl":
            for row in rows:
                self.stdout.write(json.dumps(row, ensure_ascii=False))
            return
        writer = csv.DictWriter(self.stdout, EXPORT_KEYS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "departments": "、".join(row["departments"])} for row in rows)

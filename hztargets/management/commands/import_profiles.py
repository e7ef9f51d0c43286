from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hztargets import clock
from hztargets.domain.plan_table import read_plan_table
from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.management.inputs import add_account_argument, chosen_account, problem_lines, read_text
from hztargets.queries.decisions.plans import is_year_open
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.decisions.conditions import TableRefused
from hztargets.services.decisions.plan_import import ADDED, CHANGED, LEFT, import_profiles


class Command(BaseCommand):
    help = "Reads the table export_profiles prints (UTF-8 or GBK): all rows or none. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")
        add_document_argument(parser)
        parser.add_argument("--effective-month", type=int, metavar="1-12", help="needed once the year is open")
        add_account_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        document, path, now = chosen_document(options["document"]), options["path"], clock.now()
        try:
            counts = import_profiles(
                document=document,
                table=read_plan_table(read_text(path)),
                by=chosen_account(options["by"]),
                now=now,
                effective_month=options["effective_month"],
            )
        except TableRefused as error:
            problems = problem_lines({path.name: error.problems})
            raise CommandError(f"Nothing was written. Mend these and run the command again:\n{problems}") from error
        today = timezone.localdate(now)
        if (counts[ADDED] or counts[CHANGED]) and is_year_open(document, today):
            assess_document(document=document, as_of=today, now=now)
        self.stdout.write(f"{document.number}: added {counts[ADDED]}, changed {counts[CHANGED]}, left {counts[LEFT]}")

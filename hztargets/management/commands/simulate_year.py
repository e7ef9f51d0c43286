import re
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hztargets import clock
from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.messages import sentence
from hztargets.models import Document
from hztargets.services.assessment.history import replay_days
from hztargets.services.errors import ServiceError
from hztargets.services.loading.simulated_year import DEFAULT_SEED, simulate_year

_LABEL = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class Command(BaseCommand):
    help = "Fills goals without figures with a plausible, reproducible year of reports, each marked “simulated”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_document_argument(parser, required=True)
        parser.add_argument("--seed", type=int, default=DEFAULT_SEED, metavar="N", help=f"default {DEFAULT_SEED}")
        parser.add_argument("--until", metavar="YYYY-MM", help="the last month simulated, default the last one open")

    def handle(self, *_args: Any, **options: Any) -> None:
        document = chosen_document(options["document"])
        until = _month(document, options["until"])
        now = clock.now()
        started = time.perf_counter()
        try:
            result = simulate_year(document=document, seed=options["seed"], until=until, now=now)
            filed = time.perf_counter()
            runs = list(replay_days(document=document, now=now)) if result.counts["added"] else []
        except ServiceError as error:
            raise CommandError(error.message) from error
        counts = result.counts
        self.stdout.write(
            f"{document.number}: {result.goals} goals without figures, reports added {counts['added']}, "
            f"left {counts['left']}, returned {counts['return']}, corrected {counts['restate']}, "
            f"{filed - started:.1f} s"
        )
        for code, month, problem in result.refused:
            self.stderr.write(f"  {code} {document.year}-{month:02d}: {sentence(problem)}")
        if runs:
            self.stdout.write(
                f"judged as on {len(runs)} days up to {runs[-1].run.as_of}, {sum(run.notices for run in runs)} notices "
                f"written, {time.perf_counter() - filed:.1f} s"
            )


def _month(document: Document, label: str | None) -> int:
    if label is None:
        return 12
    found = _LABEL.fullmatch(label)
    if found is None or int(found[1]) != document.year:
        raise CommandError(f"{label!r} is not a month of {document.year}; write it as {document.year}-07")
    return int(found[2])

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hztargets import clock
from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.services.assessment.assessing import RunResult, assess_document
from hztargets.services.assessment.snapshots import Snapshot
from hztargets.services.errors import ServiceError

_WORDS = {
    "red": "红灯 red",
    "amber": "黄灯 amber",
    "green": "绿灯 green",
    "grey": "无数据 grey",
    "none": "未到判断期 none",
}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a day; write it as 2024-07-31") from None


class Command(BaseCommand):
    help = "Assesses every goal as known on a day, stores what changed, follows with flags and notices."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_document_argument(parser)
        parser.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD", help="default today")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **options: Any) -> None:
        document = chosen_document(options["document"])
        today = clock.today()
        as_of = options["as_of"] or today
        if as_of > today:
            raise CommandError(f"{as_of} lies ahead; nothing can be known on it yet. Give a day up to {today}.")
        try:
            result = assess_document(document=document, as_of=as_of, now=clock.now())
        except ServiceError as error:
            raise CommandError(error.message) from error
        if options["format"] == "json":
            self.stdout.write(json.dumps([_row(document.year, row) for row in result.rows], ensure_ascii=False))
        else:
            self._print_table(result)
        if result.run.failed:
            self.stderr.write(f"Not judged, see the log: {', '.join(result.run.failed)}")

    def _print_table(self, result: RunResult) -> None:
        year = result.run.document.year
        self.stdout.write(
            f"{result.run.document.number}  as of {result.run.as_of}  month {year}-{result.period.month:02d}"
        )
        for row in result.rows:
            if row.colour in ("red", "amber"):
                self.stdout.write(f"  {_WORDS[row.colour]:<10} {row.goal.code} {row.goal.name}：{row.sentences()[0]}")
        counts = "  ".join(f"{word} {result.run.counts.get(colour, 0)}" for colour, word in _WORDS.items())
        self.stdout.write(counts)
        if result.run.is_retrospective:
            self.stdout.write("A look back: the board and the flags stay as the later run left them.")
        self.stdout.write(
            f"{result.run.goals} goals, {result.run.changed} assessments changed, {result.notices} notices, "
            f"{result.seconds:.2f} s"
        )


def _row(year: int, row: Snapshot) -> dict[str, Any]:
    assessment = row.assessment
    return {
        "code": row.goal.code,
        "period": f"{year}-{assessment.period:02d}" if assessment.period else None,
        "colour": assessment.colour,
        "raw": assessment.raw,
        "sentence": row.sentences()[0],
        "p_meet": assessment.p_meet,
        "attainment": assessment.attainment,
        "expected_share": assessment.expected_share,
        "lag_pp": assessment.lag_pp,
        "projection": assessment.projection,
        "freshness": assessment.freshness.state if assessment.freshness else None,
    }

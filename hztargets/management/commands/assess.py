import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.services.assessing import RunResult, assess_document
from hztargets.services.snapshots import Snapshot

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
        as_of = options["as_of"] or timezone.localdate()
        result = assess_document(document=document, as_of=as_of, now=timezone.now())
        if options["format"] == "json":
            self.stdout.write(json.dumps([_row(document.year, row) for row in result.rows], ensure_ascii=False))
        else:
            self._print_table(result)
        if result.run.failed:
            self.stderr.write(f"Not judged, see the log: {', '.join(result.run.failed)}")

    def _print_table(self, result: RunResult) -> None:
        period = result.period.month if result.period else None
        year = result.run.document.year
        self.stdout.write(f"{result.run.document.number}  as of {result.run.as_of}  month {year}-{period or 0:02d}")
        for row in result.rows:
            if row.colour in ("red", "amber"):
                self.stdout.write(f"  {_WORDS[row.colour]:<10} {row.goal.code} {row.goal.name}：{row.sentence}")
        counts = "  ".join(f"{word} {result.run.counts.get(colour, 0)}" for colour, word in _WORDS.items())
        self.stdout.write(counts)
        if result.run.is_retrospective:
            self.stdout.write("A look back: the board and the flags stay as the later run left them.")
        self.stdout.write(
            f"{result.run.goals} goals, {result.run.changed} assessments changed, {result.notices} notices, "
            f"{result.seconds:.2f} s"
        )


def _row(year: int, row: Snapshot) -> dict[str, Any]:
    return {
        "code": row.goal.code,
        "period": f"{year}-{row.judged_month:02d}" if row.judged_month else None,
        "colour": row.colour,
        "raw": row.raw or None,
        "sentence": row.sentence,
        "p_meet": row.p_meet,
        "attainment": row.attainment,
        "expected_share": row.expected_share,
        "lag_pp": row.lag_pp,
        "projection": row.projection,
        "freshness": row.freshness or None,
    }

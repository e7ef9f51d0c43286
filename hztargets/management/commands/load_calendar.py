import csv
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hztargets.models import CalendarDay
from hztargets.services.calendar.notice import NoticeDay, fill_calendar

_KINDS = {"work": True, "rest": False}


class Command(BaseCommand):
    help = (
        "Loads days on which the State Council's notice departs from the plain week (CSV: day, kind work|rest, name)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *_args: Any, **options: Any) -> None:
        with options["path"].open(encoding="utf-8-sig", newline="") as file:
            days = [_day(line, row) for line, row in enumerate(csv.DictReader(file), start=2)]
        left = fill_calendar(days)
        self.stdout.write(f"calendar: {CalendarDay.objects.count()} exceptional days")
        if left:
            self.stdout.write(f"  Left as loaded by the office: {', '.join(map(str, left))}")


def _day(line: int, row: dict[str, str]) -> NoticeDay:
    try:
        return NoticeDay(date.fromisoformat(row["day"]), _KINDS[row["kind"]], row["name"])
    except (KeyError, ValueError) as error:
        raise CommandError(f"Line {line}: {error}. Columns are day (2024-02-10), kind (work or rest), name.") from error

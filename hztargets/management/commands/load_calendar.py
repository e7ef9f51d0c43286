from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hztargets.management.inputs import problem_lines, read_text
from hztargets.models import CalendarDay
from hztargets.services.calendar.notice import fill_calendar, read_notice
from hztargets.services.decisions.conditions import TableRefused


class Command(BaseCommand):
    help = (
        "Loads days on which the State Council's notice departs from the plain week (CSV: day, kind work|rest, name)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *_args: Any, **options: Any) -> None:
        path = options["path"]
        try:
            days = read_notice(read_text(path))
        except TableRefused as error:
            problems = problem_lines({path.name: error.problems})
            raise CommandError(f"Nothing was loaded. Mend these and run the command again:\n{problems}") from error
        left = fill_calendar(days)
        self.stdout.write(f"calendar: {CalendarDay.objects.count()} exceptional days")
        if left:
            self.stdout.write(f"  Left as loaded by the office: {', '.join(map(str, left))}")

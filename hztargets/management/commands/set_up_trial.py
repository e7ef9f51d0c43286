import logging
import os
import secrets
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hztargets.domain.catalogue import read_figures
from hztargets.models import Document
from hztargets.queries.catalogue import latest_document
from hztargets.services.accounts import TRIAL_ACCOUNTS, create_trial_accounts
from hztargets.services.assessing import assess_document
from hztargets.services.figures import load_figures

_FIXTURES = Path("fixtures")
_CITY = _FIXTURES / "hangzhou-2024"


class Command(BaseCommand):
    help = "What `make run` does before it serves: tables, static files, the 2024 document, its figures, the log-ins."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.TRIAL:
            raise CommandError("set_up_trial creates open log-ins and is refused outside HZ_MODE=trial.")
        logging.getLogger("hztargets").setLevel(logging.WARNING)
        self._step("数据表 tables")
        call_command("migrate", verbosity=0, interactive=False)
        self._step("页面资源 static files")
        call_command("collectstatic", verbosity=0, interactive=False)
        is_new = latest_document() is None
        document = self._load_document()
        password = _password()
        create_trial_accounts(password=password)
        if is_new:
            self._step("公开数据和研判 published figures, judged day by day as in 2024")
            _live_through_the_year(document)
        if os.environ.get("SIMULATE") == "1":
            self._step("SIMULATE=1 is not available yet and is left out")
        self._print_log_ins(password)

    def _load_document(self) -> Document:
        self._step("工作日历 calendar")
        call_command(
            "load_calendar", settings.BASE_DIR / _FIXTURES / "calendar" / "state-council.csv", stdout=StringIO()
        )
        self._step("文件和目标 document and goals")
        call_command("import_document", settings.BASE_DIR / _CITY, stdout=self.stdout)
        document = latest_document()
        if document is None:
            raise CommandError("No document was loaded.")
        return document

    def _print_log_ins(self, password: str) -> None:
        self.stdout.write(f"\n  试用账号 trial log-ins, all with the password {password}")
        for account in TRIAL_ACCOUNTS:
            self.stdout.write(f"    {account.username:<10} {account.role.value:<16} {account.department}".rstrip())

    def _step(self, text: str) -> None:
        self.stdout.write(f"· {text}")
        self.stdout.flush()


def _password() -> str:
    """Made once and kept with the trial's data, so that it stays the same from run to run."""
    path = settings.DATA_DIR / "trial-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()


def _live_through_the_year(document: Document) -> None:
    """Loads the published figures, then assesses day by day as if done at the time, so that the year has a past."""
    text = (settings.BASE_DIR / _CITY / "figures.csv").read_text(encoding="utf-8")
    now = timezone.now()
    load_figures(document=document, figures=read_figures(text).rows, now=now)
    for day in _days_that_mattered(document, timezone.localdate(now)):
        assess_document(document=document, as_of=day, now=now)


def _days_that_mattered(document: Document, today: date) -> list[date]:
    """Days after a deadline, days on which a figure became known, and today."""
    deadlines = document.periods.values_list("due_on", flat=True)
    days = {due_on + timedelta(days=1) for due_on in deadlines} | set(
        document.reports.approved().values_list("known_on", flat=True)
    )
    return sorted({day for day in days if day is not None and day < today} | {today})

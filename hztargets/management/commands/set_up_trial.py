import logging
import os
import secrets
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from hztargets import clock
from hztargets.domain.catalogue import read_figures
from hztargets.messages import sentence
from hztargets.models import Document, User
from hztargets.queries.catalogue import latest_document
from hztargets.services.accounts.programs import create_trial_accounts
from hztargets.services.assessment.history import replay_days
from hztargets.services.errors import ServiceError
from hztargets.services.loading.figures import load_figures
from hztargets.services.loading.simulated_year import DEFAULT_SEED, simulate_year

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
        accounts = create_trial_accounts(password=password)
        if is_new:
            self._step("公开数据 published figures")
            _load_published(document)
        is_changed = is_new
        if os.environ.get("SIMULATE") == "1":
            self._step("模拟数据 simulated reports for the goals without figures")
            is_changed = self._simulate(document) or is_changed
        if is_changed:
            self._step("研判 judging, day by day as in the document's year")
            for _result in replay_days(document=document, now=clock.now()):
                pass
        self._print_log_ins(accounts, password)

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

    def _simulate(self, document: Document) -> bool:
        try:
            result = simulate_year(document=document, seed=DEFAULT_SEED, until=12, now=clock.now())
        except ServiceError as error:
            self.stderr.write(f"  {error.message}")
            return False
        for code, month, problem in result.refused:
            self.stderr.write(f"  {code} {document.year}-{month:02d}: {sentence(problem)}")
        return result.counts["added"] > 0

    def _print_log_ins(self, accounts: list[User], password: str) -> None:
        self.stdout.write(f"\n  试用账号 trial log-ins, all with the password {password}")
        for account in accounts:
            self.stdout.write(f"    {account.username:<10} {account.role:<16} {account.department or ''}".rstrip())

    def _step(self, text: str) -> None:
        self.stdout.write(f"· {text}")
        self.stdout.flush()


def _password() -> str:
    """Created once and stored with the trial's data, so that it is the same in every run."""
    path = settings.DATA_DIR / "trial-password"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()


def _load_published(document: Document) -> None:
    text = (settings.BASE_DIR / _CITY / "figures.csv").read_text(encoding="utf-8")
    load_figures(document=document, figures=read_figures(text).rows, now=clock.now())

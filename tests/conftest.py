"""What every test shares: no outside sockets, the small city, and a loud word about a missing browser."""

import os
import shutil
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import settings as hypothesis_settings

from tests.factories import City, make_city

hypothesis_settings.register_profile("shared-machine", deadline=None)
hypothesis_settings.load_profile("shared-machine")
"""No test measures time: on a busy machine the first example alone may take a second."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit empty all tables afterwards, which the audit trail's guard refuses; here the owner lifts it."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE hztargets_auditevent DISABLE TRIGGER audit_is_not_truncated")
        cursor.execute("ALTER TABLE hztargets_auditlink DISABLE TRIGGER audit_link_is_not_truncated")


@pytest.fixture
def city(db: None) -> City:
    return make_city()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium; skips loudly without it, fails when HZ_REQUIRE_BROWSER=1."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path:
        return path
    message = "Chromium is not installed: browser tests did NOT run. Install the package `chromium`."
    if os.environ.get("HZ_REQUIRE_BROWSER") == "1":
        pytest.fail(message)
    pytest.skip(message)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if any("Chromium is not installed" in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line("!!! Chromium is missing: the browser tests were NOT run !!!", red=True, bold=True)


@pytest.fixture(autouse=True)
def _no_outside_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may connect to another machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost") and not _is_own(address):
            raise RuntimeError(f"A test tried to reach {address[0]}.")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def _is_own(address: tuple[Any, ...]) -> bool:
    """The database and broker the run was given, wherever they are."""
    own = {settings.DATABASES["default"]["HOST"], urlsplit(settings.CELERY_BROKER_URL).hostname}
    return address[0] in own

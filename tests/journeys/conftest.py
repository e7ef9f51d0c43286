"""A real browser on the live server, with the real worker and mail server of the task tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from hztargets.models import User
from tests.factories import AUGUST
from tests.integration.tasks.conftest import _smtp_server, broker, mailbox, start_worker, worker

__all__ = ["_smtp_server", "broker", "mailbox", "start_worker", "worker"]

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture
def _on_9_august_2024() -> Iterator[None]:
    """Two days after July's deadline; the clock goes on."""
    with time_machine.travel(AUGUST, tick=True):
        yield


@pytest.fixture
def browser(chromium: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """Playwright keeps an event loop on this thread; the test still asks the database from it.

    Under a loop Django opens a connection of its own for the thread, which nobody else would close.
    """
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        yield opened
        opened.close()
        connections.close_all()


@pytest.fixture
def log_in(browser: Browser, live_server: LiveServer, settings: Any) -> Callable[[User], Page]:
    """A window of its own in which the user has logged in by the form."""
    settings.BASE_URL = live_server.url

    def as_user(user: User) -> Page:
        # Without motion: axe must measure the colours a button ends with, not those of its transition.
        page = browser.new_context(base_url=live_server.url, reduced_motion="reduce").new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.on("console", _no_policy_breach)
        page.goto("/")
        page.fill("input[name=username]", user.username)
        page.fill("input[name=password]", "correct horse")
        page.click("main button")
        return page

    return as_user


def _no_policy_breach(message: Any) -> None:
    assert "Content Security Policy" not in message.text, message.text

"""A real SMTP server that a test can make misbehave, and real Celery workers in processes of their own."""

import asyncio
import email
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import connection

PATIENCE = 30.0
"""Seconds; a worker needs some to start on a busy machine."""
_LAST_DATABASE = 15
"""Of a Redis server as it comes."""


def wait_until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.05)


@dataclass
class Mailbox:
    """What the server took. `answer` is its reply to the whole message; while `release` is cleared it stalls."""

    port: int = 0
    answer: str = "250 OK"
    recipient_answers: dict[str, str] = field(default_factory=dict)
    release: threading.Event = field(default_factory=threading.Event)
    received: list[EmailMessage] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)

    def reset(self) -> None:
        self.answer, self.recipient_answers = "250 OK", {}
        self.release.set()
        self.received.clear()
        self.taken.clear()

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.received]

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.recipient_answers.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content
        assert content is not None
        message = email.message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        while not self.release.is_set():
            await asyncio.sleep(0.02)
        if self.answer.startswith("2"):
            self.taken.append(message)
        return self.answer


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[Mailbox]:
    box = Mailbox()
    box.release.set()
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    controller = Controller(box, hostname="127.0.0.1", port=_free_port())
    controller.start()
    box.port = controller.port
    yield box
    box.release.set()
    controller.stop()


@pytest.fixture
def mailbox(_smtp_server: Mailbox, settings: Any) -> Iterator[Mailbox]:
    _smtp_server.reset()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _smtp_server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield _smtp_server
    _smtp_server.release.set()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def dead_port() -> int:
    return _free_port()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Accepts connections and never answers, as a stalled broker does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        yield listener.getsockname()[1]


def broker_url() -> str:
    """The run's broker; its database 0 may be a trial's, so the tests then take the last one. Each process of a run
    has one of its own, never 0."""
    given = urlsplit(settings.CELERY_BROKER_URL)
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    number = (int(given.path.strip("/") or 0) or _LAST_DATABASE) - process
    return given._replace(path=f"/{number if number > 0 else number + _LAST_DATABASE}").geturl()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty broker database that this process publishes to."""
    monkeypatch.setenv("CELERY_BROKER_URL", broker_url())
    _empty(broker_url())
    yield broker_url()
    _empty(broker_url())


def _empty(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for pattern in ("celery*", "unacked*", "_kombu*"):
            for key in client.scan_iter(pattern):
                client.delete(key)


@dataclass
class Worker:
    """A Celery worker with one child process; `log` holds its JSON lines."""

    process: subprocess.Popen[bytes]
    path: Path

    def log(self) -> list[dict[str, Any]]:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def events(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.log() if str(line.get("event", "")).startswith(event)]

    def kill(self) -> None:
        """kill -9, parent and child at once: nothing gets a chance to tidy up."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


def _start(path: Path, smtp_port: int) -> Worker:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-c", "1", "--loglevel", "INFO"]
    command += ["--without-gossip", "--without-mingle", "--hostname", f"{path.stem}@%h"]
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = os.environ | {
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "HZ_LOG_JSON": "1",
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }
    with path.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=settings.ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    worker = Worker(process, path)
    try:
        wait_until(lambda: _is_ready(worker), "the worker's start")
    except AssertionError:
        worker.kill()
        raise AssertionError(f"the worker did not start:\n{path.read_text()}") from None
    return worker


def _is_ready(worker: Worker) -> bool:
    assert worker.process.poll() is None, f"the worker ended:\n{worker.path.read_text()}"
    return any("ready." in str(line.get("event", "")) for line in worker.log())


@pytest.fixture
def start_worker(broker: str, mailbox: Mailbox, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    workers: list[Worker] = []

    def start() -> Worker:
        worker = _start(tmp_path / f"worker{len(workers)}.log", mailbox.port)
        workers.append(worker)
        return worker

    yield start
    mailbox.release.set()
    for worker in workers:
        worker.kill()


@pytest.fixture
def worker(start_worker: Callable[[], Worker]) -> Worker:
    return start_worker()

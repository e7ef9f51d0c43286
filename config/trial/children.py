"""One supervised process: start, test of readiness, stop."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
BACK_OFF = (1, 2, 5, 10, 30)
STEADY_AFTER = 60.0
LOG_KEPT = 20_000_000


@dataclass(frozen=True)
class Service:
    """A program to run. `stop_signal` asks it to finish and exit; `stop_limit` is in seconds."""

    name: str
    command: list[str]
    log: Path
    is_ready: Callable[[], bool]
    environment: Mapping[str, str]
    folder: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_limit: float = 5.0
    ready_limit: float = 60.0
    user: int | None = None
    group: int | None = None


@dataclass
class Child:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        self._rotate_log()
        with self.service.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.service.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.service.environment),
                cwd=self.service.folder,
                start_new_session=True,
                umask=0o077,
                user=self.service.user,
                group=self.service.group,
                extra_groups=None if self.service.user is None else [],
                preexec_fn=die_with_parent(self.service.stop_signal),
            )
        self.started_at = time.monotonic()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_text(self) -> str:
        code = self.process.poll() if self.process else None
        if code is None:
            return "not running"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def note_death(self) -> float:
        """Seconds until the next start; short again after the process has run for `STEADY_AFTER` seconds."""
        if time.monotonic() - self.started_at > STEADY_AFTER:
            self.failures = 0
        delay = BACK_OFF[min(self.failures, len(BACK_OFF) - 1)]
        self.failures += 1
        self.not_before = time.monotonic() + delay
        return delay

    def ask_to_stop(self) -> None:
        """Signals only the process itself, which lets its children finish their work."""
        if self.process is not None and self.is_alive:
            self.process.send_signal(self.service.stop_signal)

    def finish(self) -> None:
        """Waits for a stopped process, signals it again, kills it, and then kills the rest of its process group."""
        if self.process is None:
            return
        self._wait(self.service.stop_limit)
        for number in (signal.SIGQUIT, signal.SIGKILL):
            if self.is_alive:
                self.process.send_signal(number)
                self._wait(2.0)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _wait(self, seconds: float) -> None:
        assert self.process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def _rotate_log(self) -> None:
        """The first start begins a new log; a restart appends to it unless it is too large."""
        log = self.service.log
        if log.exists() and (self.process is None or log.stat().st_size > LOG_KEPT):
            log.replace(log.with_suffix(".log.1"))


def die_with_parent(number: int) -> Callable[[], None]:
    """For the child to call between fork and exec, after the change of user, which would clear the setting.

    Only Linux has it; elsewhere the watchdog alone clears up.
    """
    end_with_parent = parent_death_setter(number)
    parent = os.getpid()

    def set_signal() -> None:
        end_with_parent()
        if os.getppid() != parent:
            os._exit(1)

    return set_signal


def parent_death_setter(number: int) -> Callable[[], object]:
    """Loaded before the fork, so that the child does not load libraries."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

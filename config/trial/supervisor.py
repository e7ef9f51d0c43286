"""Starts services in order, restarts those that end, stops in reverse order; a watchdog cleans up if it is killed."""

import subprocess
import sys
import time
from pathlib import Path

from .children import Child, Service
from .terminal import StopSignal, TrialError, say, tail


class Supervisor:
    """Must run in one thread: the kernel's parent-death signal depends on the thread that started the child."""

    def __init__(self, stop: StopSignal) -> None:
        self._stop = stop
        self._children: list[Child] = []
        self._watchdog = Watchdog()

    def start(self, service: Service) -> None:
        """Returns when the service answers. A service that fails at its first start ends the command."""
        child = Child(service)
        self._children.append(child)
        self._launch(child)
        limit = service.ready_limit
        end = time.monotonic() + limit
        while not service.is_ready():
            if not child.is_alive:
                raise TrialError(f"{service.name} ended at its start ({child.exit_text}).\n{self._where(child)}")
            if time.monotonic() > end:
                raise TrialError(f"{service.name} did not answer within {limit:.0f} s.\n{self._where(child)}")
            self._stop.pause(0.1)

    def check(self) -> None:
        """Restarts services that ended, with growing delays. Call it about once a second."""
        for child in self._children:
            if child.is_alive:
                continue
            if child.process is not None and child.not_before <= child.started_at:
                self._report_death(child)
            elif time.monotonic() >= child.not_before:
                self._launch(child)
                say(f"{child.service.name} was started again (process {child.process.pid if child.process else '?'}).")

    def stop(self) -> None:
        self._stop_children()
        self._watchdog.close()

    def restart(self, services: list[Service]) -> None:
        """The same services with another environment."""
        self._stop_children()
        for service in services:
            self.start(service)

    def _stop_children(self) -> None:
        """Signals all services, the last started first, and then waits for them in the same order."""
        for child in reversed(self._children):
            child.ask_to_stop()
        while self._children:
            child = self._children.pop()
            child.finish()
            if child.process is not None:
                self._watchdog.forget(child.process.pid)

    def _launch(self, child: Child) -> None:
        if child.process is not None:
            self._watchdog.forget(child.process.pid)
        child.start()
        assert child.process is not None
        self._watchdog.watch(child.process.pid, child.service.stop_signal)

    def _report_death(self, child: Child) -> None:
        what = child.exit_text
        # Children of the process may still use the port.
        child.finish()
        delay = child.note_death()
        say(f"{child.service.name} ended ({what}); it starts again in {delay:.0f} s.\n{self._where(child)}")

    @staticmethod
    def _where(child: Child) -> str:
        return f"{tail(child.service.log)}\n    (more in {child.service.log})"


class Watchdog:
    """The supervisor's end of the pipe to `watchdog.py`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", str(Path(__file__).with_name("watchdog.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._watched: dict[int, int] = {}

    def watch(self, group: int, number: int) -> None:
        self._watched[group] = number
        self._send(f"watch {group} {int(number)}")

    def forget(self, group: int) -> None:
        if self._watched.pop(group, None) is not None:
            self._send(f"forget {group}")

    def close(self) -> None:
        """All watched processes have ended, so the watchdog does nothing at the end of its input."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._replace()

    def _replace(self) -> None:
        """Starts a new watchdog, with all watched processes, after the old one was killed."""
        watched = self._watched
        self.__init__()  # type: ignore[misc]
        for group, number in watched.items():
            self.watch(group, number)

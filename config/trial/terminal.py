"""Output on the terminal, and stop requests."""

import signal
import sys
import time
from pathlib import Path
from types import FrameType


class TrialError(Exception):
    """Ends the command. The text states for the user what happened and what to do."""


class StopRequested(Exception):
    """Ctrl-C, SIGTERM or a closed terminal arrived while something was starting."""


def say(text: str) -> None:
    print(text, flush=True)


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a log, indented; empty when there is none."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])


class LogFollower:
    """Shows lines that are added to a log from now on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._shown = path.stat().st_size

    def show_new(self) -> None:
        with self._path.open("rb") as log:
            log.seek(self._shown)
            text = log.read()
        self._shown += len(text)
        if text:
            say(text.decode(errors="replace").rstrip("\n"))


class StopSignal:
    """Records a stop request. Signal handlers only set a flag, so that no step is interrupted."""

    def __init__(self) -> None:
        self.requested = False
        self.number = 0
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._request)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._request)

    def _request(self, number: int, _frame: FrameType | None) -> None:
        self.requested, self.number = True, number

    def pause(self, seconds: float) -> None:
        """Sleeps; raises StopRequested as soon as a stop is requested."""
        end = time.monotonic() + seconds
        while not self.requested and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
        if self.requested:
            raise StopRequested


def fail(error: TrialError) -> int:
    print(f"\n{error}", file=sys.stderr, flush=True)
    return 1

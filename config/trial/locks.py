"""Advisory file locks. The kernel releases a lock when its process ends in any way."""

import fcntl
import os
import time
from pathlib import Path


class Lock:
    """One open lock file. Child processes do not inherit it."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def try_alone(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        os.close(self._descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock exclusively."""
    lock = Lock(path)
    try:
        return not lock.try_shared()
    finally:
        lock.release()


def take_alone(path: Path, *, patience: float) -> Lock | None:
    """Tries for `patience` seconds, because `is_held` in another process may take the lock for a moment."""
    lock = Lock(path)
    end = time.monotonic() + patience
    while not lock.try_alone():
        if time.monotonic() > end:
            lock.release()
            return None
        time.sleep(0.05)
    return lock

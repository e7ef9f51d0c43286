"""Stops the processes of a supervisor that was killed. A separate script, started by `supervisor`.

Reads lines from standard input: `watch GROUP SIGNAL`, `forget GROUP`. Only the supervisor holds the other end, so the
end of input means that the supervisor has ended.
"""

import contextlib
import os
import signal
import sys
import time

STEPS = ((signal.SIGQUIT, 1.0), (signal.SIGKILL, 0.5))


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    watched: dict[int, int] = {}
    for line in sys.stdin:
        word, group, *rest = line.split()
        if word == "watch":
            watched[int(group)] = int(rest[0])
        else:
            watched.pop(int(group), None)
    end_groups(watched)


def end_groups(watched: dict[int, int]) -> None:
    """Sends each group leader its signal, then kills the whole group. Ends within 3.5 seconds."""
    for leader, own in watched.items():
        with contextlib.suppress(ProcessLookupError):
            os.kill(leader, own)
    groups = wait_for(set(watched), 2.0)
    for number, patience in STEPS:
        for group in groups:
            send(group, number)
        groups = wait_for(groups, patience)


def wait_for(groups: set[int], seconds: float) -> set[int]:
    """The groups that still exist after `seconds`."""
    end = time.monotonic() + seconds
    while (groups := {group for group in groups if send(group, 0)}) and time.monotonic() < end:
        time.sleep(0.05)
    return groups


def send(group: int, number: int) -> bool:
    """Whether the group still exists."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()

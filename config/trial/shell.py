"""`make shell-env` and `make down`."""

import json
import os
import shlex
import signal
import time

from .choices import update_choices
from .environment import read_outside, trial_variables, write_environment
from .lease import STOP_LIMIT, ensure_servers, wait_until_stopped
from .locks import Lock, is_held
from .places import ROOT, Places
from .terminal import StopSignal, say

# Not exported: pytest in such a shell must use the settings module of the tests.
NOT_EXPORTED = {"DJANGO_SETTINGS_MODULE"}


def print_shell_environment(places: Places) -> int:
    """Only `export` lines go to standard output; messages go to standard error."""
    answer = os.dup(1)
    os.dup2(2, 1)
    outside = read_outside(update_choices(places))
    stop = StopSignal()
    users = Lock(places.users_lock)
    while not users.try_shared():
        stop.pause(0.2)
    ensure_servers(places, outside.embedded, stop)
    places.keep_servers.touch()
    variables = trial_variables(places, update_choices(places), outside)
    write_environment(places, variables)
    os.write(answer, _export_lines(variables).encode())
    return 0


def _export_lines(variables: dict[str, str]) -> str:
    programs = ROOT / ".venv" / "bin"
    lines = [
        f'export PATH={shlex.quote(str(programs))}:"$PATH"',
        f"export VIRTUAL_ENV={shlex.quote(str(programs.parent))}",
    ]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in variables.items() if name not in NOT_EXPORTED]
    return "\n".join(lines) + "\n"


def stop_everything(places: Places) -> int:
    """Stops a running `make run` and the servers kept for shells. Servers used by a test run until it ends."""
    was_running = is_held(places.servers_lock) or is_held(places.run_lock)
    if is_held(places.run_lock):
        _stop_run(places)
    places.keep_servers.unlink(missing_ok=True)
    if not was_running:
        say("Nothing is running.")
    elif wait_until_stopped(places):
        say("Everything is stopped.")
    else:
        say("The servers are still in use by another command, a test perhaps; they stop when it ends.")
        return 1
    return 0


def _stop_run(places: Places) -> None:
    process = json.loads(places.run_note.read_text())["pid"]
    say(f"Stopping `make run` (process {process}) …")
    os.kill(process, signal.SIGTERM)
    end = time.monotonic() + STOP_LIMIT
    while is_held(places.run_lock) and time.monotonic() < end:
        time.sleep(0.1)

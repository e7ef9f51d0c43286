"""`make test` and `make bench`: run a command with the servers, which a running `make run` shares."""

import os
import shlex
import signal
import subprocess
import sys
import time

from .children import die_with_parent
from .choices import update_choices
from .environment import read_outside, service_environment, testing_variables, trial_variables
from .lease import servers_in_use
from .places import ROOT, Places
from .terminal import StopSignal

PATIENCE = 15.0
_ALL_ON_TWO_CORES = ["--numprocesses=2", "--dist=loadfile"]


def run_tests(places: Places) -> int:
    """All tests run in two processes, distributed by file; a selection runs in one, where a debugger works."""
    return _run_with_servers(places, ["pytest", *(_arguments() or _ALL_ON_TWO_CORES)], {})


def run_benchmarks(places: Places) -> int:
    results = os.path.abspath(os.environ.get("BENCH_OUT") or places.data)
    return _run_with_servers(places, ["tests.benchmarks", *_arguments()], {"BENCH_OUT": results})


def _arguments() -> list[str]:
    return shlex.split(os.environ.get("ARGS", ""))


def _run_with_servers(places: Places, module: list[str], more: dict[str, str]) -> int:
    outside = read_outside(update_choices(places))
    stop = StopSignal()
    with servers_in_use(places, outside.embedded, stop):
        variables = trial_variables(places, update_choices(places), outside)
        environment = service_environment({**testing_variables(variables), **more})
        return _run_in_front([sys.executable, "-m", *module], environment, stop)


def _run_in_front(command: list[str], environment: dict[str, str], stop: StopSignal) -> int:
    """The command uses the terminal and receives Ctrl-C directly; SIGTERM is passed on as Ctrl-C."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=die_with_parent(signal.SIGINT))
    while process.poll() is None and not stop.requested:
        time.sleep(0.1)
    if process.poll() is None and stop.number != signal.SIGINT:
        process.send_signal(signal.SIGINT)
    for insist in (process.terminate, process.kill):
        try:
            return process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            insist()
    return process.wait()

"""A worker process of the scale benchmark: prints when it is ready, works on each order, prints the time it took.

`jobs` does what production's workers do: claim job rows until none is ready. `year` and `night` are the SQL floor.
"""

import json
import logging
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

import django


def main() -> None:
    mode, database = sys.argv[1:3]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    logging.disable(logging.WARNING)
    from django.db import connection

    import hztargets.services.job_kinds  # noqa: F401  production's workers have long loaded it

    connection.settings_dict["NAME"] = database
    connection.ensure_connection()
    steps = _jobs if mode == "jobs" else _floor
    print("ready", flush=True)
    order = json.loads(sys.stdin.readline())
    done = []
    for step in steps(mode, order):
        started, cpu = time.perf_counter(), time.process_time()
        if not step():
            break
        done.append((time.time(), time.perf_counter() - started, time.process_time() - cpu))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"steps": done, "peak_mb": peak}), flush=True)


def _jobs(_mode: str, order: dict[str, Any]) -> Iterator[Callable[[], bool]]:
    from hztargets.services.job_kinds import run_next_job

    now = datetime.fromisoformat(order["now"])
    return (lambda: run_next_job(clock=lambda: now) for _ in count())


def _floor(mode: str, order: dict[str, Any]) -> Iterator[Callable[[], bool]]:
    from tests.benchmarks import floors

    store = floors.store_year if mode == "year" else floors.store_night
    return (lambda pk=pk: store(pk, order["day"]) for pk in order["documents"])


if __name__ == "__main__":
    main()

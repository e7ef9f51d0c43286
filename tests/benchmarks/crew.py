"""Several worker processes at once, timed from the word go."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection

WORKERS = 2


@dataclass(frozen=True, kw_only=True)
class Work:
    """`seconds` from go to the last worker's end; of each step, in the order they ended, how long its worker took and
    the processor time of that worker without the database; `peak_mb` of the larger worker."""

    seconds: float
    taken: Sequence[float]
    cpu: Sequence[float]
    peak_mb: float


def work(mode: str, orders: Sequence[dict[str, Any]]) -> Work:
    """One process an order."""
    command = [sys.executable, "-m", "tests.benchmarks.worker", mode, connection.settings_dict["NAME"]]
    crew = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR)
        for _ in orders
    ]
    for process in crew:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    started = time.perf_counter()
    for process, order in zip(crew, orders, strict=True):
        assert process.stdin is not None
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
    results = [json.loads(process.stdout.readline()) for process in crew if process.stdout is not None]
    seconds = time.perf_counter() - started
    for process in crew:
        process.communicate()
        assert process.returncode == 0
    steps = sorted(step for result in results for step in result["steps"])
    return Work(
        seconds=seconds,
        taken=[taken for _ended, taken, _cpu in steps],
        cpu=[cpu for _ended, _taken, cpu in steps],
        peak_mb=max(result["peak_mb"] for result in results),
    )

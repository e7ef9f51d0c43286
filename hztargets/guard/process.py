"""Starts the child process and reads its answer."""

import json
import subprocess
import sys
from pathlib import Path
from signal import SIGXCPU
from typing import Any

from hztargets.domain.problems import Problem, ProblemError
from hztargets.guard.limits import TIME_LIMIT, refused

_CHILD = "hztargets.guard.child"
_ROOT = Path(__file__).resolve().parents[2]
_CLEAN = {"PYTHONUTF8": "1", "OPENPYXL_LXML": "False", "OPENPYXL_DEFUSEDXML": "True"}
"""The child's whole environment: neither the database's address nor the secret key."""


def run_child(data: bytes, extension: str, mark: str, *, child: str = _CHILD, seconds: float = TIME_LIMIT) -> Any:
    """The child's answer. Raises `ProblemError` when it refuses the file, takes too long or dies."""
    command = [sys.executable, "-s", "-m", child, extension, mark]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the extension is one of two constants
            command, input=data, capture_output=True, timeout=seconds, cwd=_ROOT, env=_CLEAN, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise refused("too_slow", seconds=int(seconds)) from error
    if done.returncode:
        raise refused("too_slow" if done.returncode == -SIGXCPU else "child_died", seconds=int(seconds))
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise ProblemError(Problem(**answer["problem"]))
    return answer

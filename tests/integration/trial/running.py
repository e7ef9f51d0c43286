"""Drives `python -m config.trial` from outside, as a person at a terminal would, in a data folder of its own."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
START_LIMIT = 300.0
"""Seconds before a start counts as failed: generous, since a busy machine starts slowly."""
PATIENCE = 60.0
"""Seconds for anything else; nothing waits longer than it must."""
OWN_VARIABLES = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SECRET_KEY", "MAKELEVEL", "PORT", "SIMULATE")


@dataclass
class Trial:
    """One data folder and one port. `output` is what the latest `run` has printed."""

    data: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return self._output_file.read_text(encoding="utf-8")

    @property
    def _output_file(self) -> Path:
        return self.data.parent / "output.txt"

    def environment(self) -> dict[str, str]:
        """Nothing of the surrounding `make test`, whose servers are not ours."""
        foreign = {name for name in os.environ if name.startswith(("HZ_", "DJANGO_")) or name in OWN_VARIABLES}
        kept = {name: value for name, value in os.environ.items() if name not in foreign}
        return {**kept, "HZ_DATA_DIR": str(self.data), "PORT": str(self.port)}

    def call(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=START_LIMIT,
        )

    def command(self, name: str) -> "subprocess.CompletedProcess[str]":
        return self.call("-m", "config.trial", name)

    def start(self) -> None:
        """Returns once the last line of the welcome is out."""
        if self.process is not None and self.process.poll() is None:
            return
        with self._output_file.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.trial", "run"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = self.process
        started = wait_for(lambda: "Ctrl-C stops everything" in self.output or process.poll() is not None, START_LIMIT)
        assert started and process.poll() is None, self.output

    def send(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.send(signal.SIGTERM)
        self.command("down")

    def answer(self, path: str) -> int:
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(self.address + path, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def owner(self) -> int:
        note: dict[str, Any] = json.loads((self.data / "servers.json").read_text())
        return int(note["pid"])

    def variables(self) -> dict[str, str]:
        lines = [line for line in (self.data / "trial.env").read_text().splitlines() if not line.startswith("#")]
        return {name: shlex.split(value)[0] for name, _, value in (line.partition("=") for line in lines)}

    def processes(self) -> list[str]:
        """Every living process that belongs to this data folder: by its environment, folder or command line."""
        found = {int(one.name): _describe(one) for one in Path("/proc").iterdir() if one.name.isdecimal()}
        return [f"{pid} {text}" for pid, text in found.items() if text and str(self.data) in text]

    def child(self, parent: int, word: str) -> int:
        """The one child of `parent` whose command line has the word."""
        [found] = [pid for pid in _children(parent) if word in _command_line(Path("/proc", str(pid)))]
        return found


def _describe(process: Path) -> str:
    """Empty for processes of others and for zombies, which have ended."""
    try:
        if ") Z " in (process / "stat").read_text():
            return ""
        around = (process / "environ").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        mine = [part for part in around.split(" ") if part.startswith("HZ_DATA_DIR=")]
        return " ".join([_command_line(process), str((process / "cwd").readlink()), *mine])
    except OSError:
        return ""


def _command_line(process: Path) -> str:
    return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def _children(parent: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def wait_for(condition: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""Makes `.venv` with the pinned packages, then hands over to `python -m config.trial`. Standard library only.

    python3 config/trial/bootstrap.py trial|dev COMMAND [ARGUMENT …]

Runs under the system's Python, which may be too old: keep the syntax readable for Python 3.6.
Says everything on standard error, because `make shell-env` owns standard output.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from typing import IO

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
# What `dev` installs contains all that `trial` installs, at the same versions.
COVERED_BY = {"trial": ("trial", "dev"), "dev": ("dev",)}


class BootstrapError(Exception):
    """Ends the start. The text states what happened and what to do."""


def main(arguments: "list[str]") -> None:
    find_python()
    kind, command = arguments[0], arguments[1:]
    if command == ["down"] and not os.path.exists(PYTHON):
        say("Nothing is running.")
        return
    if not is_installed(kind):
        with OneAtATime():
            if not is_installed(kind):
                ensure_environment()
                install(kind)
    if not command:
        return
    data = os.path.abspath(os.environ.get("HZ_DATA_DIR") or os.path.join(ROOT, ".data"))
    os.chdir(ROOT)
    os.environ["HZ_DATA_DIR"] = data
    os.execv(PYTHON, [PYTHON, "-m", "config.trial", *command])


def find_python() -> None:
    """Restarts with a newer Python of this machine when `python3` is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(14, OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(other, [other, os.path.abspath(__file__), *sys.argv[1:]])
    raise BootstrapError(
        f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.\n"
        "Install one, for example `apt install python3.11 python3.11-venv`, and name it: make run PYTHON=python3.11"
    )


class OneAtATime:
    """A lock: a second command waits. It is taken on the project folder, so that no lock file remains."""

    def __enter__(self) -> None:
        self.folder = os.open(ROOT, os.O_RDONLY)
        try:
            fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is installing packages; waiting for it …")
            fcntl.flock(self.folder, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self.folder)


def is_installed(kind: str) -> bool:
    for one in COVERED_BY[kind]:
        try:
            with open(stamp_path(one)) as stamp:
                if stamp.read() == stamp_text(one):
                    return True
        except OSError:
            pass
    return False


def stamp_path(kind: str) -> str:
    return os.path.join(VENV, ".installed-" + kind)


def stamp_text(kind: str) -> str:
    """Differs for other pinned versions and for another folder, so that a copied or moved environment is made again."""
    with open(requirements(kind), "rb") as pinned:
        return f"{hashlib.sha256(pinned.read()).hexdigest()} {VENV}"


def requirements(kind: str) -> str:
    return os.path.join(ROOT, "config", "requirements", kind + ".txt")


def ensure_environment() -> None:
    """Keeps a complete environment; creates a broken, incomplete or moved one again."""
    if is_sound():
        return
    say("Making the virtual environment in .venv …（建立虚拟环境）")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", VENV], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if made.returncode != 0:
        major, minor = sys.version_info[:2]
        raise BootstrapError(
            f"The virtual environment could not be made:\n{made.stdout.strip()}\n"
            "Python's venv and ensurepip modules are needed. On Debian or Ubuntu: "
            f"apt install python{major}.{minor}-venv"
        )


def is_sound() -> bool:
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.argv[1])"
    try:
        return is_at_home() and subprocess.call([PYTHON, "-c", probe, VENV], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def is_at_home() -> bool:
    """False for an environment copied from another folder, whose programs contain the old path."""
    try:
        with open(os.path.join(VENV, "bin", "activate")) as script:
            return VENV in script.read()
    except OSError:
        return False


def install(kind: str) -> None:
    started = time.monotonic()
    total = count_packages(requirements(kind))
    say(f"Installing {total} pinned packages …（安装依赖，首次约需几分钟）")
    log_path = os.path.join(VENV, "install.log")
    command = [PYTHON, "-m", "pip", "install", "--require-hashes", "--no-input", "--disable-pip-version-check"]
    with open(log_path, "w", encoding="utf-8") as log:
        pip = subprocess.Popen(
            [*command, "-r", requirements(kind)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        show_progress(pip, total, log)
    if pip.wait() != 0:
        with open(log_path, encoding="utf-8") as log:
            last = "".join("    " + line for line in log.readlines()[-12:]).rstrip()
        raise BootstrapError(
            f"The packages could not be installed:\n{last}\n"
            "Check the connection to the package index (or the mirror set with `pip config`), then try again;\n"
            f"what is installed already is kept. The whole story is in {log_path}."
        )
    with open(stamp_path(kind), "w", encoding="utf-8") as stamp:
        stamp.write(stamp_text(kind))
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def count_packages(path: str) -> int:
    with open(path, encoding="utf-8") as pinned:
        return sum("==" in line and not line.startswith((" ", "#")) for line in pinned)


def show_progress(pip: "subprocess.Popen[str]", total: int, log: "IO[str]") -> None:
    """On a terminal one line that is updated, else one line for every 20 packages."""
    installed = 0
    changing = sys.stderr.isatty()
    assert pip.stdout is not None
    for line in pip.stdout:
        log.write(line)
        if line.startswith(("Collecting ", "Requirement already")):
            installed += 1
            name = line.split("==")[0].split()[-1]
            if changing:
                sys.stderr.write(f"\r\033[K  {installed} of {total}: {name}")
            elif installed % 20 == 0:
                say(f"  {installed} of {total}")
        elif line.startswith("Installing collected"):
            sys.stderr.write("\r\033[K" if changing else "")
            say("  All fetched; unpacking …")
        sys.stderr.flush()


def say(text: str) -> None:
    print(text, file=sys.stderr)
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except BootstrapError as error:
        sys.exit("\n" + str(error))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; the next start goes on from here.")

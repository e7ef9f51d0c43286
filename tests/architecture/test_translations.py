"""Every visible text has its Chinese, the placeholders agree, and the compiled catalogue is the current one."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import templatize

APP: Path = settings.ROOT / "hztargets"
CATALOGUE = APP / "locale" / "zh_Hans" / "LC_MESSAGES"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdf]|%[sdf]|\{(\w*)\}")

Message = tuple[str | None, str, str | None]
"""Context, message, plural."""


def _extracted(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    keywords: dict[str, object] = dict(KEYWORDS)
    for _line, found, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=keywords):  # type: ignore[arg-type]
        names = (found,) if isinstance(found, str) else tuple(found)
        if names[0]:
            yield context, names[0], names[1] if len(names) > 1 else None


def _visible() -> dict[Message, str]:
    paths = [path for path in APP.rglob("*.py") if "migrations" not in path.parts]
    paths += [path for path in (APP / "templates").rglob("*") if path.suffix in (".html", ".txt")]
    return {message: path.relative_to(APP).as_posix() for path in sorted(paths) for message in _extracted(path)}


@pytest.fixture(scope="module")
def visible() -> dict[Message, str]:
    found = _visible()
    assert len(found) > 80, "the extraction finds too little to be right"
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    path = CATALOGUE / "django.po"
    assert path.exists(), f"{path.relative_to(settings.ROOT)} is missing"
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def _texts(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (str(value),)


def _placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", ""))}


def test_templates_and_python_are_both_read(visible: dict[Message, str]) -> None:
    assert {place.split("/")[0] for place in visible.values()} >= {"models", "services", "templates"}
    assert (None, "Your role may not do this.", None) in visible


def test_every_visible_text_has_its_chinese(visible: dict[Message, str], catalogue: Catalog) -> None:
    missing = []
    for (context, text, _plural), place in visible.items():
        message = catalogue.get(text, context)
        if message is None or message.fuzzy or not all(part.strip() for part in _texts(message.string)):
            missing.append(f"{place}: {text}")
    assert missing == []


def test_no_text_hides_in_the_braces_of_another() -> None:
    """Neither xgettext nor babel before Python 3.12 looks for a text between the braces of an f-string."""
    hidden = [
        f"{path.relative_to(APP)}:{call.lineno}"
        for path in sorted(APP.rglob("*.py"))
        for braces in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(braces, ast.FormattedValue)
        for call in ast.walk(braces)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    ]
    assert hidden == []


def test_placeholders_agree(catalogue: Catalog) -> None:
    wrong = []
    for message in catalogue:
        if not message.id or not message.string:
            continue
        expected = set().union(*map(_placeholders, _texts(message.id)))
        wrong += [f"{message.id!r} -> {text!r}" for text in _texts(message.string) if _placeholders(text) != expected]
    assert wrong == []


def test_no_text_is_kept_that_nobody_uses(visible: dict[Message, str], catalogue: Catalog) -> None:
    used = {(context, text) for context, text, _plural in visible}
    kept = {(message.context, _texts(message.id)[0]) for message in catalogue if message.id}
    assert kept - used == set()


def test_the_compiled_catalogue_is_the_current_one(catalogue: Catalog) -> None:
    with (CATALOGUE / "django.mo").open("rb") as file:
        compiled = read_mo(file)

    def words(source: Catalog) -> dict[tuple[str | None, str], tuple[str, ...]]:
        return {
            (message.context, _texts(message.id)[0]): _texts(message.string)
            for message in source
            if message.id and not message.fuzzy and all(_texts(message.string))
        }

    assert words(compiled) == words(catalogue)


@pytest.mark.parametrize(
    "word", ["目标", "红灯", "黄灯", "填报人", "部门负责人", "督查室", "预警", "报送期", "进展报告"]
)
def test_the_products_words_are_used(word: str, catalogue: Catalog) -> None:
    assert any(word in text for message in catalogue if message.id for text in _texts(message.string))

"""Reads answers the way a person does: rows of a table, the text of the page, where links lead."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Protocol

_VOID = {"meta", "link", "input", "br", "img", "hr"}
_HIDDEN = {"script", "style", "title"}


class Answer(Protocol):
    @property
    def content(self) -> bytes: ...


class _Reader(HTMLParser):
    """Collects body text, table cells and links. A cell's parts are joined by single spaces."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.links: dict[str, str] = {}
        self.heads: dict[str, str] = {}
        self._cell: list[str] | None = None
        self._link: tuple[str, list[str]] | None = None
        self._sort: str | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in _HIDDEN:
            self._hidden += 1
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = []
            self._sort = named.get("aria-sort")
        if tag == "a":
            self._link = (named.get("href") or "", [])

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden -= 1
        if tag in ("td", "th") and self._cell is not None:
            text = " ".join(self._cell)
            self.rows[-1].append(text)
            if self._sort:
                self.heads[text] = self._sort
            self._cell = None
        if tag == "a" and self._link is not None:
            address, words = self._link
            self.links.setdefault(" ".join(words), address)
            self._link = None

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text or self._hidden:
            return
        self.texts.append(text)
        if self._cell is not None:
            self._cell.append(text)
        if self._link is not None:
            self._link[1].append(text)


def _read(response: Answer) -> _Reader:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader


def rows_of(response: Answer) -> list[list[str]]:
    """Every table row of the page below the column heads, as cell texts."""
    return [row for row in _read(response).rows if row][1:]


def text_of(response: Answer) -> str:
    return " ".join(_read(response).texts)


def links_of(response: Answer) -> dict[str, str]:
    """Link text to address; of several with the same text the first."""
    return _read(response).links


def sorted_heads(response: Answer) -> dict[str, str]:
    """Column heads that say how the table is sorted."""
    return _read(response).heads


def field_value(response: Answer, name: str) -> str:
    """The value of the form field of that name."""
    page = response.content.decode()
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    if area:
        return area.group(1).strip()
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert tag, f"no field {name}"
    value = re.search(r'value="([^"]*)"', tag.group(0))
    return value.group(1) if value else ""


def errors_of(response: Answer) -> dict[str, str]:
    """Field name to the sentence beside it."""
    found = re.findall(r'<p class="error" id="id_([\w-]+)_error">(.*?)</p>', response.content.decode(), re.DOTALL)
    return {name: " ".join(unescape(text).split()) for name, text in found}


def alerts_of(response: Answer) -> str:
    """The messages above the forms of the page when something was refused."""
    found = re.findall(r'role="alert">(.*?)</div>', response.content.decode(), re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", " ".join(found))).split())

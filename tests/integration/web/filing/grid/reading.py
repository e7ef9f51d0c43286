"""Reads the filing grid: for each goal the value of the cell, the messages beside it, and the light."""

import re
from dataclasses import dataclass
from html import unescape

from hztargets.models import Goal
from tests.integration.web.reading import Answer


@dataclass(frozen=True)
class GridRow:
    """`messages` are the sentences beside the cell, without the sentence of the light; `light` is the word of the light."""

    state: str
    value: str
    messages: tuple[str, ...] = ()
    light: str = ""


def grid_of(response: Answer) -> dict[str, GridRow]:
    """By goal name, the rows that can be filled in."""
    parts = re.split(r'<tr role="row"\s+id="g', response.content.decode())[1:]
    return dict(_row(part.split("</tr>")[0]) for part in parts)


def _row(html: str) -> tuple[str, GridRow]:
    name = _text(re.findall(r"<a [^>]*>(.*?)</a>", html, re.DOTALL)[0])
    return name, GridRow(_attribute(html, "data-state"), _value(html), messages_in(html), _light(html))


def messages_in(html: str) -> tuple[str, ...]:
    paragraphs = re.findall(r'<p class="(?:error|doubt|needs|info|returned-reason)">(.*?)</p>', html, re.DOTALL)
    return tuple(map(_text, paragraphs))


def _light(html: str) -> str:
    found = re.search(r'<span class="light[^>]*>(.*?)</span>', html, re.DOTALL)
    return _text(found.group(1)) if found else ""


def _value(html: str) -> str:
    return unescape(re.search(r'id="g\d+-value"\s+value="([^"]*)"', html).group(1))  # type: ignore[union-attr]


def _attribute(html: str, name: str) -> str:
    return re.search(rf'{name}="([^"]*)"', html).group(1)  # type: ignore[union-attr]


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hidden_of(response: Answer, goal: Goal) -> dict[str, str]:
    """What the row's hidden fields send along."""
    found = re.findall(rf'name="g{goal.pk}-(revision|warned_of)"\s+value="([^"]*)"', response.content.decode())
    return {f"g{goal.pk}-{name}": unescape(value) for name, value in found}


def typed(goal: Goal, **fields: str) -> dict[str, str]:
    return {f"g{goal.pk}-{name}": value for name, value in fields.items()}

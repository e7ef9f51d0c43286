"""Checks the texts of a report: required where a figure raises a doubt or the light turns amber or red."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from hztargets.domain.checks.values import Finding
from hztargets.domain.problems import Word
from hztargets.domain.report_fields import TEXTS, ReportContent

_BEHIND = ("amber", "red")

_PHRASES = """
无 没有 暂无 同上 同前 同上月 同上期 同上次 见上 见上月 如上 略 无变化 无进展 无异常
正常 一切正常 进展正常 进展顺利 顺利 良好 进展良好 推进 推进中 在推进 继续推进 继续努力 加强推进
正常推进 按计划推进 按计划 按计划进行 按计划实施 按计划开展 按序时推进 按序时进度推进 按期推进 按时推进
有序推进 稳步推进 顺利推进 持续推进 积极推进 加快推进 扎实推进 正常进行 正常开展 有序开展 正常实施
none no nil na ok fine normal asplanned onschedule ontrack sameasabove seeabove ditto inprogress ongoing
"""
_EMPTY = frozenset(_PHRASES.split())
_OPENING = re.compile(
    "^(目前|当前|本月|各项|相关|有关|该|全部|整体|总体|工作|项目|任务|指标|均|都|正在|正(?!常)|已|仍|在)+"
)
_ENDING = re.compile("(之中|中|状态|即可)+$")


def is_telling(text: str) -> bool:
    """Whether any part of the text says more than 正常推进, 无 or 同上."""
    return any(not _is_empty_phrase(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    """The parts between punctuation marks: letters and digits only, in lower case and without blanks."""
    parts: list[str] = [""]
    for character in unicodedata.normalize("NFKC", text).casefold():
        kind = unicodedata.category(character)
        if kind.startswith(("L", "N")):
            parts[-1] += character
        elif kind == "Po" and character not in "%/'":
            parts.append("")
    return parts


def _is_empty_phrase(part: str) -> bool:
    if len(part) < 2 or part.isdigit() or part in _EMPTY:
        return True
    core = _ENDING.sub("", _OPENING.sub("", part))
    return not core or core in _EMPTY


def check_words(content: ReportContent, *, light: str | None, today: date) -> tuple[Finding, ...]:
    """`light` is the one the report would turn on; None when it is unknown."""
    return (*_empty(content), *_missing(content, light), *_past(content, today))


def _empty(content: ReportContent) -> Iterator[Finding]:
    """The note of a nil report may say only “no progress”."""
    for field in TEXTS:
        text: str = getattr(content, field)
        if text.strip() and not is_telling(text) and not (field == "note" and content.is_nil):
            yield Finding("empty_words", hard=True, facts={"text": text.strip()}, field=field)


def _missing(content: ReportContent, light: str | None) -> Iterator[Finding]:
    """What is done needs a cause for being late, but neither remedy nor date."""
    if light not in _BEHIND:
        return
    facts = {"colour": Word(f"light.{light}")}
    if not content.cause.strip():
        yield Finding("cause_missing", hard=True, facts=facts, field="cause")
    if content.done_on is not None:
        return
    if not content.remedy.strip():
        yield Finding("remedy_missing", hard=True, facts=facts, field="remedy")
    if content.expected_on is None:
        yield Finding("expected_missing", hard=True, facts=facts, field="expected_on")


def _past(content: ReportContent, today: date) -> Iterator[Finding]:
    if content.expected_on is not None and content.expected_on < today and content.done_on is None:
        facts = {"day": content.expected_on}
        yield Finding("expected_past", hard=True, facts=facts, field="expected_on")


def obstacles(findings: Iterable[Finding], content: ReportContent) -> tuple[Finding, ...]:
    """What keeps the report from being submitted: hard findings, and soft ones without an explanation."""
    explained = is_telling(content.note)
    return tuple(finding for finding in findings if finding.hard or not explained)

"""Worked examples: from the JSON of `cases/assessment.json` to a goal's case, and from its assessment back to JSON."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from math import isfinite
from typing import Any

from msgspec.structs import asdict

from hztargets.domain.assessment.milestone import LAST_MONTH
from hztargets.domain.assessment.outcome import Freshness, GoalAssessment
from hztargets.domain.assessment.values import (
    DIRECTIONS,
    EXPRESSIONS,
    KINDS,
    MONTHS_BETWEEN_REPORTS,
    PROFILES,
    STATUSES,
    GoalCase,
    Profile,
    ReportedFigure,
    Target,
    TargetVersion,
)
from hztargets.domain.assessment.year import assess
from hztargets.domain.problems import Fact, Problem, ProblemError
from hztargets.domain.ruleset import DEFAULT_RULES, RuleError, RuleSet

Parser = Callable[[Any, str], Any]


class CaseError(ProblemError):
    """The case cannot be read. The field of the problem is written as `profile.history[0][3]`."""


def _error(code: str, where: str, **facts: Fact) -> CaseError:
    return CaseError(Problem(code, where, facts=facts))


def evaluate_case(data: Mapping[str, Any]) -> dict[str, Any]:
    """All outputs of a case's `input`, JSON-ready. An extra key `rules` chooses another rule set. Raises CaseError."""
    return output_of(assess(parse_case(data), parse_rules(data)))


def parse_case(data: Mapping[str, Any]) -> GoalCase:
    known = _read(data, "", _CASE)
    known.pop("rules", None)
    frequency = known.pop("freq", "monthly")
    target = known.pop("target", None)
    if target is None:
        raise _error("field_missing", "target")
    today: date | None = known.get("today")
    if "year" not in known:
        if target.is_milestone and target.due is None and today is None:
            raise _error("milestone_year_missing", "year")
        if today is not None:
            known["year"] = today.year
    return GoalCase(target=target, frequency=frequency, **known)


def parse_rules(data: Mapping[str, Any]) -> RuleSet:
    if data.get("rules") is None:
        return DEFAULT_RULES
    try:
        return RuleSet.from_data(data["rules"])
    except RuleError as error:
        where = error.problem.field
        raise CaseError(error.problem.at(field=where if where == "rules" else f"rules.{where}")) from error


def output_of(assessment: GoalAssessment) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(assessment).items()}


def _plain(value: Any) -> Any:
    """JSON has no infinity and no not-a-number: null."""
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Freshness):
        return {name: _plain(item) for name, item in asdict(value).items()}
    return value


def _read(data: object, where: str, parsers: Mapping[str, Parser]) -> dict[str, Any]:
    """The fields present in `data`, parsed; null counts as left out, so the default applies."""
    if not isinstance(data, Mapping):
        raise _error("object_expected", where or "input", got=repr(data))
    prefix = f"{where}." if where else ""
    for name in data:
        if name not in parsers:
            raise _unknown(name, prefix, parsers)
    return {name: parsers[name](value, f"{prefix}{name}") for name, value in data.items() if value is not None}


def _unknown(name: object, prefix: str, known: Collection[str]) -> CaseError:
    close = get_close_matches(str(name), known, n=1)
    if close:
        return _error("misspelt_field", f"{prefix}{name}", suggestion=close[0])
    return _error("unknown_field", f"{prefix}{name}")


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _error("number_expected", where, got=repr(value))
    try:
        number = float(value)
    except OverflowError:
        raise _error("number_too_large", where) from None
    if not isfinite(number):
        raise _error("number_expected", where, got=repr(value))
    return number


def _whole(low: int, high: int) -> Parser:
    def parse(value: Any, where: str) -> int:
        """Other programs write a whole number as 6.0."""
        is_whole = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
        if not is_whole or not low <= value <= high:
            raise _error("whole_number_expected", where, low=low, high=high, got=repr(value))
        return int(value)

    return parse


def _one_of(choices: Sequence[str]) -> Parser:
    def parse(value: Any, where: str) -> str:
        if value not in choices:
            raise _error("unknown_choice", where, choices=", ".join(choices), got=repr(value))
        return str(value)

    return parse


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _error("flag_expected", where, got=repr(value))
    return value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _error("text_expected", where, got=repr(value))
    return value


def _day(value: Any, where: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _error("date_expected", where, got=repr(value)) from None


def _season(value: Any, where: str) -> str:
    return str(_one_of(tuple(LAST_MONTH))(value.lower() if isinstance(value, str) else value, where))


def _not_negative(value: Any, where: str) -> float:
    number = _number(value, where)
    if number < 0:
        raise _error("number_below", where, low=0, got=repr(value))
    return number


def _items(value: Any, where: str) -> list[tuple[Any, str]]:
    if not isinstance(value, list | tuple):
        raise _error("list_expected", where, got=repr(value))
    return [(item, f"{where}[{number}]") for number, item in enumerate(value)]


def _twelve(value: Any, where: str) -> list[tuple[Any, str]]:
    items = _items(value, where)
    if len(items) != 12:
        raise _error("twelve_values_expected", where, count=len(items))
    return items


def _year_known(value: Any, where: str) -> tuple[float, ...]:
    return tuple(_number(item, place) for item, place in _twelve(value, where))


def _year_partly_known(value: Any, where: str) -> tuple[float | None, ...]:
    return tuple(None if item is None else _number(item, place) for item, place in _twelve(value, where))


def _years(value: Any, where: str) -> tuple[tuple[float | None, ...], ...]:
    return tuple(_year_partly_known(item, place) for item, place in _items(value, where) if item is not None)


def _target(value: Any, where: str) -> Target:
    known = _read(value, where, _TARGET)
    if "kind" not in known:
        raise _error("field_missing", f"{where}.kind")
    if known.get("expr") == "growth_on_baseline" and "growth" not in known:
        raise _error("field_missing", f"{where}.growth")
    target = Target(**known)
    if target.is_milestone and target.due is None and target.by is None:
        raise _error("milestone_due_missing", f"{where}.due")
    return target


def _profile(value: Any, where: str) -> Profile:
    return Profile(**_read(value, where, _PROFILE))


def _reports(value: Any, where: str) -> tuple[ReportedFigure, ...]:
    return tuple(_report(item, place) for item, place in _items(value, where))


def _report(value: Any, where: str) -> ReportedFigure:
    known = _read(value, where, _REPORT)
    if "period" not in known:
        raise _error("field_missing", f"{where}.period")
    return ReportedFigure(**{"value": None, **known})


def _target_versions(value: Any, where: str) -> tuple[TargetVersion, ...]:
    return tuple(_target_version(item, place) for item, place in _items(value, where))


def _target_version(value: Any, where: str) -> TargetVersion:
    known = _read(value, where, {"effective_from": _PERIOD, "value": _number, "high": _number})
    if "value" not in known:
        raise _error("field_missing", f"{where}.value")
    return TargetVersion(**{"effective_from": 1, **known})


def _periods(value: Any, where: str) -> frozenset[int]:
    return frozenset(_PERIOD(item, place) for item, place in _items(value, where))


def _due_on(value: Any, where: str) -> dict[int, date]:
    if not isinstance(value, Mapping):
        raise _error("object_expected", where, got=repr(value))
    return {
        _PERIOD(int(period) if str(period).isdecimal() else period, where): _day(day, f"{where}.{period}")
        for period, day in value.items()
    }


_PERIOD = _whole(1, 12)

_TARGET: dict[str, Parser] = {
    "kind": _one_of(KINDS),
    "direction": _one_of(DIRECTIONS),
    "value": _number,
    "low": _number,
    "high": _number,
    "baseline": _number,
    "approx": _flag,
    "tolerance": _not_negative,
    "precision": _whole(0, 9),
    "count": _flag,
    "any_time": _flag,
    "expr": _one_of(EXPRESSIONS),
    "growth": _number,
    "due": _day,
    "by": _season,
    "done_on": _day,
    "forecast": _day,
    "planned_start": _day,
    "started_on": _day,
    "percent": _number,
}
_PROFILE: dict[str, Parser] = {
    "type": _one_of(PROFILES),
    "plan": _year_known,
    "history": _years,
    "working_days": _year_known,
    "levels": _years,
    "growth_history": _years,
}
_REPORT: dict[str, Parser] = {
    "period": _PERIOD,
    "value": _number,
    "comparator": _number,
    "status": _one_of(STATUSES),
    "version": _whole(0, 1_000_000),
    "restated": _flag,
}
_CASE: dict[str, Parser] = {
    "target": _target,
    "profile": _profile,
    "freq": _one_of(tuple(MONTHS_BETWEEN_REPORTS)),
    "reports": _reports,
    "target_versions": _target_versions,
    "year": _whole(1, 9998),
    "today": _day,
    "due_day": _whole(1, 31),
    "due_on": _due_on,
    "skip_periods": _periods,
    "unit": _text,
    "decimals": _whole(0, 9),
    "rules": lambda value, where: value,
}

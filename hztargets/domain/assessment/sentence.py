"""The sentence every light carries: made of its own numbers, for anybody with a calculator."""

from hztargets.domain.assessment.outcome import Assessment
from hztargets.domain.assessment.target import Undetermined, target_value, versions_of
from hztargets.domain.assessment.values import GREY, RED, GoalCase
from hztargets.domain.assessment.wording.kinds import write_figures
from hztargets.domain.assessment.wording.milestone import write_milestone
from hztargets.domain.assessment.wording.numbers_shown import plain
from hztargets.domain.assessment.wording.phrases import CHANCE_WORDS
from hztargets.domain.assessment.wording.writer import Both, Text, Writer
from hztargets.domain.ruleset import DEFAULT_RULES, RuleSet

__all__ = ["chance_word", "sentences"]

_OWN_WORDS = frozenset({"target_lowered", "target_raised", "red_kept_while_silent"})


def chance_word(share: float, language: str = "zh") -> str:
    """Words for P: >= 80 % very likely, 60-80, 40-60, 20-40, < 20."""
    words = CHANCE_WORDS[language]
    return next((word for limit, word in zip((0.8, 0.6, 0.4, 0.2), words, strict=False) if share >= limit), words[-1])


def sentences(case: GoalCase, assessment: Assessment, rules: RuleSet = DEFAULT_RULES) -> Both:
    """In Chinese and in English. `rules`: those the assessment was made by; they hold the thresholds that are named."""
    writer = Writer(case, assessment, rules)
    if case.target.kind == "milestone":
        write_milestone(writer)
        _write_silence(writer)
    elif assessment.period is None:
        _write_never_reported(writer)
    elif assessment.colour == GREY and assessment.status_colour != GREY:
        _write_missing(writer)
        writer.add("last_data", month=writer.month(assessment.period))
    else:
        _write_judged(writer)
    return writer.sentences()


def _write_judged(writer: Writer) -> None:
    said = writer.said
    if said.raw != GREY:
        write_figures(writer)
    if not writer.clauses:
        _write_reported(writer)
    _write_reasons(writer)
    _write_changed_target(writer)
    _write_freshness(writer)


def _write_reported(writer: Writer) -> None:
    """What can be said when nothing can be compared."""
    writer.add("reported", month=writer.month(writer.said.period), value=writer.amount(writer.said.value))


def _write_reasons(writer: Writer) -> None:
    said = writer.said
    keys = [reason for reason in said.reasons if reason not in _OWN_WORDS]
    if not keys and said.status_colour == RED and said.raw == RED and said.met is None:
        keys = ["red_once" if said.consecutive_low == 1 else "red_running"]
    if not keys:
        return
    numbers = writer.rules.likelihood
    parts = {
        "n": said.consecutive_low,
        "low": writer.phrase(_low_word(writer)),
        "target": writer.amount(said.target) or "",
        "strong": _written_percent(numbers.p_strong),
        "leave": _written_percent(numbers.p_leave_red),
        "stay": _written_percent(numbers.p_stay_green),
    }
    for key in keys:
        writer.add(key, **parts)


def _low_word(writer: Writer) -> str:
    """A ceiling is missed upwards, a band on either side."""
    if writer.said.side is not None:
        return "low" if writer.said.side == "low" else "high"
    return {"up": "low", "down": "high", "band": "off"}["band" if writer.said.band else writer.case.target.direction]


def _written_percent(share: float) -> str:
    return plain(round(100 * share, 6)) or ""


def _write_changed_target(writer: Writer) -> None:
    said, case = writer.said, writer.case
    flag = next((reason for reason in said.reasons if reason in ("target_lowered", "target_raised")), None)
    if flag is None or said.colour_vs_original is None:
        return
    first = versions_of(case)[0][1]
    try:
        value = target_value(case.target) if first is None else first.value
    except Undetermined:
        return
    low, high = (case.target.low, case.target.high) if first is None else (value, first.high)
    original: Text | None
    target: Text | None
    if said.band is None or high is None:
        original, target = writer.amount(value), writer.amount(said.target)
    else:
        original, target = (
            writer.phrase("range", low=plain(start), high=writer.amount(end)) for start, end in ((low, high), said.band)
        )
    writer.add(flag, original=original, target=target, light=writer.phrase(said.colour_vs_original))


def _write_freshness(writer: Writer) -> None:
    said = writer.said
    fresh = said.freshness
    if fresh is None or not fresh.missing_periods:
        return
    if "red_kept_while_silent" in said.reasons:
        writer.add("kept_red", months=writer.months(fresh.missing_periods))
    elif fresh.state == "pending_approval":
        writer.add("pending_approval", months=writer.month(fresh.missing_periods[-1]))
    elif fresh.state in ("late", "stale"):
        writer.add("overdue", months=writer.months(fresh.missing_periods), days=writer.days(fresh.overdue_days))
    else:
        _write_missing(writer)


def _write_silence(writer: Writer) -> None:
    """A milestone nobody reports on is judged by its dates alone; the sentence says so."""
    said = writer.said
    if said.freshness is None or "done" in said.reasons or "done_late" in said.reasons:
        return
    _write_freshness(writer)
    if said.period is None and said.freshness.state != "pending_approval":
        writer.add("never" if said.colour == GREY else "never_yet")


def _write_missing(writer: Writer) -> None:
    fresh = writer.said.freshness
    if fresh is not None and fresh.missing_periods:
        name = "missing_one" if len(fresh.missing_periods) == 1 else "missing_many"
        writer.add(name, months=writer.months(fresh.missing_periods))


def _write_never_reported(writer: Writer) -> None:
    said = writer.said
    state = said.freshness.state if said.freshness is not None else None
    for reason in said.reasons:
        writer.add(reason)
    if said.colour == GREY and state != "pending_approval":
        _write_missing(writer)
    else:
        _write_freshness(writer)
    waiting = "never_approved" if state == "pending_approval" else "never"
    writer.add(waiting if said.colour == GREY else "never_yet")

"""The sentence of every light, made of the numbers of the assessment, so that every reader can check it."""

from hztargets.domain.assessment.outcome import GoalAssessment
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


def sentences(case: GoalCase, assessment: GoalAssessment, rules: RuleSet = DEFAULT_RULES) -> Both:
    """In Chinese and in English. `rules`: those the assessment was made by; the sentence names their thresholds."""
    writer = Writer(case, assessment, rules)
    if case.target.is_milestone:
        write_milestone(writer)
        _write_silence(writer)
    elif assessment.period is None:
        _write_never_reported(writer)
    elif assessment.colour == GREY and assessment.status_colour != GREY:
        _write_missing(writer)
        writer.add("last_data", month=writer.month(assessment.period))
    else:
        _write_assessed(writer)
    return writer.sentences()


def _write_assessed(writer: Writer) -> None:
    assessment = writer.assessment
    if assessment.raw != GREY:
        write_figures(writer)
    if not writer.clauses:
        _write_reported(writer)
    _write_reasons(writer)
    _write_changed_target(writer)
    _write_freshness(writer)


def _write_reported(writer: Writer) -> None:
    """The bare figure, where there is nothing to compare it with."""
    writer.add("reported", month=writer.month(writer.assessment.period), value=writer.amount(writer.assessment.value))


def _write_reasons(writer: Writer) -> None:
    assessment = writer.assessment
    keys = [reason for reason in assessment.reasons if reason not in _OWN_WORDS]
    if not keys and assessment.status_colour == RED and assessment.raw == RED and assessment.met is None:
        keys = ["red_once" if assessment.consecutive_low == 1 else "red_running"]
    if not keys:
        return
    numbers = writer.rules.likelihood
    parts = {
        "n": assessment.consecutive_low,
        "low": writer.phrase(_low_word(writer)),
        "target": writer.amount(assessment.target) or "",
        "strong": _written_percent(numbers.p_strong),
        "leave": _written_percent(numbers.p_leave_red),
        "stay": _written_percent(numbers.p_stay_green),
    }
    for key in keys:
        writer.add(key, **parts)


def _low_word(writer: Writer) -> str:
    """A ceiling is missed upwards, a band on either side."""
    if writer.assessment.side is not None:
        return "low" if writer.assessment.side == "low" else "high"
    return {"up": "low", "down": "high", "band": "off"}[
        "band" if writer.assessment.band else writer.case.target.direction
    ]


def _written_percent(share: float) -> str:
    return plain(round(100 * share, 6)) or ""


def _write_changed_target(writer: Writer) -> None:
    assessment, case = writer.assessment, writer.case
    flag = next((reason for reason in assessment.reasons if reason in ("target_lowered", "target_raised")), None)
    if flag is None or assessment.colour_vs_original is None:
        return
    first = versions_of(case)[0][1]
    try:
        value = target_value(case.target) if first is None else first.value
    except Undetermined:
        return
    low, high = (case.target.low, case.target.high) if first is None else (value, first.high)
    original: Text | None
    target: Text | None
    if assessment.band is None or high is None:
        original, target = writer.amount(value), writer.amount(assessment.target)
    else:
        original, target = (
            writer.phrase("range", low=plain(start), high=writer.amount(end))
            for start, end in ((low, high), assessment.band)
        )
    writer.add(flag, original=original, target=target, light=writer.phrase(assessment.colour_vs_original))


def _write_freshness(writer: Writer) -> None:
    assessment = writer.assessment
    fresh = assessment.freshness
    if fresh is None or not fresh.missing_periods:
        return
    if "red_kept_while_silent" in assessment.reasons:
        writer.add("kept_red", months=writer.months(fresh.missing_periods))
    elif fresh.state == "pending_approval":
        writer.add("pending_approval", months=writer.month(fresh.missing_periods[-1]))
    elif fresh.state in ("late", "stale"):
        writer.add("overdue", months=writer.months(fresh.missing_periods), days=writer.days(fresh.overdue_days))
    else:
        _write_missing(writer)


def _write_silence(writer: Writer) -> None:
    """A milestone nobody reports on is assessed by its dates alone; the sentence says so."""
    assessment = writer.assessment
    if assessment.freshness is None or "done" in assessment.reasons or "done_late" in assessment.reasons:
        return
    _write_freshness(writer)
    if assessment.period is None and assessment.freshness.state != "pending_approval":
        writer.add("never" if assessment.colour == GREY else "never_yet")


def _write_missing(writer: Writer) -> None:
    fresh = writer.assessment.freshness
    if fresh is not None and fresh.missing_periods:
        name = "missing_one" if len(fresh.missing_periods) == 1 else "missing_many"
        writer.add(name, months=writer.months(fresh.missing_periods))


def _write_never_reported(writer: Writer) -> None:
    assessment = writer.assessment
    state = assessment.freshness.state if assessment.freshness is not None else None
    for reason in assessment.reasons:
        writer.add(reason)
    if assessment.colour == GREY and state != "pending_approval":
        _write_missing(writer)
    else:
        _write_freshness(writer)
    waiting = "never_approved" if state == "pending_approval" else "never"
    writer.add(waiting if assessment.colour == GREY else "never_yet")

"""Clauses for sentences of several kinds."""

from hztargets.domain.assessment.arithmetic import round_half_away
from hztargets.domain.assessment.values import AMBER, RED
from hztargets.domain.assessment.wording.numbers_shown import percent, plain
from hztargets.domain.assessment.wording.writer import Both, Part, Writer


def verdict(writer: Writer) -> Both | None:
    """At the end of a year amber always means a near miss."""
    assessment = writer.assessment
    return writer.phrase("met" if assessment.met else "near" if assessment.raw == AMBER else "missed")


def write_final(writer: Writer, name: str, **parts: Part) -> None:
    assessment = writer.assessment
    value, target = writer.amount(assessment.value), writer.amount(assessment.target)
    writer.add(name, **{"value": value, "target": target, "verdict": verdict(writer), **parts})
    write_approx(writer)


def write_approx(writer: Writer) -> None:
    """Explains a verdict that does not follow from the target alone: 左右 (N2) and rounding (N3)."""
    assessment, precision = writer.assessment, writer.case.target.precision
    if writer.case.target.approx and assessment.bound != assessment.target and assessment.band is None:
        writer.add("approx", bound=writer.amount(assessment.bound))
    if precision is not None and _meets_by_rounding(writer, precision):
        writer.add("rounded")


def _meets_by_rounding(writer: Writer, precision: int) -> bool:
    assessment = writer.assessment
    value, bound = assessment.value, assessment.bound
    if value is None or bound is None or assessment.band is not None:
        return False
    if assessment.met is None and writer.case.target.kind != "growth":
        return False
    sign = -1 if writer.case.target.direction == "down" else 1
    short = sign * (bound - value) > 0
    return short and sign * (round_half_away(value, precision) - round_half_away(bound, precision)) >= 0


def write_pace_rule(writer: Writer, ceiling: bool) -> None:
    """The threshold that was crossed."""
    assessment, pace = writer.assessment, writer.rules.pace
    if pace.basis == "ratio" and not ceiling:
        writer.add("of_expected", share=percent(assessment.attainment))
    if assessment.raw not in (RED, AMBER) or pace.basis not in ("points", "ratio") or "breached" in assessment.reasons:
        return
    if writer.case.target.kind != "flow" and pace.basis == "ratio":
        return
    threshold = pace.red if assessment.raw == RED else pace.amber
    writer.add(
        f"rule_{pace.basis}{'_ceiling' if ceiling else ''}",
        value=plain(threshold.value if pace.basis == "points" else round(100 * threshold.value, 6)),
        end=writer.phrase("closed" if threshold.inclusive else "open"),
        light=writer.phrase(assessment.raw),
    )

"""What sentences of several kinds share."""

from hztargets.domain.assessment.arithmetic import round_half_away
from hztargets.domain.assessment.values import AMBER, RED
from hztargets.domain.assessment.wording.numbers_shown import percent, plain
from hztargets.domain.assessment.wording.writer import Both, Part, Writer


def verdict(writer: Writer) -> Both | None:
    """A near miss is the only amber a year can end with."""
    said = writer.said
    return writer.phrase("met" if said.met else "near" if said.raw == AMBER else "missed")


def write_final(writer: Writer, name: str, **parts: Part) -> None:
    said = writer.said
    known = {"value": writer.amount(said.value), "target": writer.amount(said.target), "verdict": verdict(writer)}
    writer.add(name, **{**known, **parts})
    write_approx(writer)


def write_approx(writer: Writer) -> None:
    """What explains a verdict the bare target does not: 左右 (N2) and rounding (N3)."""
    said, precision = writer.said, writer.case.target.precision
    if writer.case.target.approx and said.bound != said.target and said.band is None:
        writer.add("approx", bound=writer.amount(said.bound))
    if precision is not None and _meets_by_rounding(writer, precision):
        writer.add("rounded")


def _meets_by_rounding(writer: Writer, precision: int) -> bool:
    said = writer.said
    if said.value is None or said.bound is None or said.band is not None:
        return False
    if said.met is None and writer.case.target.kind != "growth":
        return False
    sign = -1 if writer.case.target.direction == "down" else 1
    short = sign * (said.bound - said.value) > 0
    return short and sign * (round_half_away(said.value, precision) - round_half_away(said.bound, precision)) >= 0


def write_pace_rule(writer: Writer, ceiling: bool) -> None:
    """The threshold that was crossed."""
    said, pace = writer.said, writer.rules.pace
    if pace.basis == "ratio" and not ceiling:
        writer.add("of_expected", share=percent(said.attainment))
    if said.raw not in (RED, AMBER) or pace.basis not in ("points", "ratio") or "breached" in said.reasons:
        return
    if writer.case.target.kind != "flow" and pace.basis == "ratio":
        return
    threshold = pace.red if said.raw == RED else pace.amber
    writer.add(
        f"rule_{pace.basis}{'_ceiling' if ceiling else ''}",
        value=plain(threshold.value if pace.basis == "points" else round(100 * threshold.value, 6)),
        end=writer.phrase("closed" if threshold.inclusive else "open"),
        light=writer.phrase(said.raw),
    )

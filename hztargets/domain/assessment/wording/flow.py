"""The numbers of a cumulative figure, in words."""

from hztargets.domain.assessment.wording.numbers_shown import difference, fixed, percent, plain, written
from hztargets.domain.assessment.wording.parts import write_approx, write_final, write_pace_rule
from hztargets.domain.assessment.wording.writer import Writer

_NO_SCHEDULE = frozenset({"met_early", "not_due"})
_NO_OUTLOOK = frozenset({"breached", "too_early"})


def is_ceiling(writer: Writer) -> bool:
    return writer.assessment.side == "high" or writer.case.target.direction == "down"


def write_flow_final(writer: Writer) -> None:
    assessment = writer.assessment
    if assessment.band is not None:
        low, high = assessment.band
        write_final(writer, "final_band", low=plain(low), high=writer.amount(high))
    elif assessment.done_share is None:
        write_final(writer, "final_zero")
    else:
        name = "final_ceiling" if is_ceiling(writer) else "final_flow"
        write_final(writer, name, share=percent(assessment.done_share))


def write_flow(writer: Writer) -> None:
    assessment, ceiling = writer.assessment, is_ceiling(writer)
    parts = {"month": writer.month(assessment.period), "value": writer.amount(assessment.value)}
    if assessment.done_share is None:
        writer.add("done_zero", **parts, target=writer.amount(assessment.target))
        return
    name = "done_ceiling" if ceiling else "done"
    writer.add(name, **parts, target=writer.amount(assessment.target), share=percent(assessment.done_share))
    if assessment.side is not None and assessment.band is not None:
        low, high = assessment.band
        writer.add(f"side_{assessment.side}", low=plain(low), high=writer.amount(high))
    if not _NO_SCHEDULE.isdisjoint(assessment.reasons):
        return
    _write_schedule(writer, ceiling)
    write_approx(writer)
    if assessment.method == "pace":
        write_pace_rule(writer, ceiling)
    if _NO_OUTLOOK.isdisjoint(assessment.reasons):
        _write_pace_ahead(writer, ceiling)
        _write_flow_outlook(writer, ceiling)


def _write_schedule(writer: Writer, ceiling: bool) -> None:
    """Share done by now, its usual deviation, and the gap between the two shares as shown."""
    assessment = writer.assessment
    due, done = assessment.expected_share, assessment.done_share
    gap = None if due is None or done is None else difference(100 * due, 100 * done, 1)
    if gap is None or assessment.basis is None:
        return
    if not gap:
        words = writer.phrase("level")
    else:
        behind, ahead = ("under", "over") if ceiling else ("behind", "ahead")
        words = writer.phrase(behind if gap > 0 else ahead, gap=written(abs(gap)))
    wobble = writer.phrase("wobble", sigma=fixed(assessment.sigma_pp, 1)) or ""
    writer.add(assessment.basis, share=percent(due), wobble=wobble, gap=words)


def _write_pace_ahead(writer: Writer, ceiling: bool) -> None:
    assessment = writer.assessment
    if assessment.pace_ratio is not None and assessment.pace_ratio >= 0:
        ratio = fixed(assessment.pace_ratio, 2)
        name = "keep_even" if ratio == "1.00" else "catch_up" if assessment.pace_ratio > 1 else "keep_up"
        writer.add("keep_down" if ceiling else name, ratio=ratio)
    elif assessment.value == 0 and not ceiling:
        writer.add("per_month", required=writer.with_unit(_needed_a_month(writer)))


def _needed_a_month(writer: Writer) -> str | None:
    """A need of less than one a month is not rounded to zero."""
    needed = writer.assessment.required_per_month
    small = needed is not None and 0 < needed < 1
    return fixed(needed, max(writer.decimals, 1)) if small else writer.computed(needed)


def _write_flow_outlook(writer: Writer, ceiling: bool) -> None:
    """If nothing is done yet, the projection is zero; then only the chance is written."""
    assessment = writer.assessment
    if assessment.value == 0 and not ceiling:
        writer.add("chance_alone", chance=writer.chance(assessment.p_meet))
        return
    low, high = assessment.interval80 or (None, None)
    projection = writer.computed(assessment.projection)
    written_out = writer.add(
        "outlook", projection=projection, low=writer.computed(low), high=writer.computed(high)
    ) or writer.add("outlook_plain", projection=projection)
    if written_out:
        writer.append("chance_ceiling" if ceiling else "chance", chance=writer.chance(assessment.p_meet))

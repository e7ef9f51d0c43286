"""The numbers of a cumulative figure, in words."""

from hztargets.domain.assessment.wording.numbers_shown import difference, fixed, percent, plain, written
from hztargets.domain.assessment.wording.parts import write_approx, write_final, write_pace_rule
from hztargets.domain.assessment.wording.writer import Writer

_NO_SCHEDULE = frozenset({"met_early", "not_due"})
_NO_OUTLOOK = frozenset({"breached", "too_early"})


def is_ceiling(writer: Writer) -> bool:
    return writer.said.side == "high" or writer.case.target.direction == "down"


def write_flow_final(writer: Writer) -> None:
    said = writer.said
    if said.band is not None:
        low, high = said.band
        write_final(writer, "final_band", low=plain(low), high=writer.amount(high))
    elif said.done_share is None:
        write_final(writer, "final_zero")
    else:
        name = "final_ceiling" if is_ceiling(writer) else "final_flow"
        write_final(writer, name, share=percent(said.done_share))


def write_flow(writer: Writer) -> None:
    said, ceiling = writer.said, is_ceiling(writer)
    parts = {"month": writer.month(said.period), "value": writer.amount(said.value)}
    if said.done_share is None:
        writer.add("done_zero", **parts, target=writer.amount(said.target))
        return
    name = "done_ceiling" if ceiling else "done"
    writer.add(name, **parts, target=writer.amount(said.target), share=percent(said.done_share))
    if said.side is not None and said.band is not None:
        low, high = said.band
        writer.add(f"side_{said.side}", low=plain(low), high=writer.amount(high))
    if not _NO_SCHEDULE.isdisjoint(said.reasons):
        return
    _write_schedule(writer, ceiling)
    write_approx(writer)
    if said.method == "pace":
        write_pace_rule(writer, ceiling)
    if _NO_OUTLOOK.isdisjoint(said.reasons):
        _write_pace_ahead(writer, ceiling)
        _write_flow_outlook(writer, ceiling)


def _write_schedule(writer: Writer, ceiling: bool) -> None:
    """Share done by now, its usual wobble, and the gap between the two shares as shown."""
    said = writer.said
    due, done = said.expected_share, said.done_share
    gap = None if due is None or done is None else difference(100 * due, 100 * done, 1)
    if gap is None or said.basis is None:
        return
    if not gap:
        words = writer.phrase("level")
    else:
        behind, ahead = ("under", "over") if ceiling else ("behind", "ahead")
        words = writer.phrase(behind if gap > 0 else ahead, gap=written(abs(gap)))
    wobble = writer.phrase("wobble", sigma=fixed(said.sigma_pp, 1)) or ""
    writer.add(said.basis, share=percent(due), wobble=wobble, gap=words)


def _write_pace_ahead(writer: Writer, ceiling: bool) -> None:
    said = writer.said
    if said.pace_ratio is not None and said.pace_ratio >= 0:
        ratio = fixed(said.pace_ratio, 2)
        name = "keep_even" if ratio == "1.00" else "catch_up" if said.pace_ratio > 1 else "keep_up"
        writer.add("keep_down" if ceiling else name, ratio=ratio)
    elif said.value == 0 and not ceiling:
        writer.add("per_month", required=writer.with_unit(_needed_a_month(writer)))


def _needed_a_month(writer: Writer) -> str | None:
    """A need of less than one a month is not rounded to none."""
    needed = writer.said.required_per_month
    small = needed is not None and 0 < needed < 1
    return fixed(needed, max(writer.decimals, 1)) if small else writer.computed(needed)


def _write_flow_outlook(writer: Writer, ceiling: bool) -> None:
    """Nothing done yet projects to nothing; then only the chance is worth saying."""
    said = writer.said
    if said.value == 0 and not ceiling:
        writer.add("chance_alone", chance=writer.chance(said.p_meet))
        return
    low, high = said.interval80 or (None, None)
    projection = writer.computed(said.projection)
    written_out = writer.add(
        "outlook", projection=projection, low=writer.computed(low), high=writer.computed(high)
    ) or writer.add("outlook_plain", projection=projection)
    if written_out:
        writer.append("chance_ceiling" if ceiling else "chance", chance=writer.chance(said.p_meet))

"""Levels and bands, in words."""

from hztargets.domain.assessment.wording.numbers_shown import decimals_of, difference, fixed, percent, plain, written
from hztargets.domain.assessment.wording.parts import write_approx, write_final, write_pace_rule
from hztargets.domain.assessment.wording.writer import Writer


def write_level(writer: Writer) -> None:
    said, target = writer.said, writer.case.target
    down, month = target.direction == "down", writer.month(said.period)
    parts = {
        "value": writer.amount(said.value),
        "target": writer.amount(said.target),
    }
    on_way = said.progress is not None and writer.add(
        "on_way", **parts, month=month, baseline=plain(target.baseline), progress=percent(said.progress)
    )
    if not on_way:
        writer.add("at_value_ceiling" if down else "at_value", **parts, month=month)
    _write_path(writer, down)
    write_approx(writer)
    if said.method == "pace":
        write_pace_rule(writer, down and said.progress is None)
    write_level_outlook(writer, "chance_ceiling" if down else "chance")


def _write_path(writer: Writer, down: bool) -> None:
    said = writer.said
    decimals = max(writer.decimals, decimals_of(said.value), decimals_of(said.expected, most=writer.decimals + 1))
    short = difference(said.value, said.expected, decimals) if down else difference(said.expected, said.value, decimals)
    if short is None or said.expected == said.target:
        return
    name = "path_short" if short > 0 else "path_ok" if short < 0 else "path_even"
    writer.add(name, path=writer.with_unit(fixed(said.expected, decimals)), gap=written(abs(short)))


def write_level_outlook(writer: Writer, chance_name: str) -> None:
    said = writer.said
    low, high = said.interval80 or (None, None)
    written_out = writer.add(
        "outlook_level_history" if said.basis == "history" else "outlook_level",
        projection=writer.computed(said.projection),
        low=writer.computed(low),
        high=writer.computed(high),
    )
    if written_out:
        writer.append(chance_name, chance=writer.chance(said.p_meet))


def write_band(writer: Writer, final: bool) -> None:
    said = writer.said
    if said.band is None or said.value is None:
        return
    low, high = said.band
    if final:
        write_final(writer, "final_band", low=plain(low), high=writer.amount(high))
        return
    name = "below_band" if said.value < low else "above_band" if said.value > high else "in_band"
    month = writer.month(said.period)
    writer.add(name, month=month, value=writer.amount(said.value), low=plain(low), high=writer.amount(high))
    write_level_outlook(writer, "chance_band")

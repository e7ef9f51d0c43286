"""Levels and bands, in words."""

from hztargets.domain.assessment.wording.numbers_shown import decimals_of, difference, fixed, percent, plain, written
from hztargets.domain.assessment.wording.parts import write_approx, write_final, write_pace_rule
from hztargets.domain.assessment.wording.writer import Writer


def write_level(writer: Writer) -> None:
    assessment, target = writer.assessment, writer.case.target
    down, month = target.direction == "down", writer.month(assessment.period)
    parts = {
        "value": writer.amount(assessment.value),
        "target": writer.amount(assessment.target),
    }
    on_way = assessment.progress is not None and writer.add(
        "on_way", **parts, month=month, baseline=plain(target.baseline), progress=percent(assessment.progress)
    )
    if not on_way:
        writer.add("at_value_ceiling" if down else "at_value", **parts, month=month)
    _write_path(writer, down)
    write_approx(writer)
    if assessment.method == "pace":
        write_pace_rule(writer, down and assessment.progress is None)
    write_level_outlook(writer, "chance_ceiling" if down else "chance")


def _write_path(writer: Writer, down: bool) -> None:
    assessment = writer.assessment
    value, expected = assessment.value, assessment.expected
    decimals = max(writer.decimals, decimals_of(value), decimals_of(expected, most=writer.decimals + 1))
    short = difference(value, expected, decimals) if down else difference(expected, value, decimals)
    if short is None or expected == assessment.target:
        return
    name = "path_short" if short > 0 else "path_ok" if short < 0 else "path_even"
    writer.add(name, path=writer.with_unit(fixed(expected, decimals)), gap=written(abs(short)))


def write_level_outlook(writer: Writer, chance_name: str) -> None:
    assessment = writer.assessment
    low, high = assessment.interval80 or (None, None)
    written_out = writer.add(
        "outlook_level_history" if assessment.basis == "history" else "outlook_level",
        projection=writer.computed(assessment.projection),
        low=writer.computed(low),
        high=writer.computed(high),
    )
    if written_out:
        writer.append(chance_name, chance=writer.chance(assessment.p_meet))


def write_band(writer: Writer, final: bool) -> None:
    assessment = writer.assessment
    if assessment.band is None or assessment.value is None:
        return
    low, high = assessment.band
    if final:
        write_final(writer, "final_band", low=plain(low), high=writer.amount(high))
        return
    name = "below_band" if assessment.value < low else "above_band" if assessment.value > high else "in_band"
    month = writer.month(assessment.period)
    writer.add(name, month=month, value=writer.amount(assessment.value), low=plain(low), high=writer.amount(high))
    write_level_outlook(writer, "chance_band")

"""Growth and differences of rates, in words."""

from decimal import Decimal

from hztargets.domain.assessment.replay import known_reports
from hztargets.domain.assessment.wording.numbers_shown import decimals_of, difference, fixed, plain, rounded, written
from hztargets.domain.assessment.wording.parts import verdict, write_approx, write_final, write_pace_rule
from hztargets.domain.assessment.wording.writer import Both, Writer
from hztargets.domain.assessment.yardstick import Known


def rate(writer: Writer, value: float | None, decimals: int | None = None) -> Both | None:
    """Growth or fall in words, so that no minus sign is needed."""
    if value is None:
        return None
    shown = rounded(value, decimals_of(value, most=6) if decimals is None else decimals)
    if shown is None or not shown:
        return writer.phrase("flat") if shown is not None else None
    return writer.phrase("grew" if shown > 0 else "fell", value=written(abs(shown)))


def _gap_words(writer: Writer, gap: Decimal | None) -> Both | None:
    if gap is None:
        return None
    if not gap:
        return writer.phrase("same")
    return writer.phrase("higher" if gap > 0 else "lower", gap=written(abs(gap)))


def write_growth(writer: Writer, final: bool) -> None:
    assessment, down = writer.assessment, writer.case.target.direction == "down"
    month, value = writer.month(assessment.period), rate(writer, assessment.value)
    if assessment.band is not None:
        low, high = assessment.band
        if final:
            write_final(writer, "final_band", value=value, low=plain(low), high=f"{plain(high)}%")
        else:
            writer.add("rate_band", month=month, rate=value, low=plain(low), high=plain(high))
            writer.add("chance_alone", chance=writer.chance(assessment.p_meet))
        return
    decimals = decimals_of(assessment.value, assessment.target, most=6)
    gap = _gap_words(writer, difference(assessment.value, assessment.target, decimals))
    target = rate(writer, assessment.target)
    if final:
        write_final(writer, "final_rate", rate=value, target=target, gap=gap)
        return
    writer.add("rate_ceiling" if down else "rate", month=month, rate=value, target=target, gap=gap)
    write_approx(writer)
    _write_comparator(writer)
    if assessment.method == "pace":
        write_pace_rule(writer, down)
    needed, so_far = assessment.required_rest, assessment.value
    ahead = needed is not None and so_far is not None and needed <= so_far
    name = "rest_at_most" if down else "rest_enough" if ahead else "rest_needed"
    writer.add(name, rate=rate(writer, needed, max(1, writer.decimals)))
    writer.add("chance_alone", chance=writer.chance(assessment.p_meet))


def _write_comparator(writer: Writer) -> None:
    report = reported(writer)
    if report is not None and report.comparator is not None:
        decimals = decimals_of(report.value, report.comparator, most=6)
        gap = _gap_words(writer, difference(report.value, report.comparator, decimals))
        writer.add("against", comparator=rate(writer, report.comparator), gap=gap)


def reported(writer: Writer) -> Known | None:
    return next((known for known in known_reports(writer.case) if known.period == writer.assessment.period), None)


def write_relative(writer: Writer, final: bool) -> None:
    """Both rates as filed; the gap is their difference."""
    assessment = writer.assessment
    report = reported(writer)
    if report is None or report.comparator is None:
        return
    own = report.value + report.comparator
    decimals = decimals_of(round(own, 6), report.comparator, most=6)
    parts = {
        "value": writer.with_unit(fixed(own, decimals)),
        "comparator": writer.with_unit(fixed(report.comparator, decimals)),
        "gap": _gap_words(writer, difference(own, report.comparator, decimals)),
    }
    if final:
        writer.add("final_compared", **parts, verdict=verdict(writer))
        return
    writer.add("compared", month=writer.month(assessment.period), **parts)
    if assessment.target:
        writer.add("compared_target", target=plain(assessment.target))
    writer.add("chance_compared", chance=writer.chance(assessment.p_meet))

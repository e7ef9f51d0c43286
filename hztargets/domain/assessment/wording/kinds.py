"""The writers of each kind of target."""

from collections.abc import Callable, Mapping

from hztargets.domain.assessment.wording.flow import write_flow, write_flow_final
from hztargets.domain.assessment.wording.level import write_band, write_level
from hztargets.domain.assessment.wording.parts import write_final
from hztargets.domain.assessment.wording.rate import write_growth, write_relative
from hztargets.domain.assessment.wording.writer import Writer


def write_figures(writer: Writer) -> None:
    _WRITERS[writer.case.target.kind](writer, writer.assessment.met is not None)


def _flow(writer: Writer, final: bool) -> None:
    write_flow_final(writer) if final else write_flow(writer)


def _relative(writer: Writer, final: bool) -> None:
    (write_relative if writer.assessment.band is None else write_band)(writer, final)


def _level(writer: Writer, final: bool) -> None:
    if writer.assessment.band is not None:
        write_band(writer, final)
    elif final:
        write_final(writer, "final_level_ceiling" if writer.case.target.direction == "down" else "final_level")
    else:
        write_level(writer)


_WRITERS: Mapping[str, Callable[[Writer, bool], None]] = {
    "flow": _flow,
    "growth": write_growth,
    "level": _level,
    "relative": _relative,
}

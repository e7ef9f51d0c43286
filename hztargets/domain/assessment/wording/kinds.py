"""Which words for which kind of target."""

from hztargets.domain.assessment.wording.flow import write_flow, write_flow_final
from hztargets.domain.assessment.wording.level import write_band, write_level
from hztargets.domain.assessment.wording.parts import write_final
from hztargets.domain.assessment.wording.rate import write_growth, write_relative
from hztargets.domain.assessment.wording.writer import Writer


def write_figures(writer: Writer) -> None:
    kind = writer.case.target.kind
    final = writer.assessment.met is not None
    if kind == "flow":
        write_flow_final(writer) if final else write_flow(writer)
    elif kind == "growth":
        write_growth(writer, final)
    elif kind == "relative" and writer.assessment.band is None:
        write_relative(writer, final)
    elif writer.assessment.band is not None:
        write_band(writer, final)
    elif final:
        ceiling = writer.case.target.direction == "down"
        write_final(writer, "final_level_ceiling" if ceiling else "final_level")
    else:
        write_level(writer)

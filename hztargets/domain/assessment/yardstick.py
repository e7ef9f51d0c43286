"""The interface of every way of measuring a report."""

from typing import Protocol

from msgspec import Struct

from hztargets.domain.assessment.outcome import Figures, Findings
from hztargets.domain.assessment.target import Aim


class Known(Struct, frozen=True, gc=False):
    """The report that counts for its period (V2); `value` is already own minus comparator for `relative`."""

    period: int
    value: float
    comparator: float | None = None
    restated: bool = False


class Yardstick(Protocol):
    """Measures reports of one goal against one version of its target."""

    @property
    def aim(self) -> Aim: ...

    @property
    def strong_evidence_counts(self) -> bool:
        """H3: one raw red may be enough; not for weak profiles nor batches."""
        ...

    def measure(self, report: Known) -> tuple[Figures, Findings]: ...

"""C: the light one report would have on its own; the first rule that applies decides."""

from hztargets.domain.assessment.arithmetic import less
from hztargets.domain.assessment.outcome import Findings
from hztargets.domain.assessment.values import AMBER, GREEN, NONE, RED
from hztargets.domain.ruleset import Likelihood

Lit = tuple[str, tuple[str, ...]]
"""A light and its reasons."""


def certain_light(findings: Findings) -> Lit | None:
    """C1–C3: what needs no chance and holds under every method. None: the light depends on the chance."""
    if findings.met is not None:
        return (GREEN if findings.met else AMBER if findings.near else RED), ()
    if findings.breached:
        return RED, ("breached",)
    if findings.over_limit:
        return RED, ("over_limit_now",)
    if findings.not_due:
        return NONE, ("not_due",)
    return None


def raw_light(period: int, chance: float | None, findings: Findings, quarterly: bool, rules: Likelihood) -> Lit:
    certain = certain_light(findings)
    if certain is not None:
        return certain
    if findings.met_early:
        return GREEN, ("met_early",)
    if chance is None:
        return (GREEN if findings.ok else AMBER), ()
    if not findings.mature:
        return _too_early(chance, findings, rules)
    p_red = rules.p_red_quarterly if quarterly else rules.p_red
    soon = not quarterly and period < rules.first_red_period
    if chance < p_red and findings.material and not findings.ok and not soon:
        return (AMBER, ("weak_profile_capped",)) if findings.capped else (RED, ())
    return (GREEN if findings.ok or not less(chance, rules.p_green) else AMBER), ()


def _too_early(chance: float, findings: Findings, rules: Likelihood) -> Lit:
    """C5: less than 15 % of a normal year is over."""
    if findings.ok:
        return GREEN, ()
    return (AMBER, ()) if chance < rules.p_strong else (NONE, ("too_early",))

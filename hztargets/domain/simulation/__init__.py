"""A plausible, reproducible year of reports for a goal without reports."""

from hztargets.domain.simulation.draws import Draws
from hztargets.domain.simulation.figures import simulate_figures, total_figures
from hztargets.domain.simulation.outline import Figure, Outline
from hztargets.domain.simulation.steps import MonthDays, SimulatedStep, simulate_steps
from hztargets.domain.simulation.words import RESTATED, SimulatedWords, words_for

__all__ = [
    "RESTATED",
    "Draws",
    "Figure",
    "MonthDays",
    "Outline",
    "SimulatedStep",
    "SimulatedWords",
    "simulate_figures",
    "simulate_steps",
    "total_figures",
    "words_for",
]

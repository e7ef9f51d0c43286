"""A policy document as a folder of plain files: its text, its departments and its goals."""

from hztargets.domain.catalogue.figures import FigureRow, FigureTable, read_figures
from hztargets.domain.catalogue.reading import read_catalogue
from hztargets.domain.catalogue.values import (
    AreaEntry,
    Catalogue,
    CatalogueError,
    ClauseEntry,
    DepartmentEntry,
    DocumentEntry,
    GoalEntry,
)

__all__ = [
    "AreaEntry",
    "Catalogue",
    "CatalogueError",
    "ClauseEntry",
    "DepartmentEntry",
    "DocumentEntry",
    "FigureRow",
    "FigureTable",
    "GoalEntry",
    "read_catalogue",
    "read_figures",
]

"""A policy document as a folder of plain files: what it says, who answers for it, what it promises."""

from hztargets.domain.catalogue.figures import FigureRow, FigureTable, read_figures
from hztargets.domain.catalogue.reading import read_catalogue
from hztargets.domain.catalogue.values import (
    Area,
    Catalogue,
    CatalogueError,
    Clause,
    Department,
    Document,
    Goal,
)

__all__ = [
    "Area",
    "Catalogue",
    "CatalogueError",
    "Clause",
    "Department",
    "Document",
    "FigureRow",
    "FigureTable",
    "Goal",
    "read_catalogue",
    "read_figures",
]

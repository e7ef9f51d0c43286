"""Reads every XML part of a workbook once, as a stream, before any library builds something from it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from xml.parsers import expat  # harmful declarations are refused below

from hztargets.guard.limits import MAX_COLUMNS, MAX_ROWS, refused

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types "
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_MAX_MERGES = 2_000

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 1."""


@dataclass
class PartScan:
    """The contents of one part. Raises `ProblemError` while parsing."""

    name: str
    merges: list[Area] = field(default_factory=list)
    _row: int = 0
    _columns: set[int] = field(default_factory=set)
    _column: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _MAIN + "row":
            self._start_row(attributes.get("r"))
        elif tag == _MAIN + "c" and self._row:
            self._start_cell(attributes.get("r"))
        elif tag == _MAIN + "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == RELATIONSHIP:
            check_relationship(attributes)
        elif tag.startswith(TYPES):
            self.check_type(attributes)

    def check_type(self, attributes: dict[str, str]) -> None:
        if "macroenabled" in attributes.get("ContentType", "").lower():
            raise refused("macro_part", name=attributes.get("PartName", self.name))

    def _start_row(self, number: str | None) -> None:
        row = int(number) if number and re.fullmatch(r"[0-9]{1,9}", number) else self._row + 1 if not number else 0
        if row > MAX_ROWS:
            raise refused("too_many_rows", row=row, limit=MAX_ROWS)
        if row <= self._row:
            raise refused("rows_out_of_order", row=self._row)
        self._row, self._column, self._columns = row, 0, set()

    def _start_cell(self, reference: str | None) -> None:
        row, column = (self._row, self._column + 1) if reference is None else _position(reference)
        if row > MAX_ROWS:
            raise refused("too_many_rows", row=row, limit=MAX_ROWS)
        if column > MAX_COLUMNS:
            raise refused("too_many_columns", column=column, limit=MAX_COLUMNS)
        if row != self._row or column in self._columns:
            raise refused("rows_out_of_order", row=self._row)
        self._column = column
        self._columns.add(column)

    def _merge(self, reference: str) -> None:
        first, _colon, last = reference.partition(":")
        self.merges.append((*_position(first), *_position(last or first)))
        if len(self.merges) > _MAX_MERGES:
            raise refused("too_many_merges", limit=_MAX_MERGES)


def _position(reference: str) -> tuple[int, int]:
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise refused("broken_workbook")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def check_relationship(attributes: dict[str, str]) -> None:
    """Addresses typed into a cell become hyperlinks; they are never opened. Every other link to the outside is
    refused."""
    outside = attributes.get("TargetMode", "").lower() == "external"
    if outside and not attributes.get("Type", "").endswith("/hyperlink"):
        raise refused("external_link", name=attributes.get("Target", "")[:100])


_Scan = TypeVar("_Scan", bound=PartScan)


def scan_part(scan: _Scan, pieces: Iterable[bytes]) -> _Scan:
    """Returns `scan` after reading the part. Raises `ProblemError`."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration
    parser.ExternalEntityRefHandler = _refuse_declaration
    parser.StartElementHandler = scan.start
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refused("broken_workbook") from error
    return scan


def _refuse_declaration(*_arguments: Any) -> int:
    raise refused("declaration")

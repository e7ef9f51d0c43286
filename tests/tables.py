"""Tables that tests compare whole: read from a file, or written anew with HZ_WRITE_TABLES=1 and then checked by a person."""

import csv
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

Row = Mapping[str, str]


def compare_with_table(path: Path, columns: list[str], keys: list[str], found: Iterable[Row]) -> None:
    """Fails with the rows that differ. `keys` are the columns that name a row."""
    rows = list(found)
    if os.environ.get("HZ_WRITE_TABLES") == "1":
        _write(path, columns, rows)
        return
    with path.open(encoding="utf-8", newline="") as file:
        stored = {_key(row, keys): row for row in csv.DictReader(file)}
    now = {_key(row, keys): row for row in rows}
    lines = [f"{' '.join(key)}: no row in the table" for key in now.keys() - stored.keys()]
    lines += [f"{' '.join(key)}: a row for nothing" for key in stored.keys() - now.keys()]
    for key in now.keys() & stored.keys():
        lines += [
            f"{' '.join(key)}: {column} is {now[key][column]!r}, the table says {stored[key].get(column)!r}"
            for column in columns
            if now[key][column] != stored[key].get(column)
        ]
    if lines:
        hint = f"If that is meant: HZ_WRITE_TABLES=1 writes {path.name} anew; read its diff before you commit it."
        pytest.fail("\n".join([*sorted(lines), hint]), pytrace=False)


def _key(row: Row, keys: list[str]) -> tuple[str, ...]:
    return tuple(row[key] for key in keys)


def _write(path: Path, columns: list[str], rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)

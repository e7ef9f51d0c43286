"""Responsible units, each known by one code, one name and any number of aliases."""

import re

from hztargets.domain.catalogue.tables import Cells, read_table
from hztargets.domain.catalogue.values import DepartmentEntry
from hztargets.domain.problems import Problem

FILE = "departments.csv"
SEPARATORS = re.compile(r"[、，,；;]")

# Any name, alias or code -> the department's code.
Names = dict[str, str]


def split_names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in SEPARATORS.split(text) if name.strip())


def read_departments(text: str, problems: list[Problem]) -> tuple[tuple[DepartmentEntry, ...], Names]:
    rows = read_table(text, ("code", "name"), ("aliases", "kind"), problems)
    departments = tuple(_read_department(row, position) for position, row in enumerate(rows, start=1))
    names: Names = {}
    for row, department in zip(rows, departments, strict=True):
        _claim_names(row, department, names)
    return departments, names


def _read_department(row: Cells, position: int) -> DepartmentEntry:
    code = row.needed("code")
    if code and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", code):
        row.refuse("department_code_malformed", "code", value=code)
    return DepartmentEntry(code, row.needed("name"), split_names(row.text("aliases")), row.text("kind"), position)


def _claim_names(row: Cells, department: DepartmentEntry, names: Names) -> None:
    for name in filter(None, (department.code, department.name, *department.aliases)):
        if name in names:
            row.refuse("department_name_twice", name=name, department=names[name])
        else:
            names[name] = department.code

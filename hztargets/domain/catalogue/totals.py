"""What must hold between goals: codes stand once, components belong to their total and add up to it."""

from collections import Counter
from decimal import Decimal

from hztargets.domain.catalogue.goals import FILE
from hztargets.domain.catalogue.tables import Cells
from hztargets.domain.catalogue.values import Goal, Problem


def check_codes(rows: list[Cells]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        code = row.text("code")
        if code and first.setdefault(code, row.line) != row.line:
            row.refuse(f"code: “{code}” already stands in line {first[code]}; give this goal a code of its own")


def check_parents(rows: list[Cells]) -> None:
    """Looks at the rows as written, so that a parent with a fault of its own is not called unknown."""
    homes = {row.text("code"): (row.text("area"), row.text("clause")) for row in rows}
    parents = {row.text("code"): row.text("parent") for row in rows}
    for row in rows:
        parent = row.text("parent")
        if not parent:
            continue
        if parent not in homes or parent == row.text("code"):
            row.refuse(f"parent: “{parent}” is not the code of another goal; correct it or leave it empty")
        elif homes[parent] != (row.text("area"), row.text("clause")):
            row.refuse(f"parent: “{parent}” is in another clause; a total and its components share one clause")
        elif parents[parent]:
            row.refuse(f"parent: “{parent}” is itself a component; name the total instead")


def check_sums(goals: list[Goal], rows: list[Cells], problems: list[Problem]) -> None:
    """Budget components add up to their total to the last digit; other components at most reach it."""
    by_code = {goal.code: goal for goal in goals}
    expected = Counter(row.text("parent") for row in rows)
    for code, total in by_code.items():
        components = [goal for goal in goals if goal.parent == code]
        if components and len(components) == expected[code]:
            _check_sum(total, components, problems)


def _check_sum(total: Goal, components: list[Goal], problems: list[Problem]) -> None:
    strangers = [goal for goal in components if (goal.unit, goal.kind) != (total.unit, total.kind)]
    for goal in strangers:
        reason = f"parent: {total.code} is a {total.kind} in {total.unit}, this is a {goal.kind} in {goal.unit}"
        problems.append(Problem(FILE, goal.line, f"{reason}; use the same kind and unit"))
    if strangers or total.value is None:
        return
    added = sum((goal.value or Decimal(0) for goal in components), Decimal(0))
    if added > total.value or (total.kind == "budget" and added != total.value):
        reason = f"value: {total.value}, but the components of {total.code} add up to {added}; correct one of them"
        problems.append(Problem(FILE, total.line, reason))


def check_budget_overlap(goals: list[Goal], problems: list[Problem]) -> None:
    """The document as a whole (area 0) may count overlapping budgets once, so its total is at most the areas' sum."""
    totals = [goal for goal in goals if goal.kind == "budget" and goal.parent is None]
    added = sum((goal.value or Decimal(0) for goal in totals if goal.area), Decimal(0))
    for goal in totals:
        if goal.area == 0 and goal.value is not None and goal.value > added:
            reason = f"value: {goal.value} is more than the areas' budgets together, {added}; correct one of them"
            problems.append(Problem(FILE, goal.line, reason))

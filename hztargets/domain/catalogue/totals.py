"""What must hold between goals: codes are unique, components belong to their total and add up to it."""

from collections import Counter
from decimal import Decimal

from hztargets.domain.catalogue.tables import Cells
from hztargets.domain.catalogue.values import GoalEntry
from hztargets.domain.problems import Fact, Problem


def check_codes(rows: list[Cells]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        code = row.text("code")
        if code and first.setdefault(code, row.line) != row.line:
            row.refuse("goal_code_twice", "code", value=code, first=first[code])


def check_parents(rows: list[Cells]) -> None:
    """Checks the rows as written, so that a parent with an error of its own does not count as unknown."""
    homes = {row.text("code"): (row.text("area"), row.text("clause")) for row in rows}
    parents = {row.text("code"): row.text("parent") for row in rows}
    for row in rows:
        parent = row.text("parent")
        if not parent:
            continue
        if parent not in homes or parent == row.text("code"):
            row.refuse("parent_unknown", "parent", parent=parent)
        elif homes[parent] != (row.text("area"), row.text("clause")):
            row.refuse("parent_elsewhere", "parent", parent=parent)
        elif parents[parent]:
            row.refuse("parent_is_component", "parent", parent=parent)


def check_sums(goals: list[GoalEntry], rows: list[Cells], problems: list[Problem]) -> None:
    """Budget components add up to their total to the last digit; other components at most reach it."""
    by_code = {goal.code: goal for goal in goals}
    expected = Counter(row.text("parent") for row in rows)
    for code, total in by_code.items():
        components = [goal for goal in goals if goal.parent == code]
        if components and len(components) == expected[code]:
            _check_sum(total, components, problems)


def _check_sum(total: GoalEntry, components: list[GoalEntry], problems: list[Problem]) -> None:
    strangers = [goal for goal in components if (goal.unit, goal.kind) != (total.unit, total.kind)]
    for goal in strangers:
        names = {"parent": total.code, "total_kind": total.kind, "total_unit": total.unit}
        own = {"kind": goal.kind, "unit": goal.unit}
        problems.append(Problem("component_unlike_total", "parent", goal.line, {**names, **own}))
    if strangers or total.value is None:
        return
    added = sum((goal.value or Decimal(0) for goal in components), Decimal(0))
    if added > total.value or (total.kind == "budget" and added != total.value):
        facts: dict[str, Fact] = {"value": total.value, "total": total.code, "sum": added}
        problems.append(Problem("components_do_not_add_up", "value", total.line, facts))


def check_budget_overlap(goals: list[GoalEntry], problems: list[Problem]) -> None:
    """The document as a whole (area 0) may count overlapping budgets once, so its total is at most the areas' sum."""
    totals = [goal for goal in goals if goal.kind == "budget" and goal.parent is None]
    added = sum((goal.value or Decimal(0) for goal in totals if goal.area), Decimal(0))
    for goal in totals:
        if goal.area == 0 and goal.value is not None and goal.value > added:
            facts = {"value": goal.value, "sum": added}
            problems.append(Problem("budget_above_areas", "value", goal.line, facts))

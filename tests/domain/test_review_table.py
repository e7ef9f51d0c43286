"""Every situation × state × action × role against `review_table.csv`: the state it leads to, or why it is refused.

Written anew by `HZ_WRITE_TABLES=1 pytest tests/domain/test_review_table.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from hztargets.domain.problems import ProblemError
from hztargets.domain.review import (
    DEPARTMENT_ROLES,
    OVERSIGHT_ROLES,
    TRANSITIONS,
    Actor,
    ReportFacts,
    check_transition,
)
from tests.tables import compare_with_table

TABLE = Path(__file__).with_name("review_table.csv")
OWN, OTHER = 1, 2
AUTHOR = 99
STATES = sorted(
    {rule.target for rule in TRANSITIONS.values()} | {s for rule in TRANSITIONS.values() for s in rule.sources}
)
ROLES = [*sorted(DEPARTMENT_ROLES), *sorted(OVERSIGHT_ROLES), "security_admin", "system_admin"]
ACTORS = {
    **{
        role: Actor(user_id=number, role=role, department_id=OWN if role in DEPARTMENT_ROLES else None)
        for number, role in enumerate(ROLES)
    },
    **{
        f"{role} elsewhere": Actor(user_id=50 + number, role=role, department_id=OTHER)
        for number, role in enumerate(sorted(DEPARTMENT_ROLES))
    },
}
Situation = Callable[[ReportFacts, Actor], ReportFacts]
SITUATIONS: dict[str, Situation] = {
    "open period": lambda report, _actor: report,
    "period closed": lambda report, _actor: replace(report, period_closed=True),
    "endorsement needed": lambda report, _actor: replace(report, needs_endorsement=True),
    "wrote it": lambda report, actor: replace(report, written_by={AUTHOR, actor.user_id}),
    "submitted it": lambda report, actor: replace(report, submitted_by=actor.user_id),
}


def outcome(actor: Actor, action: str, report: ReportFacts) -> str:
    try:
        return f"→ {check_transition(actor, action, report)}"
    except ProblemError as refusal:
        return refusal.problem.code


def rows() -> Iterator[dict[str, str]]:
    for situation, change in SITUATIONS.items():
        for state in STATES:
            plain = ReportFacts(
                state=state,
                lead_department_id=OWN,
                written_by={AUTHOR},
                submitted_by=AUTHOR,
                period_closed=False,
                needs_endorsement=False,
            )
            for action in TRANSITIONS:
                cells = {name: outcome(actor, action, change(plain, actor)) for name, actor in ACTORS.items()}
                yield {"situation": situation, "state": state, "action": action, **cells}


def test_the_table_holds_for_every_situation_state_action_and_role() -> None:
    keys = ["situation", "state", "action"]
    compare_with_table(TABLE, [*keys, *ACTORS], keys, rows())


def test_the_walk_goes_everywhere() -> None:
    found = list(rows())
    assert len(found) == len(SITUATIONS) * len(STATES) * len(TRANSITIONS)
    reached = {cell.removeprefix("→ ") for row in found for cell in row.values() if cell.startswith("→")}
    assert reached == {rule.target for rule in TRANSITIONS.values()}

"""Who may do what with a report, in which state. One table decides for pages, API, imports and bulk actions."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from hztargets.domain.problems import Problem, ProblemError

DEPARTMENT_ROLES = frozenset({"clerk", "department_head"})
OVERSIGHT_ROLES = frozenset({"office", "leader", "auditor", "service"})
OPEN_STATES = frozenset({"draft", "submitted", "endorsed", "returned"})
REVIEWER_ROLES = frozenset({"office", "service"})


@dataclass(frozen=True, slots=True)
class Actor:
    """The user who wants to act, with what the rules need to know."""

    user_id: int
    role: str
    department_id: int | None


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the rules need to know of a report. `lead_department_id` is the goal's lead department, `written_by` is
    everybody who wrote part of it or submitted it, in any round."""

    state: str
    lead_department_id: int
    written_by: AbstractSet[int]
    submitted_by: int | None
    period_closed: bool
    needs_endorsement: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """`action` leads from any of `sources` to `target`; the office acts on all departments, others on their own."""

    action: str
    sources: AbstractSet[str]
    target: str
    roles: AbstractSet[str]
    four_eyes: bool = False


TRANSITIONS = {
    rule.action: rule
    for rule in (
        Transition("edit", frozenset({"draft", "returned"}), "draft", frozenset({"clerk", "service"})),
        Transition("submit", frozenset({"draft", "returned"}), "submitted", frozenset({"clerk", "service"})),
        Transition("withdraw", frozenset({"submitted"}), "withdrawn", frozenset({"clerk"})),
        Transition("endorse", frozenset({"submitted"}), "endorsed", frozenset({"department_head"}), four_eyes=True),
        Transition("approve", frozenset({"submitted", "endorsed"}), "approved", REVIEWER_ROLES, four_eyes=True),
        Transition("return", frozenset({"submitted", "endorsed"}), "returned", REVIEWER_ROLES, four_eyes=True),
    )
}


@dataclass(frozen=True, slots=True)
class RoleRule:
    """The roles that may take an action, and the code of the problem for everybody else."""

    roles: AbstractSet[str]
    code: str = "role_may_not"


ROLES_FOR = {
    "decide": RoleRule(frozenset({"office"})),
    "manage_tokens": RoleRule(frozenset({"security_admin"})),
    "keep_accounts": RoleRule(frozenset({"system_admin"}), "other_administrators_task"),
}
"""Actions that need a role and nothing else: deciding targets, rules and deadlines; making API tokens; making accounts
and setting passwords."""


def check_role(actor: Actor, action: str) -> None:
    """Raises `ProblemError` unless the actor's role may take the action."""
    rule = ROLES_FOR[action]
    if actor.role not in rule.roles:
        raise _refusal(rule.code, action=action)


def _refusal(code: str, **facts: str) -> ProblemError:
    return ProblemError(Problem(code, facts=facts))


def check_can_file(actor: Actor, lead_department_id: int, *, period_closed: bool) -> None:
    """Raises `ProblemError` unless the actor may start a report for a goal led by that department."""
    if actor.role not in TRANSITIONS["edit"].roles:
        raise _refusal("role_may_not", action="file")
    if actor.role in DEPARTMENT_ROLES and actor.department_id != lead_department_id:
        raise _refusal("not_lead_department")
    if period_closed:
        raise _refusal("period_closed")


def check_transition(actor: Actor, action: str, report: ReportFacts) -> str:
    """The report's next state; raises `ProblemError` with the first reason against it."""
    rule = TRANSITIONS[action]
    if actor.role not in rule.roles:
        raise _refusal("role_may_not", action=action)
    if actor.role in DEPARTMENT_ROLES and actor.department_id != report.lead_department_id:
        raise _refusal("not_lead_department")
    if report.state not in rule.sources:
        raise _refusal("wrong_state", action=action, state=report.state)
    if report.period_closed:
        raise _refusal("period_closed")
    if rule.four_eyes and actor.user_id in {*report.written_by, report.submitted_by}:
        raise _refusal("own_report")
    if action == "approve" and report.needs_endorsement and report.state != "endorsed":
        raise _refusal("not_endorsed")
    return rule.target


def actions_for(actor: Actor, report: ReportFacts) -> tuple[str, ...]:
    """Every action the actor could take now, in the table's order."""
    return tuple(action for action in TRANSITIONS if _allowed(actor, action, report))


def _allowed(actor: Actor, action: str, report: ReportFacts) -> bool:
    try:
        check_transition(actor, action, report)
    except ProblemError:
        return False
    return True

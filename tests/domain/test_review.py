"""The table of transitions, exhausted: every role, state and action has exactly one answer."""

from dataclasses import replace

import pytest

from hztargets.domain.problems import ProblemError
from hztargets.domain.review import (
    TRANSITIONS,
    Actor,
    ReportFacts,
    actions_for,
    check_can_file,
    check_transition,
)

OWN, OTHER = 1, 2
CLERK = Actor(user_id=10, role="clerk", department_id=OWN)
HEAD = Actor(user_id=11, role="department_head", department_id=OWN)
OFFICE = Actor(user_id=12, role="office", department_id=None)
SERVICE = Actor(user_id=13, role="service", department_id=None)
BYSTANDERS = [Actor(user_id=14, role=role, department_id=None) for role in (
    "leader", "auditor", "system_admin", "security_admin",
)]  # fmt: skip
STATES = ("draft", "submitted", "endorsed", "approved", "returned", "withdrawn")

DRAFT = ReportFacts(
    state="draft",
    lead_department_id=OWN,
    written_by={CLERK.user_id},
    submitted_by=None,
    period_closed=False,
    needs_endorsement=False,
)
SUBMITTED = replace(DRAFT, state="submitted", submitted_by=CLERK.user_id)
ENDORSED = replace(SUBMITTED, state="endorsed")


def refusal_of(actor: Actor, action: str, report: ReportFacts) -> str:
    with pytest.raises(ProblemError) as caught:
        check_transition(actor, action, report)
    return caught.value.problem.code


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (CLERK, {
            "draft": ("edit", "submit"), "submitted": ("withdraw",), "endorsed": (), "approved": (),
            "returned": ("edit", "submit"), "withdrawn": (),
        }),
        (HEAD, {
            "draft": (), "submitted": ("endorse",), "endorsed": (), "approved": (), "returned": (), "withdrawn": (),
        }),
        (OFFICE, {
            "draft": (), "submitted": ("approve", "return"), "endorsed": ("approve", "return"), "approved": (),
            "returned": (), "withdrawn": (),
        }),
        (SERVICE, {
            "draft": ("edit", "submit"), "submitted": ("approve", "return"), "endorsed": ("approve", "return"),
            "approved": (), "returned": ("edit", "submit"), "withdrawn": (),
        }),
        *((bystander, dict.fromkeys(STATES, ())) for bystander in BYSTANDERS),
    ],
    ids=lambda value: value.role if isinstance(value, Actor) else "",
)  # fmt: skip
def test_actions_by_role_and_state(actor: Actor, allowed: dict[str, tuple[str, ...]]) -> None:
    assert {state: actions_for(actor, replace(SUBMITTED, state=state)) for state in STATES} == allowed


@pytest.mark.parametrize(
    ("actor", "action", "before", "after"),
    [
        (CLERK, "edit", "draft", "draft"),
        (CLERK, "edit", "returned", "draft"),
        (CLERK, "submit", "returned", "submitted"),
        (CLERK, "withdraw", "submitted", "withdrawn"),
        (HEAD, "endorse", "submitted", "endorsed"),
        (OFFICE, "approve", "endorsed", "approved"),
        (OFFICE, "return", "submitted", "returned"),
    ],
)
def test_transition_leads_to(actor: Actor, action: str, before: str, after: str) -> None:
    assert check_transition(actor, action, replace(SUBMITTED, state=before)) == after


def test_every_refusal_has_its_own_code() -> None:
    refused = {
        "role": refusal_of(OFFICE, "edit", DRAFT),
        "department": refusal_of(replace(CLERK, department_id=OTHER), "submit", DRAFT),
        "state": refusal_of(CLERK, "edit", SUBMITTED),
        "closed": refusal_of(CLERK, "edit", replace(DRAFT, period_closed=True)),
        "own": refusal_of(OFFICE, "approve", replace(SUBMITTED, written_by={OFFICE.user_id})),
        "unendorsed": refusal_of(OFFICE, "approve", replace(SUBMITTED, needs_endorsement=True)),
    }
    assert refused == {
        "role": "role_may_not",
        "department": "not_lead_department",
        "state": "wrong_state",
        "closed": "period_closed",
        "own": "own_report",
        "unendorsed": "not_endorsed",
    }


@pytest.mark.parametrize("action", ["endorse", "approve", "return"])
def test_nobody_reviews_a_report_they_wrote_or_submitted(action: str) -> None:
    actor = HEAD if action == "endorse" else OFFICE
    wrote = replace(SUBMITTED, written_by={CLERK.user_id, actor.user_id})
    submitted = replace(SUBMITTED, submitted_by=actor.user_id)
    assert [refusal_of(actor, action, report) for report in (wrote, submitted)] == ["own_report", "own_report"]


def test_a_closed_period_stops_every_action() -> None:
    closed = [replace(SUBMITTED, state=state, period_closed=True) for state in STATES]
    actors = [CLERK, HEAD, OFFICE, SERVICE]
    assert {actions_for(actor, report) for actor in actors for report in closed} == {()}


def test_endorsement_is_needed_only_where_the_department_wants_it() -> None:
    unendorsed = replace(SUBMITTED, needs_endorsement=True)
    assert actions_for(OFFICE, unendorsed) == ("return",)
    assert check_transition(OFFICE, "approve", replace(ENDORSED, needs_endorsement=True)) == "approved"


@pytest.mark.parametrize(
    ("actor", "closed", "code"),
    [
        (OFFICE, False, "role_may_not"),
        (HEAD, False, "role_may_not"),
        (replace(CLERK, department_id=OTHER), False, "not_lead_department"),
        (replace(CLERK, department_id=None), False, "not_lead_department"),
        (CLERK, True, "period_closed"),
        (SERVICE, True, "period_closed"),
    ],
)
def test_filing_is_refused(actor: Actor, closed: bool, code: str) -> None:
    with pytest.raises(ProblemError) as caught:
        check_can_file(actor, OWN, period_closed=closed)
    assert caught.value.problem.code == code


@pytest.mark.parametrize("actor", [CLERK, SERVICE])
def test_filing_is_open_to_the_lead_department_and_programs(actor: Actor) -> None:
    check_can_file(actor, OWN, period_closed=False)


def test_review_actions_and_only_they_need_four_eyes() -> None:
    assert {rule.action for rule in TRANSITIONS.values() if rule.four_eyes} == {"endorse", "approve", "return"}

"""Whether somebody may do something. The policy tables are in `domain.review` and `domain.plans`."""

from hztargets.domain.plans import check_can_plan
from hztargets.domain.problems import ProblemError
from hztargets.domain.review import check_can_file, check_role, check_transition
from hztargets.models import Goal, Report, User
from hztargets.queries.filing.reports import report_facts
from hztargets.services.errors import NotAllowed


def allow(
    by: User, action: str, on: Report | Goal | None = None, *, period_closed: bool = False, frozen: bool = False
) -> str:
    """The state to which the action leads a report, empty for every other object. Raises `NotAllowed`.

    Of a report: an action of `TRANSITIONS`. Of a goal: "file" (with `period_closed`) or "plan" (with `frozen`: the
    year has begun). Without an object: an action of `ROLES_FOR`.
    """
    actor = by.to_actor()
    try:
        match on:
            case Report():
                return check_transition(actor, action, report_facts(on))
            case Goal() if action == "plan":
                check_can_plan(actor, on.lead_id, frozen=frozen)
            case Goal():
                check_can_file(actor, on.lead_id, period_closed=period_closed)
            case None:
                check_role(actor, action)
    except ProblemError as refusal:
        raise NotAllowed(refusal.problem) from refusal
    return ""

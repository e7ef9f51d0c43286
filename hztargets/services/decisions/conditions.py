"""What every decision on rules, profiles and targets has to satisfy before anything is written."""

from django.utils.translation import gettext as _

from hztargets.models import Period
from hztargets.services.errors import ServiceError


class InvalidDecision(ServiceError):
    """The decision cannot be taken as it stands."""


def needed_reason(reason: str) -> str:
    """The reason without surrounding blanks; an empty one is refused."""
    if not reason.strip():
        raise InvalidDecision("reason_missing", _("Give a reason; it is kept with the decision."), "reason")
    return reason.strip()


def check_takes_effect(document_id: int, month: int | None) -> int:
    """The month, if a change from then on leaves every closed month as it is."""
    if month is None or not 1 <= month <= 12:
        message = _("Give the month from which the change takes effect, 1 to 12.")
        raise InvalidDecision("month_unknown", message, "effective_month")
    closed = last_closed_month(document_id)
    if closed is not None and closed >= month:
        message = _(
            "Month %(month)s is closed and its lights stand. Choose a later month to take effect, or reopen it first."
        )
        raise InvalidDecision("month_closed", message % {"month": closed}, "effective_month")
    return month


def last_closed_month(document_id: int) -> int | None:
    """Holds all periods as they are until the transaction ends, so that none closes meanwhile."""
    periods = Period.objects.filter(document=document_id).order_by("month").select_for_update(no_key=True)
    return max((period.month for period in periods if period.closed_at is not None), default=None)

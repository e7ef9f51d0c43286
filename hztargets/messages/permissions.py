"""Why somebody may not do something."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "role_may_not": _("Your role may not do this."),
    "not_lead_department": _("Only the lead department files this goal."),
    "not_planning_department": _("Only the lead department and the municipal office plan this goal."),
    "profile_frozen": _("The year has begun and the profile is frozen. Ask the municipal office to change it."),
    "wrong_state": _("The report is no longer in a state that allows this. Reload the page to see where it is."),
    "period_closed": _("This period is closed. Ask the municipal office to reopen it."),
    "own_report": _("Nobody reviews a report they wrote or submitted. Ask a colleague."),
    "not_endorsed": _("The department head has not endorsed this report yet."),
}

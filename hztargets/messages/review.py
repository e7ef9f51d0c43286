"""Why a decision on a report cannot be taken."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "stale_decision": _("This report has changed since the page was opened. Look at it again before you decide."),
    "return_reason_missing": _("Say why the report is returned."),
    "reason_empty": _("“%(text)s” does not tell the department what to mend. Say what is wrong."),
    "decision_failed": _("Something went wrong and nothing was changed; the administrator finds it in the log."),
}

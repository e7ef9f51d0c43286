"""What the actions and objects of the audit trail are called. A test finds those without a word."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from hztargets.domain.report_fields import BY_NAME
from hztargets.messages.words import WORDS

ACTIONS: Mapping[str, str | Promise] = {
    "account.add": _("account made"),
    "account.change": _("account changed"),
    "account.off": _("account switched off"),
    "account.on": _("account switched on"),
    "account.password": _("password set by the administrator"),
    "account.role": _("role or department of the account changed"),
    "admin.add": _("added in the administration"),
    "admin.change": _("changed in the administration"),
    "admin.delete": _("deleted in the administration"),
    "audit.export": _("audit trail exported"),
    "calendar.load": _("calendar loaded"),
    "document.due_working_day": _("deadline of the document changed"),
    "document.import": _("document imported"),
    "document.simulate": _("figures simulated"),
    "evidence.add": _("evidence attached"),
    "evidence.remove": _("evidence removed"),
    "goal.due_working_day": _("deadline of the goal changed"),
    "goal.revise": _("target revised"),
    "login": _("logged in"),
    "login.failed": _("log-in failed"),
    "login.locked": _("log-in locked after too many failures"),
    "logout": _("logged out"),
    "password.change": _("password changed"),
    "period.close": _("period closed"),
    "period.extend": _("deadline extended"),
    "period.open": _("period opened"),
    "period.reopen": _("period reopened"),
    "profile.set": _("plan set"),
    "reference_year.set": _("past year set"),
    "report.approve": _("report approved"),
    "report.create": _("report started"),
    "report.edit": _("report changed"),
    "report.endorse": _("report endorsed"),
    "report.return": _("report returned"),
    "report.submit": _("report submitted"),
    "report.withdraw": _("report withdrawn"),
    "rule_set.add": _("rules decided"),
    "session.end": _("session ended by its time limit"),
    "sheet.file": _("workbook or grid filed"),
    "token.issue": _("API token made"),
    "token.replace": _("API token replaced"),
    "token.revoke": _("API token revoked"),
}

OBJECTS: Mapping[str, str | Promise] = {
    "apitoken": _("API token"),
    "area": _("area"),
    "auditevent": _("audit trail"),
    "calendarday": _("calendar day"),
    "clause": _("clause"),
    "department": _("department"),
    "document": _("document"),
    "goal": _("goal"),
    "goalprofile": _("plan of a goal"),
    "goalversion": _("target"),
    "period": _("period"),
    "referenceyear": _("past year"),
    "report": _("report"),
    "rulesetversion": _("rules"),
    "user": _("account"),
}

FIELDS: Mapping[str, str | Promise] = {
    **{name: gettext_lazy(WORDS[f"report.{name}"]) for name in BY_NAME},
    "account": _("account"),
    "department": _("department"),
    "display_name": _("display name"),
    "due_on": _("Deadline"),
    "effective_month": _("Takes effect from"),
    "email": _("e-mail address"),
    "expires_at": _("Ends"),
    "goals": _("Goals"),
    "is_active": _("switched on"),
    "key": _("Key"),
    "kind": _("Kind"),
    "language": _("language"),
    "name": _("Name"),
    "number": _("Version"),
    "opens_on": _("Opens"),
    "periods": _("Reporting periods"),
    "plan": _("Plan"),
    "role": _("role"),
    "rules": _("Rules"),
    "scope": _("scope"),
    "sha256": _("Hash"),
    "size": _("size in bytes"),
    "source": _("Source"),
    "username": _("user name"),
    "values": _("Figures"),
    "version": _("Version"),
    "working_day": _("Due on working day"),
    "year": _("Year"),
}
"""Names of the values before and after an event. A name without a word, such as a count of an import, is shown as
stored."""

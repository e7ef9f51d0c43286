"""What the actions and objects of the audit trail are called. A test finds those without a word."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ACTIONS: Mapping[str, str | Promise] = {
    "admin.add": _("added in the administration"),
    "admin.change": _("changed in the administration"),
    "admin.delete": _("deleted in the administration"),
    "audit.export": _("audit trail exported"),
    "calendar.load": _("calendar loaded"),
    "document.due_working_day": _("deadline of the document changed"),
    "document.import": _("document imported"),
    "document.simulate": _("figures simulated"),
    "goal.revise": _("target revised"),
    "login": _("logged in"),
    "login.failed": _("log-in failed"),
    "login.locked": _("log-in locked after too many failures"),
    "logout": _("logged out"),
    "password.change": _("password changed"),
    "period.close": _("period closed"),
    "period.extend": _("deadline extended"),
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

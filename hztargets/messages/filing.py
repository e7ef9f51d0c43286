"""Why a report cannot be started, changed, submitted or loaded."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "wrong_document": _("The period belongs to another document."),
    "not_open_yet": _("This period opens on %(day)s; a figure cannot be filed before."),
    "filed_by_lead": _("This goal is filed by its lead department, %(lead)s. You can read its reports here."),
    "filed_by_clerk": _("The clerk of your department files this goal. You can read its reports here."),
    "with_the_office": _(
        "This report is with the municipal office. To change it, withdraw it first or wait for the review."
    ),
    "already_open": _("This goal already has a report under way for this period."),
    "already_approved": _("This period already has an approved figure. Tick “restated” to file a correction."),
    "correction_reason_missing": _("Say why the approved figure is corrected."),
    "too_large": _("%(value)s is too large. Check the unit."),
    "stale": _("Somebody changed this report in the meantime. Reload it and try again."),
    "stale_preview": _("Reports changed since this preview. Look at what stands now, then confirm."),
    "under_review": _(
        "This report is being reviewed with other words or figures. Withdraw it on its page, then upload again."
    ),
    "rows_refused": _("Nothing was filed."),
    "sheet_refused": _("Nothing was filed. Mend what is marked, then upload the sheet again."),
    "unknown_goal": _("Goal %(code)s is not in %(document)s."),
    "wrong_year": _("The document's goals are for %(year)s."),
    "filed_by_department": _("The department has filed %(value)s for this period; it is not overwritten."),
    "other_seed": _("The year was simulated with another seed (%(used)s); a second one would contradict it."),
    "key_too_long": _("The Idempotency-Key is longer than %(limit)s characters."),
    "key_not_ascii": _("The Idempotency-Key may hold only letters, digits and signs of ASCII."),
    "key_reused": _("This Idempotency-Key was used for another request. Take a new one."),
}

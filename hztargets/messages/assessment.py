"""Why a document or a goal cannot be assessed."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "no_rule_set": _("The document has no rule set. Load it again with import_document."),
    "not_judged": _("The goal could not be judged; its data needs the office's attention."),
    "nothing_open": _("No period of %(document)s was open on %(day)s; the first opens on the first of February."),
}

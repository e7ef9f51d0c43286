"""The words of the review page: fields of a report, and how timely it came."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hztargets.domain.changes import Change
from hztargets.domain.timeliness import LATE, ON_TIME, Timeliness
from hztargets.templatetags.figures import NOTHING

register = template.Library()


@register.filter
def field_word(change: Change) -> str:
    words = {
        "value": _("Figure"),
        "comparator": _("Compared with"),
        "is_nil": _("No progress this month"),
        "is_restated": _("restated"),
        "done_on": _("Done on"),
        "note": _("Progress in words"),
        "cause": _("Cause"),
        "remedy": _("Remedy"),
        "expected_on": _("Expected to be reached on"),
    }
    return words[change.field]


@register.filter
def wording(text: str) -> str:
    """One side of a change."""
    return _("yes") if text == "True" else text or NOTHING


@register.filter
def came(seen: Timeliness | None) -> str:
    """How timely a report came; empty where none was due."""
    if seen is None:
        return ""
    if seen.state == LATE:
        days = seen.working_days
        return ngettext("%(days)s working day late", "%(days)s working days late", days) % {"days": days}
    return _("on time") if seen.state == ON_TIME else ""

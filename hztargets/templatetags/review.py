"""Words of the review page: fields of a report, and its timeliness."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hztargets.domain.changes import FieldChange
from hztargets.domain.report_fields import TEXTS
from hztargets.domain.timeliness import LATE, ON_TIME, Timeliness
from hztargets.messages import word
from hztargets.models import Report
from hztargets.templatetags.figures import NOTHING

register = template.Library()


@register.filter
def field_word(change: FieldChange) -> str:
    return word(f"review.{change.field}")


@register.filter
def words_beside(report: Report) -> list[tuple[str, str]]:
    """Labels and texts of the report, except the note."""
    texts = ((name, getattr(report, name)) for name in TEXTS if name != "note")
    return [(word(f"review.{name}"), text) for name, text in texts if text]


@register.filter
def wording(text: str) -> str:
    """The old or the new value of a change, as text."""
    return _("yes") if text == "True" else text or NOTHING


@register.filter
def came(timeliness: Timeliness | None) -> str:
    """The timeliness of a report in words; empty when none was due."""
    if timeliness is None:
        return ""
    if timeliness.state == LATE:
        days = timeliness.working_days
        return ngettext("%(days)s working day late", "%(days)s working days late", days) % {"days": days}
    return _("on time") if timeliness.state == ON_TIME else ""

"""Words for rules, plans and the calendar."""

from collections.abc import Sequence
from datetime import date

from django import template
from django.utils.translation import gettext as _

from hztargets.templatetags.figures import NOTHING
from hztargets.templatetags.words import month_name

register = template.Library()


@register.filter
def months_text(months: Sequence[int]) -> str:
    """`Jan–Aug` for consecutive months."""
    if not months:
        return NOTHING
    first, last = month_name(months[0]), month_name(months[-1])
    return first if first == last else f"{first.removesuffix('月')}–{last}"


@register.filter
def profile_word(kind: str) -> str:
    words = {
        "auto": _("automatic"),
        "plan": _("monthly plan"),
        "history": _("past years"),
        "linear": _("even pace"),
        "step": _("batches"),
        "working_day": _("working days"),
    }
    return words[kind]


@register.filter
def weekday_name(day: date) -> str:
    names = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return names[day.weekday()]

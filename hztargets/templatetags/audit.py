"""Words of the audit page: kinds of objects, and why a session ended."""

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from hztargets.messages.audit import ACTIONS, FIELDS, OBJECTS
from hztargets.models import ApiToken, Role

register = template.Library()


@register.filter
def action_word(action: str) -> str:
    return capfirst(str(ACTIONS.get(action, action)))


@register.filter
def object_word(name: str) -> str:
    return str(OBJECTS.get(name, name))


@register.filter
def reason_word(reason: str) -> str:
    """The reason of an event; the two codes for ended sessions are translated, other texts are unchanged."""
    return {"idle": _("30 minutes without activity"), "long": _("12 hours since logging in")}.get(reason, reason)


@register.filter
def noted_name(name: str) -> str:
    return capfirst(str(FIELDS.get(name, name)))


@register.filter
def noted_value(text: str, name: str) -> str:
    """Roles, scopes and truth values in words; other values unchanged."""
    choices = {"role": Role.choices, "scope": ApiToken.Scope.choices}.get(name, [])
    words = {str(value): str(word) for value, word in choices} | {"true": _("yes"), "True": _("yes")}
    words |= {"false": _("no"), "False": _("no")}
    return words.get(text, text)

"""The audit trail's own words: kinds of objects and why a session ended."""

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
    """Reasons are people's words, but for two that the service itself gives."""
    return {"idle": _("30 minutes without activity"), "long": _("12 hours since logging in")}.get(reason, reason)


@register.filter
def noted_name(name: str) -> str:
    return capfirst(str(FIELDS.get(name, name)))


@register.filter
def noted_value(text: str, name: str) -> str:
    """Roles, scopes, yes and no in words; all else as it was noted."""
    choices = {"role": Role.choices, "scope": ApiToken.Scope.choices}.get(name, [])
    words = {str(value): str(word) for value, word in choices} | {"true": _("yes"), "True": _("yes")}
    words |= {"false": _("no"), "False": _("no")}
    return words.get(text, text)

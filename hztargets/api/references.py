"""Objects named in a request. An unknown object and one the user may not see give the same 404, with the field."""

import re

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from hztargets.api.fields import PERIOD_PATTERN
from hztargets.api.problems import UnknownReferenceError
from hztargets.models import Document, Goal, Period, User
from hztargets.queries.catalogue import documents_for

_MAX_ID_DIGITS = 18


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_ID_DIGITS


def matching(text: str, other: str, prefix: str = "") -> Q:
    """The row with that id, or with that text in column `other`; no row for a text that the database cannot store."""
    if not _is_storable(text):
        return Q(**{f"{prefix}pk__in": []})
    return Q(**{f"{prefix}pk": int(text)}) if is_id(text) else Q(**{f"{prefix}{other}": text})


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def find_document(user: User, text: str, period: str) -> Document:
    """The document of that id or number; for an empty text the latest of the period's year, or else of all."""
    documents = documents_for(user)
    if text:
        document = documents.filter(matching(text, "number")).first()
    else:
        year = period[:4] if re.fullmatch(PERIOD_PATTERN, period) else ""
        document = (documents.filter(year=int(year)).first() if year else None) or documents.first()
    if document is None:
        raise UnknownReferenceError("document", _("There is no such document."))
    return document


def find_goal(user: User, text: str, document: str, period: str) -> Goal:
    """A goal the user may see, by id, or by its code in a document, see `find_document`."""
    goals = Goal.objects.visible_to(user).select_related("lead", "document").defer("document__text")
    goals = goals.filter(matching(text, "code"))
    if document or not is_id(text):
        goals = goals.filter(document=find_document(user, document, period))
    goal = goals.first()
    if goal is None:
        raise UnknownReferenceError("goal", _("There is no such goal."))
    return goal


def find_period(document: Document, label: str) -> Period:
    prefetch_related_objects([document], "periods")  # the coming light needs all of them
    period = next((one for one in document.periods.all() if f"{document.year}-{one.month:02d}" == label), None)
    if period is None:
        raise UnknownReferenceError("period", _("The document has no such period."))
    return period

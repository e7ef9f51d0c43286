"""Finding what a request names. Unknown and invisible are the same answer: 404 with the field's name."""

from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from hztargets.api.problems import UnknownReferenceError
from hztargets.models import Document, Goal, Period, User
from hztargets.queries.catalogue import latest_document

_MAX_ID_DIGITS = 18


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MAX_ID_DIGITS


def matching(text: str, other: str, prefix: str = "") -> Q:
    """The row with that id, or whose column `other` is that text."""
    return Q(**{f"{prefix}pk": int(text)}) if is_id(text) else Q(**{f"{prefix}{other}": text})


def find_document(text: str) -> Document:
    """The document of that id or number; the latest for an empty text."""
    document = Document.objects.filter(matching(text, "number")).first() if text else latest_document()
    if document is None:
        raise UnknownReferenceError("document", _("There is no such document."))
    return document


def find_goal(user: User, text: str, document: str) -> Goal:
    """A goal the user may see, by id, or by its code in a document (the latest for an empty text)."""
    goals = Goal.objects.visible_to(user).select_related("lead", "document").defer("document__text")
    goals = goals.filter(matching(text, "code"))
    if document or not is_id(text):
        goals = goals.filter(document=find_document(document))
    goal = goals.first()
    if goal is None:
        raise UnknownReferenceError("goal", _("There is no such goal."))
    return goal


def find_period(document: Document, label: str) -> Period:
    prefetch_related_objects([document], "periods")  # the coming light asks for all of them again
    period = next((one for one in document.periods.all() if f"{document.year}-{one.month:02d}" == label), None)
    if period is None:
        raise UnknownReferenceError("period", _("The document has no such period."))
    return period

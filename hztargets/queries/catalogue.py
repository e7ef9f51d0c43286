from datetime import date

from django.db.models import QuerySet

from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.models import Document, Goal, Period, User
from hztargets.models.goals import GoalQuerySet


def goals_for(user: User, document: Document) -> GoalQuerySet:
    """The goals of a document the user may see, in the document's order."""
    return (
        Goal.objects.visible_to(user)
        .filter(document=document)
        .select_related("area", "clause", "lead", "parent")
        .in_document_order()
    )


def documents_for(user: User) -> QuerySet[Document]:
    """The latest first. A department sees a document once it has a goal in it."""
    documents = Document.objects.order_by("-year", "-issued_on", "-pk")
    if user.role in DEPARTMENT_ROLES:
        return documents.filter(pk__in=Goal.objects.visible_to(user).values("document"))
    return documents


def latest_document() -> Document | None:
    return Document.objects.order_by("-year", "-issued_on", "-pk").first()


def open_periods(document: Document, today: date) -> list[Period]:
    """The periods for which filing has begun, oldest first."""
    return list(document.periods.filter(opens_on__lte=today).select_related("document").order_by("month"))


def period_by_label(document: Document, label: str) -> Period | None:
    """The period written `2024-07`; None if the document has none of that name."""
    year, _dash, month = label.partition("-")
    if year != str(document.year) or not (month.isascii() and month.isdigit() and len(month) == 2):
        return None
    period = document.periods.filter(month=int(month)).first()
    if period is not None:
        period.document = document
    return period

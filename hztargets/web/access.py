"""Which roles may open a page, and the objects named in an address. An object the user may not see gives 404."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from hztargets import clock
from hztargets.domain.review import DEPARTMENT_ROLES, OVERSIGHT_ROLES
from hztargets.models import Document, Goal, Period, Report, User
from hztargets.queries.catalogue import period_by_label
from hztargets.queries.filing.reports import reports_for

READERS = DEPARTMENT_ROLES | OVERSIGHT_ROLES

_Arguments = ParamSpec("_Arguments")


class SignedInRequest(HttpRequest):
    user: User


_Answer = TypeVar("_Answer", bound=HttpResponseBase)
_Page = Callable[Concatenate[SignedInRequest, _Arguments], _Answer]


def for_roles(roles: Iterable[str]) -> Callable[[_Page[_Arguments, _Answer]], Callable[..., _Answer]]:
    """Lets only signed-in users of these roles open the page; others get 403 with the reason."""
    allowed = frozenset(roles)

    def decorate(page: _Page[_Arguments, _Answer]) -> Callable[..., _Answer]:
        @login_required
        @wraps(page)
        def guarded(request: SignedInRequest, *args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Answer:
            if request.user.role not in allowed:
                raise PermissionDenied(_("This page is not for the role “%(role)s”.") % {"role": _role(request.user)})
            return page(request, *args, **kwargs)

        return guarded

    return decorate


def _role(user: User) -> str:
    return str(user.get_role_display())


def document_or_404(user: User, document_id: int) -> Document:
    """A department sees a document as soon as it has a goal in it."""
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise Http404
    if user.role in DEPARTMENT_ROLES and not Goal.objects.visible_to(user).filter(document=document).exists():
        raise Http404
    return document


def goal_or_404(user: User, document_id: int, code: str) -> Goal:
    if "\0" in code:
        raise Http404
    goal = (
        Goal.objects.visible_to(user)
        .filter(document=document_id, code=code)
        .select_related("document", "area", "clause", "lead", "parent")
        .first()
    )
    if goal is None:
        raise Http404
    return goal


def period_or_404(document: Document, label: str) -> Period:
    period = period_by_label(document, label)
    if period is None:
        raise Http404
    return period


def open_period_or_404(user: User, document_id: int, label: str) -> tuple[Document, Period]:
    """A document and its period; 404 also before the period opens."""
    document = document_or_404(user, document_id)
    period = period_or_404(document, label)
    if period.opens_on > clock.today():
        raise Http404
    return document, period


def report_or_404(user: User, report_id: int) -> Report:
    report = reports_for(user).filter(pk=report_id).first()
    if report is None:
        raise Http404
    return report

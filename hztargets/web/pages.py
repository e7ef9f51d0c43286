"""The start page and the other pages without figures."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.queries.catalogue import latest_document
from hztargets.services.accounts.signing_in import LOCKED_FOR, MAX_FAILURES
from hztargets.web.access import READERS, SignedInRequest


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Redirects to the start page of the user's role."""
    document = latest_document()
    if request.user.role not in READERS:
        return render(request, "hztargets/pages/administration.html", {"policy": _policy()})
    if document is None:
        return render(request, "hztargets/pages/no_document.html")
    return redirect("filing" if request.user.role in DEPARTMENT_ROLES else "board", document.pk)


def _policy() -> dict[str, object]:
    """The security settings of this installation, shown to administrators."""
    return {
        "is_composed": settings.PASSWORD_MAX_AGE is not None,
        "days": settings.PASSWORD_MAX_AGE.days if settings.PASSWORD_MAX_AGE else None,
        "failures": MAX_FAILURES,
        "locked_minutes": int(LOCKED_FOR.total_seconds() // 60),
        "idle_minutes": settings.SESSION_IDLE_AGE // 60,
        "hours": settings.SESSION_COOKIE_AGE // 3600,
    }


def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "hztargets/pages/help.html")

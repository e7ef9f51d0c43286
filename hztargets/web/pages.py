"""The start page and the other pages without figures."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.queries.catalogue import latest_document
from hztargets.web.access import READERS, SignedInRequest


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """Everybody lands where their work is."""
    document = latest_document()
    if request.user.role not in READERS:
        return render(request, "hztargets/pages/administration.html")
    if document is None:
        return render(request, "hztargets/pages/no_document.html")
    return redirect("filing" if request.user.role in DEPARTMENT_ROLES else "board", document.pk)


def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "hztargets/pages/help.html")

"""Keeps form input when the session has ended. A form sent without a session is answered with the log-in form, which
carries the input; after the log-in the page shows it again, unsaved, to the same user.

Nothing is stored before the log-in. The carried input is signed, so it was sent from one of our pages with a valid CSRF
token; after the log-in it stays in the new session until its page is opened.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django_htmx.middleware import HtmxDetails

from hztargets.models import User

_SALT, _KEY, _FIELD = "kept-input", "kept_input", "kept"
_MAX_AGE = 3600
TYPED_BY = "typed_by"
"""Form field with the id of the user the page was rendered for; the input is restored only for that user."""
_View = Callable[..., HttpResponse]


class HtmxRequest(HttpRequest):
    """As `HtmxMiddleware` leaves it."""

    htmx: HtmxDetails


def keeps_input(view: _View) -> _View:
    """For a page whose form input must not be lost. The outermost decorator: it runs before the log-in check."""

    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return HttpResponse(status=401) if request.htmx else _log_in_first(request)

    guarded.answers_logged_out = True  # type: ignore[attr-defined]
    return guarded


def for_script(view: _View) -> _View:
    """For an address that only the page's script requests: 401 without a session; the script keeps the input."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return HttpResponse(status=401)

    guarded.answers_logged_out = True  # type: ignore[attr-defined]
    return guarded


def answers_logged_out(request: HttpRequest) -> bool:
    """Whether the view itself answers a form that was sent after the session ended."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return request.method == "POST" and getattr(view, "answers_logged_out", False)


def _log_in_first(request: HttpRequest) -> HttpResponse:
    fields = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    kept = signing.dumps({"path": request.get_full_path(), "fields": fields}, salt=_SALT, compress=True)
    context = {"form": AuthenticationForm(request), "next": request.get_full_path(), _FIELD: kept}
    return render(request, "hztargets/pages/login.html", context, status=401)


def carried(request: HttpRequest) -> str:
    """The signed input that the log-in form carries on to the next attempt."""
    return request.POST.get(_FIELD, "")


def take_over(request: HttpRequest, user: User) -> None:
    """After the log-in: puts the carried input into the session, if it belongs to this user."""
    try:
        kept = signing.loads(carried(request), salt=_SALT, max_age=_MAX_AGE)
    except signing.BadSignature:
        return
    if kept["fields"].get(TYPED_BY) == [str(user.pk)]:
        request.session[_KEY] = kept


def restore(request: HttpRequest) -> QueryDict | None:
    """The input of this page from before the log-in; it is removed from the session."""
    kept = request.session.get(_KEY)
    if request.method != "GET" or not kept or kept["path"] != request.get_full_path():
        return None
    del request.session[_KEY]
    data = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        data.setlist(name, values)
    return data

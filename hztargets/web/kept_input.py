"""What was typed outlives the session: a form sent after it ended is answered with the log-in form, which carries what
was typed, and the page shows it again, unsaved, to the same person.

Nothing is written on the way. What is carried is signed, so it can only be what somebody sent from a page of ours with
a valid CSRF token; after the log-in it waits in the new session until its page is opened.
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
"""The form field that names whose page it was; nobody else gets to see what was typed."""
_View = Callable[..., HttpResponse]


class HtmxRequest(HttpRequest):
    """As `HtmxMiddleware` leaves it."""

    htmx: HtmxDetails


def keeps_input(view: _View) -> _View:
    """For a page whose form must not be lost. Outermost, so that it answers before the log-in is asked for."""

    @wraps(view)
    def guarded(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return HttpResponse(status=401) if request.htmx else _log_in_first(request)

    guarded.answers_logged_out = True  # type: ignore[attr-defined]
    return guarded


def for_script(view: _View) -> _View:
    """For an address only the page's script asks: it shows the way to the log-in itself and keeps what was typed."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return HttpResponse(status=401)

    guarded.answers_logged_out = True  # type: ignore[attr-defined]
    return guarded


def answers_logged_out(request: HttpRequest) -> bool:
    """Whether the page knows what to do with a form that was sent after the session ended."""
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
    """What the log-in form carries, for the next attempt."""
    return request.POST.get(_FIELD, "")


def take_over(request: HttpRequest, user: User) -> None:
    """After the log-in: what was typed waits in the session, if it is the user's own."""
    try:
        kept = signing.loads(carried(request), salt=_SALT, max_age=_MAX_AGE)
    except signing.BadSignature:
        return
    if kept["fields"].get(TYPED_BY) == [str(user.pk)]:
        request.session[_KEY] = kept


def restore(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before the log-in; given out once."""
    kept = request.session.get(_KEY)
    if request.method != "GET" or not kept or kept["path"] != request.get_full_path():
        return None
    del request.session[_KEY]
    data = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        data.setlist(name, values)
    return data

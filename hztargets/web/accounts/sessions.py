"""From where a request comes, and how long a log-in lasts: 30 minutes without a request, 12 hours in all."""

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from hztargets import clock
from hztargets.models import User
from hztargets.services.accounts.passwords import MUST_CHANGE
from hztargets.services.accounts.signing_in import end_session
from hztargets.web.kept_input import answers_logged_out

_STARTED, _SEEN = "started_at", "seen_at"
_SEEN_STEP = 60
"""Seconds; the time of the last request is written no more often, so that reading a page rarely writes."""
_Handler = Callable[[HttpRequest], HttpResponse]


def client_address(request: HttpRequest) -> str | None:
    """The address of whoever asks. Behind `TRUSTED_PROXIES` proxies the entry the outermost of them added counts;
    what stands further left in the header was written by the client and is not believed."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        passed = request.headers.get("X-Forwarded-For", "").split(",")
        address = passed[-settings.TRUSTED_PROXIES :][0].strip() or address
    try:
        return str(ip_address(address))
    except ValueError:
        return None


class ClientAddressMiddleware:
    """Puts the believed address where logs and audit events take it from."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.bind_contextvars(ip=client_address(request))
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Whatever the service says is for whoever asked: no cache on the way keeps it, and a browser asks again before it
    shows it. Not `no-store`: going back to a form that could not be sent has to bring what was typed."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
        return response


def note_login(request: HttpRequest, **_: object) -> None:
    """Receives `user_logged_in`."""
    start_session(request)


def start_session(request: HttpRequest) -> None:
    request.session[_STARTED] = request.session[_SEEN] = int(clock.real_now().timestamp())


class SessionLimitsMiddleware:
    """Ends what has lasted too long, kindly: the log-in page says why and leads back to the same page."""

    def __init__(self, get_response: _Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and isinstance(request.user, User):
            why = _overdue(request)
            if why:
                return self._ended(request, request.user, why)
            if request.session.get(MUST_CHANGE) and not _is_way_out(request):
                return redirect(f"{reverse('password')}?{urlencode({'next': _page_to_return_to(request)})}")
        return self.get_response(request)

    def _ended(self, request: HttpRequest, user: User, why: str) -> HttpResponse:
        end_session(user=user, reason=why, now=clock.real_now())
        logout(request)
        if request.path.startswith("/api/") or answers_logged_out(request):
            return self.get_response(request)
        return redirect(f"{reverse('login')}?{urlencode({'ended': why, 'next': _page_to_return_to(request)})}")


def _overdue(request: HttpRequest) -> str:
    """`idle` or `long` once a limit is passed, else empty; notes that the session is in use."""
    now = int(clock.real_now().timestamp())
    if _STARTED not in request.session:
        start_session(request)
    if now - request.session[_STARTED] > settings.SESSION_COOKIE_AGE:
        return "long"
    unused = now - request.session[_SEEN]
    if unused > settings.SESSION_IDLE_AGE:
        return "idle"
    if unused > _SEEN_STEP:
        request.session[_SEEN] = now
    return ""


def _page_to_return_to(request: HttpRequest) -> str:
    """A sent form cannot be sent again by following a link, so it leads to the page it stood on."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    same_site = referer.netloc == request.get_host()
    return referer._replace(scheme="", netloc="").geturl() if same_site and referer.path else reverse("home")


def _is_way_out(request: HttpRequest) -> bool:
    """The API refuses such a session itself, with problem details."""
    ways_out = (reverse("password"), reverse("logout"), reverse("set_language"))
    return request.path in ways_out or request.path.startswith("/api/")

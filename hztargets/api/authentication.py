"""Who asks: a program by its token, or a person by the session of the pages."""

import structlog
from django.utils.translation import gettext as _
from rest_framework import authentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from hztargets import clock
from hztargets.models import ApiToken, User
from hztargets.services.accounts.passwords import MUST_CHANGE
from hztargets.services.accounts.tokens import use_key
from hztargets.services.errors import ServiceError


def address_of_request() -> str | None:
    """The address the log and the audit trail believe."""
    return structlog.contextvars.get_contextvars().get("ip") or None


class TokenAuthentication(authentication.TokenAuthentication):
    """`Authorization: Token hzt_…`"""

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        try:
            token = use_key(key=key, address=address_of_request(), now=clock.real_now())
        except ServiceError as error:
            raise AuthenticationFailed(error.message, error.code) from error
        return token.account, token


class SessionAuthentication(authentication.SessionAuthentication):
    """A password that has to be changed opens the API no more than the pages."""

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            message = _("Send the value of the cookie csrftoken as header X-CSRFToken with every write.")
            raise PermissionDenied(message, "csrf_failed") from error

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        known: tuple[User, None] | None = super().authenticate(request)
        if known is not None and request._request.session.get(MUST_CHANGE):
            raise PermissionDenied(_("Your password must be changed first. Log in to the pages."), "password_expired")
        return known


class WithinScope(BasePermission):
    """A token that only reads writes nothing. What it may write else is for the rules of review to say."""

    def has_permission(self, request: Request, view: object) -> bool:
        token = request.auth
        if not isinstance(token, ApiToken) or request.method in SAFE_METHODS or token.scope == ApiToken.Scope.FILE:
            return True
        raise PermissionDenied(_("This token only reads."), "token_only_reads")

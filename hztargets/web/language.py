"""Pages are Chinese unless the user chose another language; `Accept-Language` counts only in the API."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from hztargets.models import User


class PageLanguageMiddleware(LocaleMiddleware):
    """Replaces Django's: pages follow the language cookie, the API follows `Accept-Language`."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith("/api/"):
            super().process_request(request)
            return
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        translation.activate(chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()


def remember_language(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """After the log-in the pages use the user's language, unless this browser already has a language cookie."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and user.language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            user.language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            path=settings.LANGUAGE_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )

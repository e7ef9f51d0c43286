"""The way in and out: log-in with lock-out, log-out, one's own password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hztargets import clock
from hztargets.models import User
from hztargets.services.accounts.passwords import MUST_CHANGE, change_password, needs_new_password
from hztargets.services.accounts.signing_in import (
    Attempt,
    LockedOut,
    begin_attempt,
    complete_attempt,
    fail_attempt,
    locked_out,
    sign_out,
)
from hztargets.web import kept_input
from hztargets.web.access import SignedInRequest
from hztargets.web.accounts.sessions import client_address
from hztargets.web.language import remember_language


class SignInForm(AuthenticationForm):
    """Django's, behind the lock-out. `attempt` is set once both fields were filled in."""

    attempt: Attempt | None = None

    def clean(self) -> dict[str, Any]:
        username = self.cleaned_data.get("username")
        if not (username and self.cleaned_data.get("password") and self.request):
            return super().clean()
        try:
            self.attempt = begin_attempt(username=username, address=client_address(self.request), now=clock.real_now())
        except LockedOut as error:
            raise ValidationError(error.message, code=error.code) from error
        try:
            return super().clean()
        except ValidationError:
            if fail_attempt(attempt=self.attempt, now=clock.real_now()):
                raise ValidationError(locked_out().message, code="locked_out") from None
            raise


class SignIn(LoginView):
    template_name = "hztargets/pages/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        """`ended` says that a session has just run out: `idle` or `long`."""
        ended = self.request.GET.get("ended", "")
        return super().get_context_data(ended=ended, kept=kept_input.carried(self.request), **context)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error("__all__", "locked_out"):
            response.status_code = 429
        return response

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        assert isinstance(form, SignInForm) and form.attempt is not None and isinstance(user, User)
        with transaction.atomic():
            complete_attempt(attempt=form.attempt, user=user, now=clock.real_now())
            response = super().form_valid(form)
        if needs_new_password(user=user, max_age=settings.PASSWORD_MAX_AGE, now=clock.real_now()):
            self.request.session[MUST_CHANGE] = True
        kept_input.take_over(self.request, user)
        remember_language(self.request, response, user)
        return response


class SignOut(LogoutView):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if isinstance(request.user, User):
            sign_out(user=request.user, now=clock.real_now())
        response = super().post(request, *args, **kwargs)
        response["Clear-Site-Data"] = '"cache"'  # whoever sits down next goes back to nothing
        return response


@login_required
def password_page(request: SignedInRequest) -> HttpResponse:
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "must_change": request.session.get(MUST_CHANGE, False), "next": _next(request)}
        return render(request, "hztargets/pages/password.html", context)
    with transaction.atomic():
        change_password(user=request.user, password=form.cleaned_data["new_password1"], now=clock.real_now())
    update_session_auth_hash(request, request.user)
    request.session.pop(MUST_CHANGE, None)
    messages.success(request, _("The new password holds from now on. Other sessions of yours have ended."))
    return redirect(_next(request) or "home")


class NewPasswordForm(PasswordChangeForm):
    """Django's, which also checks the password policy; the old password is not a new one."""

    def clean_new_password1(self) -> str:
        password: str = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is the password you have now. Choose another."), code="password_same")
        return password


def _next(request: HttpRequest) -> str:
    address = request.POST.get("next") or request.GET.get("next") or ""
    hosts, secure = {request.get_host()}, request.is_secure()
    return address if url_has_allowed_host_and_scheme(address, hosts, require_https=secure) else ""

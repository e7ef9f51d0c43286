"""The security administrator's page of API tokens: making, replacing and revoking the keys of programs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hztargets import clock
from hztargets.models import ApiToken, Department, Role
from hztargets.queries.accounts.tokens import tokens_for
from hztargets.services.accounts.tokens import (
    DEFAULT_DAYS,
    MAX_NAME,
    OVERLAP,
    NewToken,
    issue_token,
    replace_token,
    revoke_token,
)
from hztargets.services.errors import ServiceError
from hztargets.web.access import SignedInRequest, for_roles

_OVERLAP_HOURS = int(OVERLAP.total_seconds() // 3600)


class TokenForm(forms.Form):
    """Shape only; whether such a token may be made is the service's to say."""

    name = forms.CharField(
        label=gettext_lazy("Name of the program"),
        max_length=MAX_NAME,
        help_text=gettext_lazy("Stands in the audit trail beside everything it does."),
    )
    department = forms.ModelChoiceField(
        Department.objects.order_by("position"),
        label=gettext_lazy("Department"),
        required=False,
        empty_label=gettext_lazy("Oversight side (reads only)"),
    )
    scope = forms.ChoiceField(label=gettext_lazy("Allowed to"), choices=ApiToken.Scope.choices)
    days = forms.IntegerField(
        label=gettext_lazy("Valid for days"),
        initial=DEFAULT_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


@require_safe
@for_roles([Role.SECURITY_ADMIN])
def tokens_page(request: SignedInRequest) -> HttpResponse:
    return _page(request, TokenForm())


@require_POST
@for_roles([Role.SECURITY_ADMIN])
def new(request: SignedInRequest) -> HttpResponse:
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        made = issue_token(**form.cleaned_data, by=request.user, now=clock.real_now())
    except ServiceError as error:
        form.add_error(error.field or None, error.message)
        return _page(request, form)
    return _page(request, TokenForm(), made)


@require_POST
@for_roles([Role.SECURITY_ADMIN])
def replace(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = _token_or_404(request, token_id)
    made: list[NewToken] = []
    refused = _refused(lambda at: made.append(replace_token(token=token, by=request.user, now=at)))
    if refused:
        messages.error(request, refused)
        return redirect("tokens")
    return _page(request, TokenForm(), made[0])


@require_POST
@for_roles([Role.SECURITY_ADMIN])
def revoke(request: SignedInRequest, token_id: int) -> HttpResponse:
    token = _token_or_404(request, token_id)
    refused = _refused(lambda at: revoke_token(token=token, by=request.user, now=at))
    if refused:
        messages.error(request, refused)
    else:
        messages.success(request, _("%(token)s is revoked and opens nothing any more.") % {"token": token})
    return redirect("tokens")


def _refused(act: Callable[[datetime], Any]) -> str:
    try:
        act(clock.real_now())
    except ServiceError as error:
        return error.message
    return ""


def _token_or_404(request: SignedInRequest, token_id: int) -> ApiToken:
    token = tokens_for(request.user).filter(pk=token_id).first()
    if token is None:
        raise Http404
    return token


@never_cache
def _page(request: SignedInRequest, form: TokenForm, made: NewToken | None = None) -> HttpResponse:
    """A new key stands in this one answer and nowhere else: no message, session or cache keeps it."""
    context = {
        "form": form,
        "made": made,
        "tokens": tokens_for(request.user),
        "now": clock.real_now(),
        "overlap_hours": _OVERLAP_HOURS,
    }
    return render(request, "hztargets/pages/tokens.html", context)

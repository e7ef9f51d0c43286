"""The way in, the way out, and the pages without figures."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.models import User
from hztargets.queries.catalogue import latest_document
from hztargets.web.access import READERS, SignedInRequest
from hztargets.web.language import remember_language


class SignIn(LoginView):
    template_name = "hztargets/pages/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        user = form.get_user()
        if isinstance(user, User):
            remember_language(self.request, response, user)
        return response


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


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

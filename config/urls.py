from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from hztargets.web.accounts.signin import SignOut

handler400 = "hztargets.api.problems.bad_request_response"
handler500 = "hztargets.api.problems.defect_response"

urlpatterns = [
    # The administration has its own log-in and log-out, which would skip the lock-out and the audit trail.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/logout/", SignOut.as_view()),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("hztargets.api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("hztargets.web.urls")),
]

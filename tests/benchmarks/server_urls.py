from django.urls import include, path

from tests.benchmarks.plain_drf import PlainReports

urlpatterns = [
    path("plain/reports/", PlainReports.as_view()),
    path("", include("config.urls")),
]

from django.urls import include, path

from hztargets.web import pages

_FEATURES = ("accounts", "audit", "board", "calendar", "decisions", "filing", "review", "sheets")

urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", pages.guide, name="help"),
    *(path("", include(f"hztargets.web.{feature}.urls")) for feature in _FEATURES),
]

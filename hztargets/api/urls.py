from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from hztargets.api import evidence_views, views
from hztargets.api.board_views import BoardView
from hztargets.api.report_views import ReportViewSet

router = SimpleRouter()
router.register("documents", views.DocumentViewSet)
router.register("departments", views.DepartmentViewSet)
router.register("goals", views.GoalViewSet)
router.register("periods", views.PeriodViewSet)
router.register("reports", ReportViewSet)
router.register("assessments", views.AssessmentViewSet)
router.register("flags", views.FlagViewSet)
router.register("notices", views.NoticeViewSet)

app_name = "api"
urlpatterns = [
    path("schema/", views.SchemaView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
    path("board/", BoardView.as_view(), name="board"),
    path("", include(evidence_views.urlpatterns)),
    path("", include(router.urls)),
    re_path("", views.UnknownAddress.as_view()),
]

from django.urls import path

from hztargets.web.filing import evidence, home
from hztargets.web.filing.grid import views as grid
from hztargets.web.filing.report import views as report

urlpatterns = [
    path("documents/<int:document_id>/goals/<str:code>/report/<str:period>/", report.report_page, name="report"),
    path("documents/<int:document_id>/filing/", home.filing_home, name="filing"),
    path("documents/<int:document_id>/filing/<str:period>/", grid.grid_page, name="grid"),
    path("documents/<int:document_id>/filing/<str:period>/rows/<str:code>/", grid.grid_row, name="grid_row"),
    path("documents/<int:document_id>/filing/<str:period>/endorse/", grid.endorse_all, name="grid_endorse"),
    path("evidence/<int:evidence_id>/", evidence.download, name="evidence"),
    path("reports/<int:report_id>/endorse/", report.endorse, name="endorse"),
    path("reports/<int:report_id>/withdraw/", report.withdraw, name="withdraw"),
]

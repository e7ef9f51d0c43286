from django.urls import path

from hztargets.web.sheets import views

urlpatterns = [
    path(
        "documents/<int:document_id>/filing/<str:period>/sheet.xlsx",
        views.sheet_file,
        {"extension": "xlsx"},
        name="sheet_xlsx",
    ),
    path(
        "documents/<int:document_id>/filing/<str:period>/sheet.csv",
        views.sheet_file,
        {"extension": "csv"},
        name="sheet_csv",
    ),
    path("documents/<int:document_id>/filing/<str:period>/upload/", views.upload_page, name="sheet_upload"),
    path("documents/<int:document_id>/filing/<str:period>/upload/look/", views.preview_page, name="sheet_preview"),
    path(
        "documents/<int:document_id>/filing/<str:period>/upload/to-mend.xlsx",
        views.problems_file,
        name="sheet_problems",
    ),
]

from django.urls import path

from hztargets.web.review import views

urlpatterns = [
    path("documents/<int:document_id>/review/", views.review_page, name="review"),
    path("documents/<int:document_id>/review/decide/", views.decide, name="review_decide"),
    path("reports/<int:report_id>/approve/", views.approve, name="approve"),
    path("reports/<int:report_id>/return/", views.send_back, name="return"),
]

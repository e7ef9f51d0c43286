from django.urls import path

from hztargets.web.board import goal, views

urlpatterns = [
    path("documents/<int:document_id>/board/", views.board_page, name="board"),
    path("documents/<int:document_id>/goals/<str:code>/", goal.goal_page, name="goal"),
]

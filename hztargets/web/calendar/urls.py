from django.urls import path

from hztargets.web.calendar import days, periods

urlpatterns = [
    path("documents/<int:document_id>/periods/", periods.periods_page, name="periods"),
    path("documents/<int:document_id>/periods/due-day/", periods.due_day, name="periods_due_day"),
    path("documents/<int:document_id>/periods/goal-due-day/", periods.goal_due_day, name="periods_goal_due_day"),
    path("documents/<int:document_id>/periods/<str:period>/extend/", periods.extend, name="period_extend"),
    path("documents/<int:document_id>/periods/<str:period>/close/", periods.close, name="period_close"),
    path("documents/<int:document_id>/periods/<str:period>/reopen/", periods.reopen, name="period_reopen"),
    path("documents/<int:document_id>/calendar/", days.calendar_page, name="calendar"),
    path("documents/<int:document_id>/calendar/notice/", days.notice_page, name="calendar_notice"),
]

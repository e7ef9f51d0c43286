from django.urls import path

from hztargets.web import board, filing, goal, pages, review

urlpatterns = [
    path("", pages.home, name="home"),
    path("login/", pages.SignIn.as_view(), name="login"),
    path("logout/", pages.SignOut.as_view(), name="logout"),
    path("help/", pages.guide, name="help"),
    path("documents/<int:document_id>/board/", board.board_page, name="board"),
    path("documents/<int:document_id>/goals/<str:code>/", goal.goal_page, name="goal"),
    path("documents/<int:document_id>/goals/<str:code>/report/<str:period>/", filing.report_page, name="report"),
    path("documents/<int:document_id>/filing/", filing.filing_page, name="filing"),
    path("documents/<int:document_id>/review/", review.review_page, name="review"),
    path("reports/<int:report_id>/approve/", review.approve, name="approve"),
    path("reports/<int:report_id>/return/", review.send_back, name="return"),
    path("reports/<int:report_id>/endorse/", filing.endorse, name="endorse"),
    path("reports/<int:report_id>/withdraw/", filing.withdraw, name="withdraw"),
]

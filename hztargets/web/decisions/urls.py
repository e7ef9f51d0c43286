from django.urls import path

from hztargets.web.decisions import backtests, targets
from hztargets.web.decisions.plans import goal, importing
from hztargets.web.decisions.plans import views as plans
from hztargets.web.decisions.rules import views as rules

urlpatterns = [
    path("documents/<int:document_id>/goals/<str:code>/plan/", goal.plan_page, name="plan"),
    path("documents/<int:document_id>/goals/<str:code>/past-year/", goal.past_year_page, name="past_year"),
    path("documents/<int:document_id>/goals/<str:code>/target/", targets.revise_page, name="revise"),
    path("documents/<int:document_id>/rules/", rules.rules_page, name="rules"),
    path("documents/<int:document_id>/rules/new/", rules.new_rules_page, name="rules_new"),
    path("documents/<int:document_id>/rules/<int:number>/", rules.rules_version_page, name="rules_version"),
    path("documents/<int:document_id>/backtest/", backtests.backtest_page, name="backtest"),
    path("documents/<int:document_id>/plans/", plans.plans_page, name="plans"),
    path("documents/<int:document_id>/plans/export.csv", plans.export, name="plans_export"),
    path("documents/<int:document_id>/plans/import/", importing.import_page, name="plans_import"),
]

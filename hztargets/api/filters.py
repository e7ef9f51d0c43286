"""What lists can be narrowed by. `goal` is an id or code, `document` an id or number, departments go by their code."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, NumberFilter  # type: ignore[import-untyped]
from django_filters.rest_framework import FilterSet  # type: ignore[import-untyped]

from hztargets.api.fields import PERIOD_MESSAGE, PERIOD_PATTERN
from hztargets.api.references import matching
from hztargets.models import Assessment, Flag, Goal, GoalDepartment, Notice, Report

Rows = QuerySet[Any]


class _PeriodField(forms.CharField):
    default_validators = [RegexValidator(PERIOD_PATTERN, PERIOD_MESSAGE)]


class PeriodFilter(CharFilter):  # type: ignore[misc]
    field_class = _PeriodField

    def filter(self, qs: Rows, value: str) -> Rows:
        if not value:
            return qs
        year, month = value.split("-")
        return qs.filter(period__document__year=int(year), period__month=int(month))


class DocumentFilter(CharFilter):  # type: ignore[misc]
    def filter(self, qs: Rows, value: str) -> Rows:
        return qs.filter(matching(value, "number", "document__")) if value else qs


class GoalFilter(CharFilter):  # type: ignore[misc]
    def filter(self, qs: Rows, value: str) -> Rows:
        return qs.filter(matching(value, "code", "goal__")) if value else qs


class DepartmentFilter(CharFilter):  # type: ignore[misc]
    """Goals the department leads or shares; `field_name` leads to the goal."""

    def filter(self, qs: Rows, value: str) -> Rows:
        if not value:
            return qs
        shared = GoalDepartment.objects.filter(department__code=value).values("goal")
        return qs.filter(**{f"{self.field_name}__in": shared})


class OfDocumentFilters(FilterSet):  # type: ignore[misc]
    document = DocumentFilter()


class GoalFilters(OfDocumentFilters):
    code = CharFilter()
    area = NumberFilter(field_name="area__number")
    kind = ChoiceFilter(choices=Goal.Kind.choices)
    department = DepartmentFilter(field_name="pk")
    lead = CharFilter(field_name="lead__code")


class OfGoalFilters(OfDocumentFilters):
    goal = GoalFilter()
    department = DepartmentFilter(field_name="goal")
    lead = CharFilter(field_name="goal__lead__code")
    kind = ChoiceFilter(field_name="goal__kind", choices=Goal.Kind.choices)


class ReportFilters(OfGoalFilters):
    period = PeriodFilter()
    state = ChoiceFilter(choices=Report.State.choices)
    source = ChoiceFilter(choices=Report.Source.choices)


class AssessmentFilters(OfGoalFilters):
    period = PeriodFilter()
    colour = ChoiceFilter(choices=Assessment.Colour.choices)
    current = BooleanFilter(field_name="known_until", lookup_expr="isnull")
    as_of = DateFilter(method="as_known_on")

    def as_known_on(self, rows: Any, _name: str, day: Any) -> Rows:
        known: Rows = rows.as_known_on(day)
        return known


class FlagFilters(OfGoalFilters):
    colour = ChoiceFilter(choices=Flag._meta.get_field("colour").choices)
    open = BooleanFilter(field_name="closed_at", lookup_expr="isnull")


class NoticeFilters(OfDocumentFilters):
    state = ChoiceFilter(choices=Notice.State.choices)

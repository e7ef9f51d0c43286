"""What lists can be narrowed by. `goal` is an id or code, `document` an id or number, departments go by their code.

A filter that is misspelt or cannot be read is refused: it must not answer with everything.
"""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import BooleanFilter, CharFilter, ChoiceFilter, DateFilter, NumberFilter  # type: ignore[import-untyped]
from django_filters.rest_framework import DjangoFilterBackend, FilterSet  # type: ignore[import-untyped]
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request

from hztargets.api.fields import PERIOD_MESSAGE, PERIOD_PATTERN
from hztargets.api.references import matching
from hztargets.models import Assessment, Delivery, Flag, Goal, GoalDepartment, Report

Rows = QuerySet[Any]
_PAGING = {"page", "page_size", "format"}
_DAY = ["%Y-%m-%d"]


class StrictFilters(DjangoFilterBackend):  # type: ignore[misc]
    """One row is found by its id alone; lists know their filters by name."""

    def filter_queryset(self, request: Request, queryset: Rows, view: Any) -> Rows:
        if getattr(view, "detail", False):
            return queryset
        filters = self.get_filterset(request, queryset, view)
        known = _PAGING | (filters.filters.keys() if filters is not None else set())
        unknown = [name for name in request.query_params if name not in known]
        if unknown:
            refused = [ErrorDetail(_("There is no such filter."), "unknown_filter")]
            raise serializers.ValidationError(dict.fromkeys(unknown, refused))
        filtered: Rows = super().filter_queryset(request, queryset, view)
        return filtered


class _IntegerField(forms.IntegerField):
    """Django's reads 2.0 as 2 as well."""

    re_decimal = re.compile(r"(?!)")


class IntegerFilter(NumberFilter):  # type: ignore[misc]
    field_class = _IntegerField


class _YesNoField(forms.Field):
    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        answers = {"true": True, "1": True, "false": False, "0": False}
        if value.lower() not in answers:
            raise ValidationError(_("Write true or false."), "invalid")
        return answers[value.lower()]


class YesNoFilter(BooleanFilter):  # type: ignore[misc]
    field_class = _YesNoField


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


class DocumentFilters(FilterSet):  # type: ignore[misc]
    year = IntegerFilter()
    number = CharFilter()


class DepartmentFilters(FilterSet):  # type: ignore[misc]
    code = CharFilter()


class OfDocumentFilters(FilterSet):  # type: ignore[misc]
    document = DocumentFilter()


class GoalFilters(OfDocumentFilters):
    code = CharFilter()
    area = IntegerFilter(field_name="area__number")
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
    current = YesNoFilter(field_name="known_until", lookup_expr="isnull")
    as_of = DateFilter(method="as_known_on", input_formats=_DAY)

    def as_known_on(self, rows: Any, _name: str, day: Any) -> Rows:
        known: Rows = rows.as_known_on(day)
        return known


class FlagFilters(OfGoalFilters):
    colour = ChoiceFilter(choices=Flag._meta.get_field("colour").choices)
    open = YesNoFilter(field_name="closed_at", lookup_expr="isnull")


class NoticeFilters(OfDocumentFilters):
    state = ChoiceFilter(field_name="deliveries__state", choices=Delivery.State.choices)

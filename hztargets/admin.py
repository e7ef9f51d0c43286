"""The system administrator's pages: accounts, departments, calendar, catalogue. Filed or judged rows only show."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hztargets.models import (
    Area,
    Assessment,
    AssessmentRun,
    AuditEvent,
    CalendarDay,
    Clause,
    Department,
    DepartmentAlias,
    Document,
    Flag,
    Goal,
    GoalVersion,
    Job,
    Notice,
    Period,
    Report,
    Role,
    User,
)
from hztargets.services.auditing import record_event

admin.site.unregister(Group)


class SystemAdminOnly:
    """One role, whatever other rights an account was given."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.role == Role.SYSTEM_ADMIN

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Audited(SystemAdminOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Every change stands in the audit trail, too."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _record("add", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _record("change", request, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for row in queryset:
            _record("delete", request, row, str(row))
        return super().log_deletions(request, queryset)


def _record(action: str, request: HttpRequest, subject: Model, message: Any) -> None:
    user = request.user if isinstance(request.user, User) else None
    record_event(action=f"admin.{action}", subject=subject, by=user, now=timezone.now(), after={"message": message})


class ReadOnly(SystemAdminOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(SystemAdminOnly, admin.TabularInline):  # type: ignore[type-arg]
    extra = 0

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class _LanguageForm(forms.ModelForm):  # type: ignore[type-arg]
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)


class NewUserForm(_LanguageForm, UserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["username", "display_name", "email", "role", "department", "language"]


class UserForm(_LanguageForm, UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["username", "display_name", "email", "role", "department", "language", "is_active"]


_ACCOUNT = ["username", "display_name", "email", "role", "department", "language"]


@admin.register(User)
class AccountAdmin(Audited, UserAdmin):  # type: ignore[type-arg]
    """Accounts are switched off, never deleted: what they did stays theirs."""

    form = UserForm
    add_form = NewUserForm
    fieldsets = [(None, {"fields": [*_ACCOUNT, "is_active", "password"]})]
    add_fieldsets = [(None, {"fields": [*_ACCOUNT, "password1", "password2"]})]
    list_display = ["username", "display_name", "role", "department", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["department"]
    search_fields = ["username", "display_name", "email"]
    filter_horizontal = []

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What a program may do is the security administrator's business, on the page of tokens."""
        is_program = isinstance(obj, User) and obj.api_tokens.exists()
        return super().has_change_permission(request, obj) and not is_program

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """These pages come with the role and go with it."""
        obj.is_staff = obj.is_superuser = obj.role == Role.SYSTEM_ADMIN
        super().save_model(request, obj, form, change)


class AliasInline(SystemAdminOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = DepartmentAlias
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


@admin.register(Department)
class DepartmentAdmin(Audited):
    list_display = ["position", "code", "name", "endorses"]
    list_display_links = ["name"]
    ordering = ["position"]
    search_fields = ["code", "name", "aliases__name"]
    inlines = [AliasInline]


@admin.register(CalendarDay)
class CalendarDayAdmin(Audited):
    list_display = ["day", "name", "is_working"]
    ordering = ["-day"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


class Catalogued(Audited):
    """Rows come from import_document, which checks them against the text; only what the text does not fix is edited."""

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(Catalogued):
    list_display = ["number", "title", "issuer", "issued_on"]
    readonly_fields = ["number", "year", "text"]
    ordering = ["-issued_on"]


@admin.register(Area, Clause)
class TextAdmin(Catalogued):
    fields = ["document", "number", "title"]
    readonly_fields = ["document", "number"]
    list_display = ["number", "title", "document"]
    list_filter = ["document"]
    list_select_related = ["document"]
    ordering = ["document", "number"]


class GoalVersionInline(ReadOnlyInline):
    model = GoalVersion


@admin.register(Goal)
class GoalAdmin(Catalogued):
    """Targets change by a new version with a reason, never here."""

    fields = ["document", "code", "quote", "lead", "name", "frequency", "skips_january", "precision", "due_on", "note"]
    readonly_fields = ["document", "code", "quote", "lead"]
    list_display = ["code", "name", "kind", "lead", "document"]
    list_filter = ["document", "kind", "lead"]
    list_select_related = ["lead", "document"]
    ordering = ["document", "position"]
    search_fields = ["code", "name", "quote"]
    inlines = [GoalVersionInline]


@admin.register(Period)
class PeriodAdmin(ReadOnly):
    list_display = ["document", "month", "opens_on", "due_on", "closed_at"]
    list_filter = ["document"]
    ordering = ["document", "month"]


@admin.register(Report)
class ReportAdmin(ReadOnly):
    list_display = ["goal", "period", "version", "state", "value", "submitted_at"]
    list_filter = ["document", "state", "source"]
    list_select_related = ["goal", "period__document"]
    ordering = ["-created_at"]


@admin.register(Assessment)
class AssessmentAdmin(ReadOnly):
    list_display = ["goal", "period", "colour", "known_from", "known_until"]
    list_filter = ["document", "colour"]
    list_select_related = ["goal", "period__document"]
    ordering = ["-recorded_at", "-pk"]


@admin.register(AssessmentRun)
class AssessmentRunAdmin(ReadOnly):
    list_display = ["document", "as_of", "started_at", "finished_at", "goals", "changed"]
    ordering = ["-started_at"]


@admin.register(Flag)
class FlagAdmin(ReadOnly):
    list_display = ["goal", "colour", "opened_at", "closed_at"]
    list_filter = ["document", "colour"]
    list_select_related = ["goal"]
    ordering = ["-opened_at"]


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    list_display = ["subject", "recipient", "state", "attempts", "created_at"]
    list_filter = ["state"]
    list_select_related = ["recipient"]
    ordering = ["-created_at"]


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ["name", "slot", "state", "attempts", "next_at", "last_error"]
    list_filter = ["name", "state"]
    ordering = ["-next_at"]


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    list_display = ["at", "by", "action", "object_type", "object_id", "address"]
    list_filter = ["action"]
    list_select_related = ["by"]
    ordering = ["-at"]

"""The administrators' pages. The system administrator keeps accounts and departments and sees the machinery, the
security administrator decides on roles. Goals, figures, lights and the audit trail are neither's to see or to change:
they are not here."""

from copy import copy
from functools import partial
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from hztargets import clock
from hztargets.models import (
    AssessmentRun,
    Delivery,
    Department,
    DepartmentAlias,
    Job,
    Role,
    User,
)
from hztargets.services.accounts.administration import (
    ADMINISTRATORS,
    MAY_CHANGE,
    add_account,
    change_account,
    check_password_may_be_set,
    set_password_of,
)
from hztargets.services.auditing import record_event
from hztargets.services.errors import ServiceError

admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = _("System administration")
admin.site.index_title = _("Accounts, departments and the machinery")


def _role(request: HttpRequest) -> str:
    return request.user.role if isinstance(request.user, User) else ""


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


class SystemAdminOnly:
    """One role, whatever other rights an account was given."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _role(request) == Role.SYSTEM_ADMIN

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnly(SystemAdminOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """What is decided elsewhere, by a service with a reason, only shows."""

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class NewUserForm(UserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["username", "display_name", "email", "role", "department", "language"]


class UserForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ["username", "display_name", "email", "role", "department", "language", "is_active"]
        labels: ClassVar = {"is_active": _("switched on")}
        help_texts: ClassVar = {"is_active": _("Accounts are switched off, never deleted: what they did stays theirs.")}


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Django's; `by` sets the password through the service."""

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        self.by = by
        super().__init__(*args, **kwargs)

    def save(self, commit: bool = True) -> User:
        usable = self.cleaned_data["set_usable_password"]
        password = self.cleaned_data["password1"] if usable else None
        account: User = self.user
        set_password_of(account=account, password=password, by=self.by, now=clock.real_now())
        return account

    def clean(self) -> dict[str, Any] | None:
        try:
            check_password_may_be_set(self.user)
        except ServiceError as error:
            raise ValidationError(error.message, code=error.code) from error
        return super().clean()


_ACCOUNT = ["username", "display_name", "email", "role", "department", "language"]


@admin.register(User)
class AccountAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts are switched off, never deleted: what they did stays theirs. Services decide and write."""

    form = UserForm
    add_form = NewUserForm
    add_form_template = "hztargets/pages/account_add.html"
    fieldsets = [(None, {"fields": [*_ACCOUNT, "is_active", "password"]})]
    add_fieldsets = [(None, {"fields": [*_ACCOUNT, "password1", "password2"]})]
    list_display = ["username", "display_name", "role", "department", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["department"]
    search_fields = ["username", "display_name", "email"]
    filter_horizontal = []

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _role(request) in ADMINISTRATORS

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What a program may do is the security administrator's business, on the page of tokens."""
        is_program = isinstance(obj, User) and obj.api_tokens.exists()
        return self.has_module_permission(request) and not is_program

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return _role(request) == Role.SYSTEM_ADMIN

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        if obj is None or _role(request) == Role.SYSTEM_ADMIN:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": [*_ACCOUNT, "is_active"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """What the other administrator decides is only shown."""
        if obj is None:
            return []
        mine = MAY_CHANGE.get(Role(_role(request)), frozenset())
        return [name for name in [*_ACCOUNT, "is_active"] if name not in mine]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        keep = change_account if change else add_account
        keep(account=obj, by=_user(request), now=clock.real_now())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A refusal of the services undoes all of it and is said on the page."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except ServiceError as error:
            return self._refused(request, error)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if _role(request) != Role.SYSTEM_ADMIN:
            raise PermissionDenied(_("Passwords are the system administrator’s to set."))
        mine = copy(self)  # this request's own: the form has to know who asks
        mine.change_password_form = partial(PasswordForm, by=_user(request))
        return UserAdmin.user_change_password(mine, request, id, form_url)

    def _refused(self, request: HttpRequest, error: ServiceError) -> HttpResponse:
        messages.error(request, error.message)
        return redirect(request.path)


class AliasInline(SystemAdminOnly, admin.TabularInline):  # type: ignore[type-arg]
    model = DepartmentAlias
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)


@admin.register(Department)
class DepartmentAdmin(SystemAdminOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    """Every change stands in the audit trail, with what stood there before."""

    list_display = ["position", "code", "name", "endorses"]
    list_display_links = ["name"]
    ordering = ["position"]
    search_fields = ["code", "name", "aliases__name"]
    inlines = [AliasInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """By its code the import knows a department again."""
        return ["code"] if obj is not None else []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Called last, in the transaction of the change."""
        before = _aliases(form.instance)
        super().save_related(request, form, formsets, change)
        _note(request, form, {"aliases": before}, {"aliases": _aliases(form.instance)}, change)


def _aliases(department: Department) -> list[str]:
    return sorted(DepartmentAlias.objects.filter(department=department).values_list("name", flat=True))


def _note(request: HttpRequest, form: Any, before: dict[str, Any], after: dict[str, Any], change: bool) -> None:
    names = form.changed_data
    old = {name: str(form.initial.get(name, "")) for name in names} if change else {}
    new = {name: str(form.cleaned_data[name]) for name in names}
    if before != after:
        old, new = {**old, **before}, {**new, **after}
    record_event(
        action="admin.change" if change else "admin.add",
        subject=form.instance,
        by=_user(request),
        now=clock.real_now(),
        before=old or None,
        after=new,
    )


@admin.register(AssessmentRun)
class AssessmentRunAdmin(ReadOnly):
    """That the machinery ran; not what it said."""

    fields = ["document", "as_of", "started_at", "finished_at"]
    list_display = ["document", "as_of", "started_at", "finished_at"]
    ordering = ["-started_at"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    """Whether a notice was sent and what the mail server answered. Subject and text are not shown: they name goals."""

    fields = ["recipient", "channel", "address", "state", "attempts", "created_at", "last_error"]
    list_display = ["id", "recipient", "channel", "address", "state", "attempts", "created_at", "last_error"]
    list_filter = ["channel", "state"]
    list_select_related = ["notice__recipient"]
    ordering = ["-created_at"]

    @admin.display(description=_("recipient"))
    def recipient(self, delivery: Delivery) -> str:
        return str(delivery.notice.recipient)


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ["name", "slot", "state", "attempts", "next_at", "last_error"]
    list_filter = ["name", "state"]
    ordering = ["-next_at"]

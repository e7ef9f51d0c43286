from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hztargets.domain.review import Actor


class Role(models.TextChoices):
    CLERK = "clerk", _("Clerk")
    DEPARTMENT_HEAD = "department_head", _("Department head")
    OFFICE = "office", _("Municipal office")
    LEADER = "leader", _("Leader")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")
    SERVICE = "service", _("Service account")

    @classmethod
    def of_a_department(cls) -> list[str]:
        return [cls.CLERK, cls.DEPARTMENT_HEAD]


class User(AbstractUser):
    """A person or service with exactly one role, so nobody can hold two of the separated administrator roles."""

    display_name = models.CharField(_("display name"), max_length=100)
    role = models.CharField(_("role"), max_length=20, choices=Role)
    department = models.ForeignKey(
        "Department", models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("department")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")

    REQUIRED_FIELDS = ["email", "role"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                name="user_department_fits_role",
                condition=Q(role__in=["clerk", "department_head"], department__isnull=False)
                | (~Q(role__in=["clerk", "department_head"]) & Q(department__isnull=True)),
                violation_error_message=_("Clerks and department heads belong to a department, other roles to none."),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def to_actor(self) -> Actor:
        return Actor(user_id=self.pk, role=self.role, department_id=self.department_id)

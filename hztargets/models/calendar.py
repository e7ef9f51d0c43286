from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarDay(models.Model):
    """A day on which the State Council's notice differs from the Monday–Friday week: a holiday, or a make-up working
    day."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(max_length=50)

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

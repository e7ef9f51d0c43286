"""Common parts of the decision forms: reason, month of effect, and detection of a decision by somebody else."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets.messages import month_name
from hztargets.models import Document
from hztargets.services.errors import ServiceError

MONTHS = range(1, 13)


def month_field() -> forms.IntegerField:
    """Any month; the service checks whether a decision may take effect in it."""
    return forms.IntegerField(label=gettext_lazy("Takes effect from"), required=False, widget=forms.Select)


def reason_field() -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=gettext_lazy("Reason"), required=False, max_length=2000, widget=widget)


def month_choices(document: Document, after: int = 0) -> list[tuple[str, Any]]:
    """Months after the last closed one, and after `after`."""
    closed = document.periods.filter(closed_at__isnull=False).order_by("-month").values_list("month", flat=True).first()
    taken = max(closed or 0, after)
    return [("", _("choose a month")), *((str(m), month_name(m)) for m in MONTHS if m > taken)]


def with_text(data: Mapping[str, Any], name: str, text: str) -> QueryDict:
    """A copy of the form data with one field replaced."""
    typed = QueryDict(mutable=True)
    typed.update(data)
    typed[name] = text
    return typed


class RefusableForm(forms.Form):
    def refuse(self, error: ServiceError) -> None:
        """Shows the error of a service beside its field, or above the form."""
        self.add_error(error.field if error.field in self.fields else None, error.message)


class DecisionForm(RefusableForm):
    """`shown` identifies the state that the page showed. Checks only the form of the input; the services decide."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shown: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = shown
        self.fields["shown"].initial = shown

    def offer_months(self, document: Document, after: int = 0) -> None:
        self.fields["effective_month"].widget.choices = month_choices(document, after)

    def is_current(self) -> bool:
        """False, with an error and the new state in the form, when somebody else decided since the page was opened."""
        if self.cleaned_data.get("shown", "") == self.current:
            return True
        self.add_error(None, _("Somebody changed this while you were typing. Look at what stands now, then decide."))
        self.data = with_text(self.data, self.add_prefix("shown"), self.current)
        return False

"""Import of plans from a CSV table: preview of the changes, then import."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets import clock
from hztargets.domain.numbers import plain
from hztargets.domain.plan_table import COLUMNS, MONTH_COLUMNS, PlanRow, PlanTable, read_plan_table
from hztargets.domain.problems import Problem
from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.messages import sentence
from hztargets.models import Document, Role, User
from hztargets.queries.decisions.plans import is_year_open
from hztargets.services.decisions.conditions import TableRefused
from hztargets.services.decisions.plan_import import import_profiles
from hztargets.services.decisions.plan_preview import PlanPreview, preview_import
from hztargets.web.access import SignedInRequest, document_or_404, for_roles
from hztargets.web.decisions.form import month_choices, month_field
from hztargets.web.decisions.rules.views import ask_for_assessing
from hztargets.web.uploads import BadCell, TableField, Upload, bad_cells


class ImportForm(forms.Form):
    """`file` is previewed; `table` holds the changed rows of a preview and is imported."""

    file = TableField(label=gettext_lazy("CSV file"), required=False)
    table = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    effective_month = month_field()

    def __init__(self, *args: Any, document: Document, frozen: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if frozen:
            self.fields["effective_month"].widget.choices = month_choices(document)
        else:
            del self.fields["effective_month"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "file" not in self.errors and not cleaned.get("file") and not cleaned.get("table"):
            self.add_error("file", _("Choose the CSV file."))
        return cleaned

    @property
    def upload(self) -> Upload:
        chosen: Upload | None = self.cleaned_data["file"]
        return chosen or Upload(self.cleaned_data["name"], self.cleaned_data["table"])


@for_roles([Role.OFFICE, *DEPARTMENT_ROLES])
def import_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    frozen = is_year_open(document, clock.today())
    if frozen and request.user.role != Role.OFFICE:
        raise PermissionDenied(sentence(Problem("profile_frozen")))
    context: dict[str, Any] = {"document": document, "frozen": frozen, "columns": COLUMNS}
    form = ImportForm(request.POST or None, request.FILES or None, document=document, frozen=frozen)
    context["form"] = form
    if request.method == "POST" and form.is_valid() and _take(request, document, form, context):
        return redirect("plans", document.pk)
    return render(request, "hztargets/pages/plans_import.html", context)


def _take(request: SignedInRequest, document: Document, form: ImportForm, context: dict[str, Any]) -> bool:
    """Previews the table, or imports it after the user has confirmed the preview; True when it was imported."""
    upload = form.upload
    table = read_plan_table(upload.text)
    month = form.cleaned_data.get("effective_month")
    try:
        if request.POST.get("action") == "import" and not form.cleaned_data["file"]:
            _import(request.user, document, table, month)
            messages.success(request, _("Imported %(count)s plans.") % {"count": len(table.rows)})
            return True
        preview = preview_import(
            document=document, table=table, by=request.user, now=clock.now(), effective_month=month
        )
    except TableRefused as error:
        context["refusal"], context["problems"] = error, _beside_fields(bad_cells(error.problems), form)
        return False
    context["preview"] = preview
    context["table"], context["name"] = _changed_rows(preview), upload.name
    return False


def _import(user: User, document: Document, table: PlanTable, month: int | None) -> None:
    moment = clock.now()
    import_profiles(document=document, table=table, by=user, now=moment, effective_month=month)
    ask_for_assessing(document, f"profiles:{moment.isoformat()}")


def _beside_fields(problems: Sequence[BadCell], form: ImportForm) -> list[BadCell]:
    """Moves problems of the month of effect beside its field, because it is the same for all rows."""
    for problem in problems:
        if problem.column == "effective_month" and "effective_month" in form.fields:
            form.add_error("effective_month", problem.message)
    return [problem for problem in problems if problem.column != "effective_month"]


def _changed_rows(preview: PlanPreview) -> str:
    """Only the changed rows are sent back through the page, so that the second request stays small."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_cells(change.row) for change in preview.changes)
    return text.getvalue()


def _cells(row: PlanRow) -> dict[str, str]:
    values = dict(zip(MONTH_COLUMNS, map(plain, row.values or ()), strict=False))
    texts = {name: getattr(row, name) for name in ("goal", "unit", "target", "kind", "reason")}
    return {**dict.fromkeys(COLUMNS, ""), **texts, **values}

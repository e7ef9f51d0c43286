"""The auditor's page of the audit trail: filters, values before and after, CSV export."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hztargets import clock
from hztargets.domain.sheets.harmless import neutralised
from hztargets.messages.audit import ACTIONS, OBJECTS
from hztargets.models import Role
from hztargets.queries.audit.chain import database_guards_trail
from hztargets.queries.audit.trail import AuditFilter, AuditRow, all_rows, audit_page
from hztargets.services.auditing import record_export
from hztargets.web.access import SignedInRequest, for_roles

_WRONG_DAY = {"invalid": gettext_lazy("Enter a day such as 2024-08-12.")}


class AuditForm(forms.Form):
    """Checks only the form of the input; an invalid value does not filter and gets an error beside its field."""

    by = forms.CharField(required=False, max_length=100)
    action = forms.ChoiceField(required=False)
    object_type = forms.ChoiceField(required=False)
    goal = forms.CharField(required=False, max_length=30)
    since = forms.DateField(required=False, error_messages=_WRONG_DAY)
    until = forms.DateField(required=False, error_messages=_WRONG_DAY)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = sorted(ACTIONS.items())  # type: ignore[attr-defined]
        self.fields["object_type"].choices = sorted(OBJECTS.items())  # type: ignore[attr-defined]

    def filters(self) -> AuditFilter:
        self.is_valid()
        return AuditFilter(**{name: value for name, value in self.cleaned_data.items() if value})


@require_safe
@for_roles([Role.AUDITOR])
def trail(request: SignedInRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    filters = form.filters()
    rows, older = audit_page(request.user, filters)
    context = {
        "form": form,
        "filters": filters,
        "is_narrowed": bool(filters.to_json()),
        "rows": rows,
        "older": older,
        "is_guarded": database_guards_trail(),
    }
    return render(request, "hztargets/pages/audit.html", context)


@require_safe
@for_roles([Role.AUDITOR])
def export(request: SignedInRequest) -> HttpResponseBase:
    """CSV in UTF-8 with a byte order mark, which spreadsheets need. The export is an audit event itself."""
    filters = AuditForm(request.GET).filters()
    record_export(by=request.user, filters=filters.to_json(), now=clock.now())
    response = StreamingHttpResponse(_lines(all_rows(request.user, filters)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{localtime(clock.now()):%Y%m%d-%H%M}.csv"'
    return response


class _Echo:
    """A file object whose `write` returns the text; `csv.writer` then yields lines."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterator[AuditRow]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    heads = (
        _("No."), _("Time"), _("Who"), _("Name"), _("From address"), _("Action"), _("What happened"), _("Kind"),
        _("Object"), _("About"), _("Before"), _("After"), _("Reason"), _("Request"), _("Hash"),
    )  # fmt: skip
    yield "\ufeff" + writer.writerow(heads)
    for row in rows:
        yield writer.writerow([neutralised(cell) for cell in _cells(row)])


def _cells(row: AuditRow) -> list[str]:
    event, by = row.event, row.event.by
    link = getattr(event, "link", None)
    return [
        str(link.sequence) if link else "", f"{localtime(event.at):%Y-%m-%d %H:%M:%S}", by.username if by else "",
        by.display_name if by else "", event.address or "", event.action, str(ACTIONS.get(event.action, event.action)),
        event.object_type, str(event.object_id or ""), row.label, _json(event.before), _json(event.after),
        event.reason, event.request_id, link.hash if link else "",
    ]  # fmt: skip


def _json(noted: dict[str, Any] | None) -> str:
    return json.dumps(noted, ensure_ascii=False) if noted else ""

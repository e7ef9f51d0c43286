"""The department's sheet: download, upload, preview, confirmation."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django_htmx.http import HttpResponseClientRefresh

from hztargets import clock
from hztargets.domain.review import DEPARTMENT_ROLES
from hztargets.guard.receiving import limit_upload
from hztargets.models import Period, Role, SheetUpload
from hztargets.queries.sheets.rows import sheet_rows, waiting_sheet
from hztargets.services.errors import ServiceError
from hztargets.services.sheets.uploads import confirm_upload, drop_upload, take_sentence
from hztargets.services.sheets.work import filed_sentence, preview_upload
from hztargets.tasks import nudge_jobs
from hztargets.web.access import SignedInRequest, for_roles, open_period_or_404
from hztargets.web.sheets.csv_file import write_csv
from hztargets.web.sheets.form import UploadForm
from hztargets.web.sheets.table import empty_table, returned_table
from hztargets.web.sheets.workbook import write_workbook

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WRITERS = {"xlsx": (write_workbook, _XLSX), "csv": (write_csv, "text/csv; charset=utf-8")}


@never_cache
@for_roles(DEPARTMENT_ROLES)
def sheet_file(request: SignedInRequest, document_id: int, period: str, extension: str) -> HttpResponse:
    """The department's sheet for the period, as a workbook or as CSV."""
    document, month = open_period_or_404(request.user, document_id, period)
    table = empty_table(request.user, document, month, sheet_rows(request.user, document, month))
    write, content_type = _WRITERS[extension]
    return _download(write(table), f"{request.user.department} {month.label}.{extension}", content_type)


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})


@csrf_exempt
def upload_page(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    """The size limit is set first, because the CSRF check of the inner view reads the request body."""
    if request.method == "POST":
        limit_upload(request)
    return _upload_page(request, document_id, period)


@csrf_protect
@for_roles([Role.CLERK])
def _upload_page(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    document, month = open_period_or_404(request.user, document_id, period)
    form = UploadForm()
    if request.method == "POST" and month.closed_at is None:
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid() and form.take(request, month):
            nudge_jobs()
            return redirect("sheet_preview", document.pk, month.label)
    context = {"document": document, "period": month, "form": form}
    return render(request, "hztargets/pages/sheet_upload.html", context)


@never_cache
@for_roles([Role.CLERK])
def preview_page(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    """The preview of the uploaded file, or the progress of the worker; a POST with the file's digest confirms it."""
    document, month = open_period_or_404(request.user, document_id, period)
    upload = waiting_sheet(request.user, month)
    if request.headers.get("HX-Request") and not (upload and upload.is_under_way):
        return HttpResponseClientRefresh()  # the page of the progress reloads when the work has ended
    if upload is None:
        messages.info(request, _("No uploaded sheet waits here; it was filed already, or never uploaded."))
        return redirect("sheet_upload", document.pk, month.label)
    context: dict[str, Any] = {"document": document, "period": month, "waiting": upload}
    if upload.is_under_way:
        return render(request, "hztargets/pages/sheet_progress.html", context)
    if upload.step != SheetUpload.Step.READY:
        return _ended(request, upload)
    if request.method == "POST":
        return _confirm(request, upload)
    sentence = take_sentence(upload=upload)
    if sentence:
        messages.error(request, sentence)
    context["preview"] = preview_upload(upload, request.user, clock.now())
    return render(request, "hztargets/pages/sheet_preview.html", context)


def _ended(request: SignedInRequest, upload: SheetUpload) -> HttpResponse:
    """The worker has filed the sheet or could not read it: shows the message and removes the upload."""
    drop_upload(upload=upload)
    if upload.step == SheetUpload.Step.FILED:
        return _filed(request, upload.period, upload.sentence)
    messages.error(request, upload.sentence)
    return redirect("sheet_upload", upload.period.document_id, upload.period.label)


def _filed(request: SignedInRequest, period: Period, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("grid", period.document_id, period.label)


def _confirm(request: SignedInRequest, upload: SheetUpload) -> HttpResponse:
    again = redirect("sheet_preview", upload.period.document_id, upload.period.label)
    if request.POST.get("digest") != upload.digest:
        messages.error(request, _("Another file was uploaded in the meantime. This is that file; look at it first."))
        return again
    try:
        filed = confirm_upload(
            upload=upload, stored_state=request.POST.get("stored_state", ""), by=request.user, now=clock.now()
        )
    except ServiceError as error:
        messages.error(request, error.message)
        return again
    if filed is None:
        nudge_jobs()
        return again
    return _filed(request, upload.period, filed_sentence(len(filed)))


@never_cache
@for_roles([Role.CLERK])
def problems_file(request: SignedInRequest, document_id: int, period: str) -> HttpResponse:
    """The uploaded sheet as a workbook with the problems of each row."""
    document, month = open_period_or_404(request.user, document_id, period)
    upload = waiting_sheet(request.user, month)
    if upload is None or upload.step != SheetUpload.Step.READY:
        raise Http404
    table = returned_table(request.user, document, month, preview_upload(upload, request.user, clock.now()))
    to_mend = _("to mend")
    name = f"{request.user.department} {month.label} {to_mend}.xlsx"
    return _download(write_workbook(table), name, _XLSX)

"""A request's file, received no further than its limit."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets import clock
from hztargets.guard.limits import MAX_BYTES
from hztargets.models import Period, SheetUpload
from hztargets.services.errors import ServiceError
from hztargets.services.sheets.uploads import receive_sheet
from hztargets.services.uploads import refuse_too_big
from hztargets.web.access import SignedInRequest


class StopWhenTooBig(FileUploadHandler):
    """Ends receiving once the file is too big, so that nobody fills the disk. `exceeded` tells the page."""

    exceeded = False
    _received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._received > MAX_BYTES:
            self.exceeded = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        return None


def limit_upload(request: HttpRequest) -> None:
    """To be called before anything reads the request's body."""
    request.upload_handlers.insert(0, StopWhenTooBig(request))


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Filled-in sheet (.xlsx or .csv, up to 5 MB)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def take(self, request: SignedInRequest, period: Period) -> SheetUpload | None:
        """What was received; None with the reason in the form."""
        if any(getattr(handler, "exceeded", False) for handler in request.upload_handlers):
            self.add_error("file", refuse_too_big(MAX_BYTES // 1024 // 1024).message)
            return None
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            self.add_error("file", _("Choose the file first."))
            return None
        try:
            return receive_sheet(name=str(file.name), data=file.read(), period=period, by=request.user, now=clock.now())
        except ServiceError as error:
            self.add_error("file", error.message)
            return None

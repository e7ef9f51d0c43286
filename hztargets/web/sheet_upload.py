"""A request's file, read no further than its limit, and the table that waits in the session to be confirmed."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hztargets.domain.sheets.cells import Line, pack, unpack
from hztargets.models import Document, Period
from hztargets.services.errors import ServiceError
from hztargets.services.upload_guard.guard import Table
from hztargets.services.upload_guard.limits import MAX_BYTES
from hztargets.services.uploads import read_upload, refuse_too_big

_KEY = "sheet_upload"


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

    def read(self, request: HttpRequest) -> tuple[str, Table] | None:
        """The file's name and table; None with the reason in the form."""
        if any(getattr(handler, "exceeded", False) for handler in request.upload_handlers):
            self.add_error("file", refuse_too_big(MAX_BYTES // 1024 // 1024).message)
            return None
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            self.add_error("file", _("Choose the file first."))
            return None
        try:
            return str(file.name), read_upload(str(file.name), file.read())
        except ServiceError as error:
            self.add_error("file", error.message)
            return None


class Waiting:
    """The uploaded table of one period, kept in the session until it is confirmed or replaced."""

    def __init__(self, session: Any, document: Document, period: Period) -> None:
        self._session = session
        self._place = [document.pk, period.label]

    def put(self, name: str, table: Table) -> None:
        self._session[_KEY] = {
            "place": self._place,
            "name": name[-100:],
            "digest": table.digest,
            "encoding": table.encoding,
            "lines": pack(table.lines),
            "refused": {},
        }

    def drop(self) -> None:
        self._session.pop(_KEY, None)

    @property
    def _kept(self) -> dict[str, Any]:
        kept = self._session.get(_KEY) or {}
        return kept if kept.get("place") == self._place else {}

    def __bool__(self) -> bool:
        return bool(self._kept)

    @property
    def name(self) -> str:
        return str(self._kept["name"])

    @property
    def digest(self) -> str:
        return str(self._kept["digest"])

    @property
    def encoding(self) -> str:
        return str(self._kept["encoding"])

    @property
    def lines(self) -> tuple[Line, ...]:
        return unpack(self._kept["lines"])

    @property
    def refused(self) -> dict[str, list[tuple[str, str]]]:
        return {code: [(field, words) for field, words in said] for code, said in self._kept["refused"].items()}

    def remember_refusal(self, refused: dict[str, list[tuple[str, str]]]) -> None:
        """What filing said, until the file is mended and uploaded again."""
        self._session[_KEY] = {**self._kept, "refused": refused}

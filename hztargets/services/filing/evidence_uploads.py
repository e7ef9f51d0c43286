"""Receiving files of evidence no further than their limits."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from hztargets.guard.limits import MAX_BYTES
from hztargets.services.filing.evidence import MAX_FILES, InvalidEvidence, refuse_too_big, refuse_too_many


class SkipWhatIsTooMuch(FileUploadHandler):
    """Leaves out each file that is too big and those beyond the number a report takes; what else comes with them is
    read to the end. `refused` tells which."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.refused: list[InvalidEvidence] = []
        self._kept = self._received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._kept == MAX_FILES or self._received > MAX_BYTES:
            refuse = refuse_too_many if self._kept == MAX_FILES else refuse_too_big
            self.refused.append(refuse(self.file_name or ""))
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        self._kept += 1
        return None


def limit_files(request: HttpRequest) -> SkipWhatIsTooMuch:
    """To be called before anything reads the request's body."""
    handler = SkipWhatIsTooMuch(request)
    request.upload_handlers.insert(0, handler)
    return handler

"""Receives the files of a request up to their limits."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from hztargets.domain.problems import Problem
from hztargets.guard.limits import MAX_BYTES

TOO_BIG = Problem("too_big", facts={"limit": MAX_BYTES // 1024 // 1024})


class LimitedUpload(FileUploadHandler):
    """Leaves out each file that is too big and those beyond `max_files`; the rest of the request is read to its end.
    `refused` holds the name and the problem of each file left out."""

    def __init__(self, request: HttpRequest, max_files: int | None) -> None:
        super().__init__(request)
        self.refused: list[tuple[str, Problem]] = []
        self._max_files = max_files
        self._accepted = self._received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._received += len(raw_data)
        if self._accepted == self._max_files:
            self._skip(Problem("too_many_files", facts={"limit": self._max_files}))
        if self._received > MAX_BYTES:
            self._skip(TOO_BIG)
        return raw_data

    def _skip(self, problem: Problem) -> None:
        self.refused.append((self.file_name or "", problem))
        raise SkipFile

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        self._accepted += 1
        return None


def limit_upload(request: HttpRequest, max_files: int | None = None) -> None:
    """To be called before anything reads the request's body."""
    request.upload_handlers.insert(0, LimitedUpload(request, max_files))


def refused_files(request: HttpRequest) -> list[tuple[str, Problem]]:
    """Name and problem of each file that was left out."""
    return [one for row in request.upload_handlers if isinstance(row, LimitedUpload) for one in row.refused]

"""What kind of evidence a file is, by its content; its name has to agree."""

import re
from dataclasses import dataclass

from hztargets.domain.filenames import extension_of
from hztargets.guard.limits import MAX_BYTES, refused
from hztargets.guard.pictures import check_jpeg, check_png
from hztargets.guard.process import run_child

_OFFICE = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".docx": f"{_OFFICE}wordprocessingml.document",
    ".xlsx": f"{_OFFICE}spreadsheetml.sheet",
    ".ofd": "application/ofd",
}
"""By the extension under which a file is offered again. OFD is the state's own format of documents (GB/T 33190)."""

_ALIASES = {".jpeg": ".jpg", ".jpe": ".jpg"}
_PACKAGES = (".docx", ".xlsx", ".ofd")
_SIGNATURES = (
    (b"%PDF-", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"PK\x03\x04", "package"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "compound"),
)
_OTHER_NAMES = {
    "old_office": {".doc", ".xls", ".ppt", ".wps", ".et", ".dps", ".rtf"},
    "macro_file": {".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".xlam", ".pptm"},
    "archive_file": {".zip", ".rar", ".7z", ".gz", ".tar"},
    "phone_picture": {".heic", ".heif", ".webp", ".avif"},
}
_PDF_HEAD = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END = 1024
"""Bytes at the end within which readers look for the end mark."""


@dataclass(frozen=True, slots=True)
class FileKind:
    extension: str
    content_type: str


def read_kind(name: str, data: bytes) -> FileKind:
    """Raises `ProblemError`. The order is the cheapest and safest check first; inflating is left to the child."""
    if not data:
        raise refused("empty_file")
    if len(data) > MAX_BYTES:
        raise refused("too_big", limit=MAX_BYTES // 1024 // 1024)
    extension = _extension(name)
    _check_agrees(extension, _found(data))
    _check_structure(extension, data)
    return FileKind(extension, CONTENT_TYPES[extension])


def _extension(name: str) -> str:
    written = extension_of(name)
    extension = _ALIASES.get(written, written)
    if extension in CONTENT_TYPES:
        return extension
    code = next((code for code, names in _OTHER_NAMES.items() if extension in names), "unknown_kind")
    raise refused(code, extension=written[:20])


def _found(data: bytes) -> str:
    return next((kind for mark, kind in _SIGNATURES if data.startswith(mark)), "")


def _check_agrees(extension: str, found: str) -> None:
    expected = "package" if extension in _PACKAGES else extension
    if found == expected:
        return
    if found == "compound":
        raise refused("old_or_encrypted")
    if found in CONTENT_TYPES:
        raise refused("other_kind", extension=extension, found=found)
    raise refused("not_its_kind", extension=extension)


def _check_structure(extension: str, data: bytes) -> None:
    if extension == ".pdf":
        _check_pdf(data)
    elif extension == ".png":
        check_png(data)
    elif extension == ".jpg":
        check_jpeg(data)
    else:
        run_child(data, extension, "", child="hztargets.guard.package_child")


def _check_pdf(data: bytes) -> None:
    if not _PDF_HEAD.match(data) or b"%%EOF" not in data[-_PDF_END:] or b"startxref" not in data:
        raise refused("cut_off")

"""The kind of a file by its first bytes, whatever its name is."""

from hztargets.guard.limits import refused

XLSX, CSV = ".xlsx", ".csv"
_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<head", b"<meta")


def check_signature(name: str, data: bytes) -> str:
    """Returns the extension if the content agrees with it. Raises `ProblemError`."""
    if not data:
        raise refused("empty_file")
    extension = _extension(name)
    found = _found(data)
    if extension == XLSX and found != "zip":
        raise refused({"compound": "old_or_encrypted", "markup": "web_page"}.get(found, "not_xlsx"))
    if extension == CSV and found:
        raise refused({"zip": "zip_as_csv", "compound": "old_or_encrypted", "markup": "web_page"}.get(found, found))
    return extension


def _extension(name: str) -> str:
    lower = name.lower()
    known = next((extension for extension in (XLSX, CSV) if lower.endswith(extension)), None)
    if known:
        return known
    if lower.endswith((".xls", ".et")):
        raise refused("old_workbook")
    if lower.endswith((".xlsm", ".xltm", ".xlsb", ".xlam")):
        raise refused("macro_workbook")
    raise refused("wrong_extension", extension=lower.rpartition(".")[2][:20] if "." in lower else "")


def _found(data: bytes) -> str:
    if data.startswith(_ZIP):
        return "zip"
    if data.startswith(_COMPOUND):
        return "compound"
    if data.startswith(_WIDE_MARKS):
        return "utf16"
    return "markup" if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:12].lower().startswith(_MARKUP) else ""

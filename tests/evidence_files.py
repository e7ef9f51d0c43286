"""Small files of every accepted kind, made when needed, and files that must be refused."""

import io
import struct
import zlib
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

from tests.integration.guard import horrors

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
    'Target="%s" TargetMode="External"/></Relationships>'
)


def pdf(text: str = "一张证明") -> bytes:
    body = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    tail = b"trailer<</Root 1 0 R/Size 3>>\nstartxref\n0\n%%EOF\n"
    return body + b"% " + text.encode() + b"\n" + tail


def png(width: int = 2, height: int = 2, after: bytes = b"") -> bytes:
    pixels = zlib.compress(b"\0" + bytes(3 * width) if width < 100 else b"")
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts + after


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def jpeg(width: int = 2, height: int = 2, after: bytes = b"") -> bytes:
    """The segments of a baseline picture; the thumbnail in its EXIF data has an end mark of its own."""
    thumbnail = b"Exif\0\0" + b"\xff\xd8\xff\xd9"
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    segments = [
        (0xE1, thumbnail),
        (0xDB, bytes(65)),
        (0xC0, frame),
        (0xC4, bytes(17)),
        (0xDA, b"\x01\x01\x00\x00\x3f\x00"),
    ]
    written = b"".join(struct.pack(">BBH", 0xFF, mark, len(data) + 2) + data for mark, data in segments)
    return b"\xff\xd8" + written + b"\x12\x34\xff\x00\x56" + b"\xff\xd9" + after


def docx(**parts: bytes) -> bytes:
    return horrors.zipped({**_word(), **{name.replace("__", "/"): data for name, data in parts.items()}})


def _word() -> horrors.Parts:
    return {
        "[Content_Types].xml": _TYPES.encode(),
        "word/document.xml": "<document>说明</document>".encode(),
        "word/media/image1.png": png(),
    }


def linked_docx(kind: str, target: str = "http://elsewhere.invalid/a.dotm") -> bytes:
    return docx(**{"word/_rels/settings.xml.rels": (_RELATIONS % (kind, target)).encode()})


def xlsx(*rows: tuple[object, ...]) -> bytes:
    return horrors.workbook(*(rows or [("a", 1)]))


def ofd() -> bytes:
    root = '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.0"/>'
    return horrors.zipped({"OFD.xml": root.encode(), "Doc_0/Document.xml": b"<a/>"})


def bomb() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in _word().items():
            archive.writestr(name, content)
        archive.writestr("word/comments.xml", b"<a>" + b" " * 40_000_000 + b"</a>")
    return out.getvalue()


GOOD: dict[str, tuple[bytes, str]] = {
    "证明.pdf": (pdf(), "application/pdf"),
    "截图.PNG": (png(), "image/png"),
    "照片.jpeg": (jpeg(after=b"\0\0SEFT"), "image/jpeg"),
    "说明.docx": (docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "明细.xlsx": (xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "公文.ofd": (ofd(), "application/ofd"),
}

BAD: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.pdf", lambda: b"", "empty_file"),
    "6 MB": ("a.pdf", lambda: pdf() + bytes(6_000_000), "too_big"),
    "script": ("a.html", lambda: b"<script>1</script>", "unknown_kind"),
    "svg": ("a.svg", lambda: b"<svg/>", "unknown_kind"),
    "no extension": ("证明", pdf, "unknown_kind"),
    "program": ("a.pdf.exe", lambda: b"MZ", "unknown_kind"),
    "turned around": ("a\u202efdp.exe", pdf, "unknown_kind"),
    "doc": ("a.doc", lambda: horrors.OLD, "old_office"),
    "wps": ("a.wps", lambda: horrors.OLD, "old_office"),
    "xlsm": ("a.xlsm", xlsx, "macro_file"),
    "zip": ("a.zip", xlsx, "archive_file"),
    "heic": ("a.HEIC", lambda: b"\0\0\0\x18ftypheic", "phone_picture"),
    "old under a new name": ("a.docx", lambda: horrors.OLD, "old_or_encrypted"),
    "web page as pdf": ("a.pdf", lambda: horrors.PAGE, "not_its_kind"),
    "svg as png": ("a.png", lambda: b"<svg onload='alert(1)'/>", "not_its_kind"),
    "script before the pdf": ("a.pdf", lambda: b"<script>1</script>" + pdf(), "not_its_kind"),
    "picture as pdf": ("a.pdf", png, "other_kind"),
    "pdf as docx": ("a.docx", pdf, "other_kind"),
    "workbook as docx": ("a.docx", xlsx, "other_kind"),
    "docx as workbook": ("a.xlsx", docx, "other_kind"),
    "plain zip as docx": ("a.docx", lambda: horrors.zipped({"x.txt": b"1"}), "not_its_kind"),
    "docx as ofd": ("a.ofd", docx, "other_kind"),
    "pdf cut off": ("a.pdf", lambda: pdf()[:-20], "cut_off"),
    "pdf of no version": ("a.pdf", lambda: b"%PDF-9" + pdf()[6:], "cut_off"),
    "png cut off": ("a.png", lambda: png()[:-6], "cut_off"),
    "png damaged": ("a.png", lambda: png().replace(b"\x00\x00\x00\x02\x08", b"\x00\x00\x00\x03\x08"), "broken_picture"),
    "png with a zip behind": ("a.png", lambda: png(after=xlsx()), "after_end"),
    "png without size": ("a.png", lambda: png(width=0), "broken_picture"),
    "png of a billion pixels": ("a.png", lambda: png(100_000, 100_000), "too_many_pixels"),
    "jpeg cut off": ("a.jpg", lambda: jpeg()[:-2], "cut_off"),
    "jpeg cut in its head": ("a.jpg", lambda: jpeg()[:30], "cut_off"),
    "jpeg without a frame": ("a.jpg", lambda: b"\xff\xd8\xff\xda\x00\x02\xff\xd9", "broken_picture"),
    "jpeg of only marks": ("a.jpg", lambda: b"\xff\xd8\xff\xd9", "broken_picture"),
    "jpeg of four billion pixels": ("a.jpg", lambda: jpeg(65_535, 65_535), "too_many_pixels"),
    "docx cut off": ("a.docx", lambda: docx()[:-40], "broken_archive"),
    "docx with broken xml": ("a.docx", lambda: docx(word__document__xml=b"", **{"word/document.xml": b"<a"}), "broken_workbook"),
    "bomb": ("a.docx", bomb, "ratio"),
    "bomb in a workbook": ("a.xlsx", horrors.zip_bomb, "ratio"),
    "60 MB unpacked": ("a.xlsx", horrors.big_bomb, "inflates_too_far"),
    "size that lies": ("a.xlsx", horrors.lying_size, "broken_archive"),
    "10,000 members": ("a.xlsx", horrors.many_members, "too_many_members"),
    "symlink": ("a.xlsx", horrors.symlink_member, "link_member"),
    "path outside": ("a.xlsx", horrors.path_member, "path_member"),
    "same part twice": ("a.docx", lambda: docx(**{"word/DOCUMENT.xml": b"<a/>"}), "member_twice"),
    "encrypted": ("a.xlsx", horrors.encrypted_flag, "encrypted"),
    "macro part": ("a.docx", lambda: docx(**{"word/vbaProject.bin": b"1"}), "macro_part"),
    "embedded object": ("a.docx", lambda: docx(**{"word/embeddings/oleObject1.bin": b"1"}), "macro_part"),
    "macro type": ("a.xlsx", horrors.macro_type, "macro_part"),
    "template from elsewhere": ("a.docx", lambda: linked_docx("attachedTemplate"), "external_link"),
    "external entity": ("a.xlsx", horrors.external_entity, "declaration"),
    "billion laughs": ("a.xlsx", horrors.billion_laughs, "declaration"),
    "declaration in UTF-16": ("a.xlsx", horrors.hidden_declaration, "declaration"),
}  # fmt: skip

"""Dangerous files, made when needed."""

import io
import random
import re
import stat
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlsxwriter

Parts = dict[str, bytes]
_SHEET = "xl/worksheets/sheet1.xml"
_ROWS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData>%s</worksheet>'


def workbook(*rows: tuple[object, ...]) -> bytes:
    """Cells that are numbers, texts, days, formulas (`=…`) or None."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for index, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(number, index, value, day)
                else:
                    sheet.write(number, index, value)
    return out.getvalue()


def parts_of(data: bytes) -> Parts:
    with ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_parts(**changed: bytes) -> bytes:
    return zipped({**parts_of(workbook(("a", 1))), **{name.replace("__", "/"): data for name, data in changed.items()}})


def with_sheet(rows: bytes, after: bytes = b"") -> bytes:
    return zipped({**parts_of(workbook(("a", 1))), _SHEET: _ROWS % (rows, after)})


def cell_at(reference: str) -> bytes:
    row = re.sub("[A-Z]", "", reference)
    return with_sheet(f'<row r="{row}"><c r="{reference}"><v>1</v></c></row>'.encode())


def unnumbered_rows() -> bytes:
    pick = random.Random(7)
    return with_sheet(b"".join(b"<row><c><v>%d</v></c></row>" % pick.randrange(10**9) for _ in range(5001)))


def with_member(info: ZipInfo, content: bytes) -> bytes:
    out = io.BytesIO(workbook(("a", 1)))
    with ZipFile(out, "a", ZIP_DEFLATED) as archive:
        archive.writestr(info, content)
    return out.getvalue()


def symlink_member() -> bytes:
    info = ZipInfo("xl/media/image1.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return with_member(info, b"/etc/passwd")


def path_member() -> bytes:
    return with_member(ZipInfo("../../etc/cron.d/x"), b"* * * * *")


def encrypted_flag() -> bytes:
    """Sets the flag in every local header and directory entry, as an encrypting zip program does."""
    data = bytearray(workbook(("a", 1)))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", data, at + place)
            struct.pack_into("<H", data, at + place, flags | 1)
            at = data.find(mark, at + 4)
    return bytes(data)


def lying_size() -> bytes:
    """A sheet that claims to unpack to a thousand bytes and unpacks to three million."""
    data = bytearray(zipped({**parts_of(workbook(("a", 1))), _SHEET: _ROWS % (b"", b" " * 3_000_000)}))
    directory = data.rfind(b"PK\x01\x02", 0, data.find(_SHEET.encode(), data.find(b"PK\x01\x02")))
    struct.pack_into("<I", data, directory + 24, 1000)
    return bytes(data)


def zip_bomb() -> bytes:
    return with_sheet(b"", b" " * 49_000_000)


def big_bomb() -> bytes:
    return zipped({**parts_of(workbook(("a", 1))), **{f"xl/media/{n}.xml": b" " * 30_000_000 for n in range(2)}})


def many_members() -> bytes:
    return zipped({**parts_of(workbook(("a", 1))), **{f"xl/media/{n}.xml": b"<a/>" for n in range(10_000)}})


def with_declaration(declaration: bytes, use: bytes = b"") -> bytes:
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % use
    return zipped({**parts_of(workbook(("a", 1))), _SHEET: declaration + _ROWS % (row, b"")})


def external_entity() -> bytes:
    return with_declaration(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', b"&e;")


def billion_laughs() -> bytes:
    lines = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return with_declaration(b'<!DOCTYPE x [<!ENTITY l0 "lol">%s]>' % lines, b"&l9;")


def hidden_declaration() -> bytes:
    """In a part no table comes from, and in UTF-16, where a search for bytes would miss it."""
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    return with_parts(docProps__app__xml=b"", **{"docProps/app.xml": text.encode("utf-16")})


def linked_workbook(kind: str = "externalLinkPath") -> bytes:
    """A relationship to another file."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        'Target="file:///server/share/other.xlsx" TargetMode="External"/></Relationships>'
    )
    return with_parts(**{"xl/worksheets/_rels/sheet1.xml.rels": relations.encode()})


def macro_type() -> bytes:
    parts = parts_of(workbook(("a", 1)))
    types = parts["[Content_Types].xml"].replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet.main", b"ms-excel.sheet.macroEnabled.main"
    )
    return zipped({**parts, "[Content_Types].xml": types})


def memory_eater() -> bytes:
    """Two million elements: 20 MB of XML from 1 MB of file, more than half a gigabyte once built."""
    pick = random.Random(7)
    formats = "".join(pick.choices(['<x a="1"/>', '<x a="2"/>', '<x a="3"/>', '<x a="4"/>'], k=2_000_000))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return with_parts(**{"xl/styles.xml": f'<styleSheet xmlns="{main}">{formats}</styleSheet>'.encode()})


def time_eater() -> bytes:
    """A million shared strings, ten seconds of work."""
    pick = random.Random(7)
    strings = "".join(pick.choices(["<si><t>1</t></si>", "<si><t>2</t></si>", "<si><t>3</t></si>"], k=1_000_000))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return with_parts(**{"xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>'.encode()})


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
PAGE = b"<html><head><meta charset=utf-8></head><body><table><tr><td>1</td></tr></table></body></html>"

HORRORS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("a.xlsx", lambda: b"", "empty_file"),
    "6 MB": ("a.xlsx", lambda: workbook(("a", 1)) + bytes(6_000_000), "too_big"),
    "wrong extension": ("a.pdf", lambda: workbook(("a", 1)), "wrong_extension"),
    "no extension": ("sheet", lambda: workbook(("a", 1)), "wrong_extension"),
    "xls": ("a.xls", lambda: OLD, "old_workbook"),
    "xls renamed": ("a.xlsx", lambda: OLD, "old_or_encrypted"),
    "xls renamed to csv": ("a.csv", lambda: OLD, "old_or_encrypted"),
    "xlsm": ("a.xlsm", lambda: workbook(("a", 1)), "macro_workbook"),
    "html renamed": ("a.xlsx", lambda: PAGE, "web_page"),
    "html renamed to csv": ("a.csv", lambda: b"\xef\xbb\xbf\n" + PAGE, "web_page"),
    "text renamed": ("a.xlsx", lambda: "编码,本期数".encode(), "not_xlsx"),
    "xlsx renamed to csv": ("a.csv", lambda: workbook(("a", 1)), "zip_as_csv"),
    "truncated": ("a.xlsx", lambda: workbook(("a", 1))[:-300], "broken_archive"),
    "damaged inside": ("a.xlsx", lambda: workbook(("a", 1)).replace(b"\x00", b"\x01", 400), "broken_archive"),
    "no workbook in the zip": ("a.xlsx", lambda: zipped({"x.txt": b"1"}), "broken_workbook"),
    "broken xml": ("a.xlsx", lambda: with_sheet(b"<row r="), "broken_workbook"),
    "zip bomb": ("a.xlsx", zip_bomb, "ratio"),
    "60 MB declared": ("a.xlsx", big_bomb, "inflates_too_far"),
    "size that lies": ("a.xlsx", lying_size, "broken_archive"),
    "10,000 members": ("a.xlsx", many_members, "too_many_members"),
    "symlink": ("a.xlsx", symlink_member, "link_member"),
    "path outside": ("a.xlsx", path_member, "path_member"),
    "absolute path": ("a.xlsx", lambda: with_member(ZipInfo("/etc/x"), b"1"), "path_member"),
    "same part twice": ("a.xlsx", lambda: with_member(ZipInfo("xl/Workbook.xml"), b"<a/>"), "member_twice"),
    "encrypted": ("a.xlsx", encrypted_flag, "encrypted"),
    "macro part": ("a.xlsx", lambda: with_member(ZipInfo("xl/vbaProject.bin"), b"1"), "macro_part"),
    "macro type": ("a.xlsx", macro_type, "macro_part"),
    "external link part": ("a.xlsx", lambda: with_member(ZipInfo("xl/externalLinks/e1.xml"), b"<a/>"), "external_link"),
    "external relationship": ("a.xlsx", linked_workbook, "external_link"),
    "external entity": ("a.xlsx", external_entity, "declaration"),
    "billion laughs": ("a.xlsx", billion_laughs, "declaration"),
    "hidden declaration": ("a.xlsx", hidden_declaration, "declaration"),
    "far corner": ("a.xlsx", lambda: cell_at("XFD1048576"), "too_many_rows"),
    "last row": ("a.xlsx", lambda: cell_at("A1048576"), "too_many_rows"),
    "row 5,001": ("a.xlsx", lambda: cell_at("A5001"), "too_many_rows"),
    "last column": ("a.xlsx", lambda: cell_at("XFD1"), "too_many_columns"),
    "column 101": ("a.xlsx", lambda: cell_at("CW1"), "too_many_columns"),
    "rows without numbers": ("a.xlsx", unnumbered_rows, "too_many_rows"),
    "row twice": ("a.xlsx", lambda: with_sheet(b'<row r="2"/><row r="2"/>'), "rows_out_of_order"),
    "cell twice": ("a.xlsx", lambda: with_sheet(b'<row r="1"><c r="A1"/><c r="A1"/></row>'), "rows_out_of_order"),
    "cell of another row": ("a.xlsx", lambda: with_sheet(b'<row r="1"><c r="A9"/></row>'), "rows_out_of_order"),
    "csv in UTF-16": ("a.csv", lambda: "编码,本期数".encode("utf-16"), "utf16"),
    "csv in UTF-16 without mark": ("a.csv", lambda: "编码,本期数".encode("utf-16-le"), "nul_bytes"),
    "NUL bytes": ("a.csv", lambda: b"code,\0value", "nul_bytes"),
    "csv in no known encoding": ("a.csv", lambda: b"code,\xff\xff\x80", "unknown_encoding"),
    "open quotation mark": ("a.csv", lambda: b'code,"value\n1,2', "broken_text"),
    "csv with 101 columns": ("a.csv", lambda: b"," * 100 + b"x", "too_many_columns"),
    "csv with 20,001 rows": ("a.csv", lambda: b"a\n" * 20_001, "too_many_rows"),
    "csv full of text": ("a.csv", lambda: (b"a" * 1000 + b"\n") * 2100, "too_much_text"),
}  # fmt: skip

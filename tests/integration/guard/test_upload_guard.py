"""Every file of the list is refused with its own word, and the limits really hold."""

import io
import os
from datetime import datetime

import pytest
import xlsxwriter
from django.utils import translation

from hztargets.domain.problems import Problem, ProblemError
from hztargets.domain.sheets.cells import EMPTY, Cell, Kind, Line
from hztargets.guard import process
from hztargets.guard.guard import read_table
from hztargets.services.uploads import InvalidUpload, read_upload
from tests.integration.conftest import refusal
from tests.integration.guard import horrors
from tests.integration.guard.horrors import HORRORS


@pytest.mark.parametrize("name", HORRORS)
def test_horrors_are_refused_with_a_word(name: str) -> None:
    file, make, code = HORRORS[name]
    data = make()
    refused = refusal(read_upload, name=file, data=data)
    assert (refused.kind, refused.code, refused.field) == (InvalidUpload, code, "file")
    assert "%(" not in refused.english and refused.english.endswith(".")


def test_the_word_names_what_is_wrong() -> None:
    with pytest.raises(InvalidUpload) as refused:
        read_upload("a.xlsx", horrors.cell_at("A1048576"))
    with translation.override("en"):
        assert refused.value.message == (
            "Row 1048576 is used; rows beyond 5000 are not read. Delete the rows below the goals."
        )


def test_cells_come_out_as_what_they_are() -> None:
    data = horrors.workbook(
        ("文字", 40.1, 0.1 + 0.2, datetime(2024, 8, 1), None, True),
        ("=1+1", 123456789012345, -3, datetime(2024, 8, 1, 12, 30)),
    )
    assert read_table("表.XLSX", data).lines == (
        Line(1, (Cell(text="文字"), Cell(Kind.NUMBER, "40.1"), Cell(Kind.NUMBER, "0.3"), Cell(Kind.DAY, "2024-08-01"),
                 EMPTY, Cell(Kind.TRUTH, "true"))),
        Line(2, (Cell(Kind.FORMULA, "=1+1"), Cell(Kind.NUMBER, "123456789012345"), Cell(Kind.NUMBER, "-3"),
                 Cell(Kind.MOMENT, "2024-08-01 12:30:00"))),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (b"1234567890123456", "1234567890123456"),
        (b"12345678.12345678", "12345678.12345678"),
        (b"0.3333333333333333", "0.3333333333333333"),
        (b"30.100000000000001", "30.1"),
        (b"1E+3", "1000"),
        (b"1E+300", "1e+300"),
    ],
)
def test_no_digit_is_lost_silently(written: bytes, text: str) -> None:
    data = horrors.with_sheet(b'<row r="1"><c r="A1"><v>%s</v></c></row>' % written)
    assert read_table("a.xlsx", data).lines == (Line(1, (Cell(Kind.NUMBER, text),)),)


def test_a_formula_is_a_formula_whether_its_result_was_saved_or_not() -> None:
    """Spreadsheets save the result beside the formula, programs often do not: neither is taken for a figure."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_formula(0, 0, "=20+20", None, 40)
        sheet.write_formula(0, 1, "=20+20", None, "")
    cells = read_table("a.xlsx", out.getvalue()).lines[0].cells
    assert [cell.kind for cell in cells] == [Kind.FORMULA, Kind.FORMULA]


def test_percentages_keep_their_sign() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, 0.0725, book.add_format({"num_format": "0.00%"}))
    assert read_table("a.xlsx", out.getvalue()).lines == (Line(1, (Cell(Kind.PERCENT, "7.25"),)),)


def test_merged_cells_count_only_in_their_anchor() -> None:
    rows = (
        b'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>7</v></c></row>'
        b'<row r="2"><c r="A2"/><c r="B2"><v>2</v></c></row>'
        b'<row r="3"><c r="A3"><v>5</v></c><c r="B3"/><c r="C3"><v>9</v></c></row>'
    )
    merges = b'<mergeCells count="3"><mergeCell ref="A1:A2"/><mergeCell ref="A3:C3"/></mergeCells>'
    assert read_table("a.xlsx", horrors.with_sheet(rows, merges)).lines == (
        Line(1, (Cell(Kind.NUMBER, "1"), Cell(Kind.NUMBER, "7"))),
        Line(2, (Cell(Kind.MERGED), Cell(Kind.NUMBER, "2"))),
        Line(3, (Cell(Kind.NUMBER, "5"), EMPTY, Cell(Kind.MERGED, "9"))),
    )


def test_a_dimension_that_lies_costs_nothing() -> None:
    parts = horrors.parts_of(horrors.workbook(("a", 1)))
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"')
    assert b"XFD1048576" in sheet
    table = read_table("a.xlsx", horrors.zipped({**parts, "xl/worksheets/sheet1.xml": sheet}))
    assert table.lines == (Line(1, (Cell(text="a"), Cell(Kind.NUMBER, "1"))),)


def test_an_address_typed_into_a_cell_is_no_external_link() -> None:
    table = read_table("a.xlsx", horrors.linked_workbook("hyperlink"))
    assert table.lines == (Line(1, (Cell(text="a"), Cell(Kind.NUMBER, "1"))),)


def test_the_sheet_with_the_mark_is_read_wherever_it_stands() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "说明")
        book.add_worksheet().write(1, 0, "hztargets 1 | a | b | c")
    assert read_table("a.xlsx", out.getvalue()).lines == (Line(2, (Cell(text="hztargets 1 | a | b | c"),)),)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [("编码,本期数".encode(), "utf-8-sig"), ("编码,本期数".encode("utf-8-sig"), "utf-8-sig"),
     ("编码,本期数".encode("gbk"), "gb18030"), ("编码,本期数㐀".encode("gb18030"), "gb18030")],
)  # fmt: skip
def test_csv_says_how_it_was_read(data: bytes, encoding: str) -> None:
    table = read_table("表.csv", data)
    assert (table.lines[0].cells[0], table.encoding) == (Cell(text="编码"), encoding)


def test_a_full_sheet_is_not_taken_for_a_bomb() -> None:
    rows = [("A1-01", "实际利用外资", "亿美元", "按计划推进", *range(12)) for _ in range(5000)]
    assert len(read_table("a.xlsx", horrors.workbook(*rows)).lines) == 5000


def test_more_memory_than_allowed_ends_the_child_not_the_server() -> None:
    data = horrors.memory_eater()
    assert len(data) < 5_000_000
    with pytest.raises(ProblemError) as refused:
        read_table("a.xlsx", data)
    assert refused.value.problem.code == "too_much_memory"


def test_more_time_than_allowed_ends_the_child() -> None:
    data = horrors.time_eater()
    assert len(data) < 5_000_000
    with pytest.raises(ProblemError) as refused:
        process.run_child(data, ".xlsx", "hztargets 1", seconds=2)
    assert refused.value.problem == Problem("too_slow", facts={"seconds": 2})


def test_the_child_has_its_limits_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    answer = process.run_child(b"", "", "", child="tests.integration.guard.limited_child")
    assert answer == {
        "memory": 512 * 1024 * 1024,
        "seconds": 20,
        "names": sorted(process._CLEAN),
        "django": False,
        "numpy": False,
    }
    assert os.environ["SECRET_KEY"] == "geheim"


def test_a_child_that_dies_is_a_refusal() -> None:
    with pytest.raises(ProblemError) as refused:
        process.run_child(b"", "", "", child="hztargets.no_such_module")
    assert refused.value.problem.code == "child_died"

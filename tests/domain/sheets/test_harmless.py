import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.sheets.harmless import neutralised, restored


@pytest.mark.parametrize(
    ("text", "exported"),
    [("=1+1", "'=1+1"), ("+86", "'+86"), ("-5%", "'-5%"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("\r=1", "'\r=1"),
     ("'=1", "''=1"), ("it's", "it's"), ("'quoted'", "'quoted'"), ("", ""), ("新签3个", "新签3个")],
)  # fmt: skip
def test_what_a_spreadsheet_would_run_is_quoted(text: str, exported: str) -> None:
    assert neutralised(text) == exported


@given(st.text(alphabet="'=+-@\t\ra1是", max_size=8))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    exported = neutralised(text)
    assert not exported.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert restored(exported) == text

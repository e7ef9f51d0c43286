import pytest
from hypothesis import given
from hypothesis import strategies as st

from hztargets.domain.filenames import MAX_NAME, extension_of, harmless_name


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("证明.pdf", ".pdf"),
        ("证明.PDF ", ".pdf"),
        ("a/b.c/证明", ""),
        ("C:\\桌面\\照片.JPG", ".jpg"),
        ("a\u202efdp.exe", ".exe"),
        ("a.p\u200bdf", ".pdf"),
        ("a.", ""),
        ("a.p/df", ""),
        ("a.ｐｄｆ", ""),
        ("", ""),
    ],
)
def test_extension(name: str, extension: str) -> None:
    assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("7月到资证明.pdf", "7月到资证明.pdf"),
        ("7月 到资  证明.PDF", "7月 到资 证明.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\证明.pdf", "证明.pdf"),
        ("证\u202efdp.exe.pdf", "证fdp.exe.pdf"),
        ('a"b<c>:|?*\r\nSet-Cookie: x.pdf', "a_b_c_____Set-Cookie_ x.pdf"),
        ("证\x00明\x1b[31m.pdf", "证明[31m.pdf"),
        (".htaccess.pdf", "htaccess.pdf"),
        (".pdf", "file.pdf"),
        ("   .pdf", "file.pdf"),
        ("con.pdf", "_con.pdf"),
        ("COM1.x.pdf", "_COM1.x.pdf"),
        ("照片.jpeg", "照片.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("\ud800证明.pdf", "证明.pdf"),
    ],
)
def test_harmless_name(name: str, harmless: str) -> None:
    assert harmless_name(name, ".pdf") == harmless


def test_long_names_keep_their_extension() -> None:
    name = harmless_name("长" * 300 + ".pdf", ".pdf")
    assert (len(name), name[-5:]) == (80 + 4, "长.pdf")
    assert len(harmless_name("x" * 300, ".pdf")) == MAX_NAME


@given(st.text(max_size=300))
def test_no_name_is_empty_too_long_or_a_path(name: str) -> None:
    shown = harmless_name(name, extension_of(name)[:6])
    assert 0 < len(shown) <= MAX_NAME
    assert len(shown.encode()) < 255
    assert not set(shown) & set('<>:"/\\|?*\r\n\0')
    assert shown.isprintable()

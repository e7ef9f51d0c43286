"""Every bad file is refused with its own code; every good file is recognised by its content."""

import pytest
from django.utils import translation

from hztargets.domain.problems import Problem, ProblemError
from hztargets.guard import process
from hztargets.guard.kinds import read_kind
from hztargets.services.filing.evidence import refuse_evidence
from tests import evidence_files
from tests.evidence_files import BAD, GOOD
from tests.integration.conftest import chinese


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_known_by_their_content(name: str) -> None:
    data, content_type = GOOD[name]
    assert read_kind(name, data).content_type == content_type


@pytest.mark.parametrize("case", BAD)
def test_bad_files_are_refused(case: str) -> None:
    name, make, code = BAD[case]
    with pytest.raises(ProblemError) as refused:
        read_kind(name, make())
    assert refused.value.problem.code == code
    with translation.override("en"):
        sentence = refuse_evidence(name, refused.value.problem).message
    assert "was not attached. " in sentence
    assert "%(" not in sentence


def test_refusal_names_the_file_and_what_to_do() -> None:
    problem = Problem("other_kind", facts={"extension": ".pdf", "found": ".png"})
    english = "“证明.pdf” was not attached. Its name ends in .pdf but it is a .png file. Give it its right name."
    with translation.override("en"):
        assert refuse_evidence("../证明.pdf", problem).message == english
    with translation.override("zh-hans"):
        assert refuse_evidence("../证明.pdf", problem).message == chinese(
            "“证明.pdf”未附上。文件名以.pdf结尾，实际是.png文件，请改用正确的文件名。", english=english
        )


def test_a_long_table_is_evidence_too() -> None:
    rows = [(f"项目{n}", n) for n in range(6_000)]
    assert read_kind("明细.xlsx", evidence_files.xlsx(*rows)).extension == ".xlsx"


def test_addresses_in_a_text_are_no_link_elsewhere() -> None:
    assert read_kind("说明.docx", evidence_files.linked_docx("hyperlink", "https://a.invalid")).extension == ".docx"


def test_picture_in_the_largest_size_is_taken() -> None:
    assert read_kind("a.jpg", evidence_files.jpeg(10_000, 10_000)).extension == ".jpg"


def test_the_child_says_nothing_else() -> None:
    answer = process.run_child(evidence_files.docx(), ".docx", "", child="hztargets.guard.package_child")
    assert answer == {"kind": ".docx"}

"""`manage.py export_profiles` and `import_profiles`: out, edited in a spreadsheet, and in again."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError

from hztargets.models import Assessment, AssessmentRun, GoalProfile, ReferenceYear, Role
from tests.factories import City, approved_report, make_user
from tests.integration.commands.conftest import run as call
from tests.integration.services.decisions.plans import LATE, PLAN, YEAR_2023

pytestmark = pytest.mark.usefixtures("in_english")

JANUARY, AUGUST = "2024-01-15 10:00+08:00", "2024-08-09 10:00+08:00"
HEADER = "goal,name,unit,target,kind,m1,m2,m3,m4,m5,m6,m7,m8,m9,m10,m11,m12,reason\n"
PLANNED = HEADER + "A6-01,实际利用外资,亿美元,80,plan,4,8,14,20,26,32,38,44,52,60,70,80,按会商结果\n"


@pytest.fixture(autouse=True)
def office(city: City) -> None:
    make_user(Role.OFFICE, username="office")


def run(when: str, command: str, *args: str, **options: Any) -> tuple[str, str]:
    with time_machine.travel(when, tick=False):
        return call(command, *args, **options)


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> str:
    path = tmp_path / "profiles.csv"
    path.write_text(text, encoding=encoding)
    return str(path)


def profiles() -> list[tuple[str, int, str, list[Decimal] | None, int, str]]:
    rows = GoalProfile.objects.order_by("goal__code", "number")
    return list(rows.values_list("goal__code", "number", "kind", "plan", "effective_month", "reason"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_is_read_in_the_encodings_people_have(city: City, tmp_path: Path, encoding: str) -> None:
    path = table(tmp_path, PLANNED, encoding)
    output, _err = run(JANUARY, "import_profiles", path, by="office")
    assert output == "测政函〔2024〕1号: added 1, changed 0, left 0\n"
    assert profiles() == [("A6-01", 1, "plan", list(PLAN), 1, "按会商结果")]
    assert not AssessmentRun.objects.exists()


def test_the_export_comes_back_as_it_went(city: City, tmp_path: Path) -> None:
    run(JANUARY, "import_profiles", table(tmp_path, PLANNED), by="office")
    before = profiles()
    exported, _err = run(JANUARY, "export_profiles")
    assert exported == PLANNED + (
        "A6-02,组织外贸团组,个,150,auto,,,,,,,,,,,,,\nA2-01,新增高新技术企业,家,2000,auto,,,,,,,,,,,,,\n"
    )
    output, _err = run(AUGUST, "import_profiles", table(tmp_path, exported), by="office")
    assert output == "测政函〔2024〕1号: added 0, changed 0, left 3\n"
    assert (profiles(), AssessmentRun.objects.count()) == (before, 0)


def test_a_late_plan_is_printed_beside_the_table(city: City) -> None:
    GoalProfile.objects.create(goal=city.fdi, number=1, kind="plan", plan=list(LATE))
    ReferenceYear.objects.create(goal=city.fdi, year=2023, values=list(YEAR_2023))
    _exported, errors = run(JANUARY, "export_profiles")
    assert errors == "A6-01 实际利用外资: by the end of June the plan is 39.1 points below last year's shape\n"


def test_in_the_open_year_the_document_is_judged_anew(city: City, tmp_path: Path) -> None:
    approved_report(city.fdi, 7, "38")
    before = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    run(AUGUST, "import_profiles", table(tmp_path, PLANNED), by="office", effective_month=7)
    after = Assessment.objects.current().get(goal=city.fdi, period__month=7)
    assert (before.expected_share, after.expected_share) == (7 / 12, 38 / 80)
    assert profiles() == [("A6-01", 1, "auto", None, 1, ""), ("A6-01", 2, "plan", list(PLAN), 7, "按会商结果")]


def test_nothing_is_written_when_anything_is_wrong(city: City, tmp_path: Path) -> None:
    text = PLANNED + "A6-02,,,,plan,1,2,3,4,5,6,7,8,9,10,11,x,\nA2-01,,,,plan,1,2,3,4,5,6,7,8,9,10,11,12,\n"
    with pytest.raises(CommandError) as caught:
        run(JANUARY, "import_profiles", table(tmp_path, text), by="office")
    assert str(caught.value).splitlines() == [
        "Nothing was written. Mend these and run the command again:",
        "  profiles.csv:3: m12: “x” is not a number; write digits only, such as 177.1.",
        "  profiles.csv:4: m12: Month 12: the plan ends at 12, but the target in force is 2000.",
    ]
    assert profiles() == []


def test_a_file_nobody_can_read(city: City, tmp_path: Path) -> None:
    path = tmp_path / "profiles.csv"
    path.write_bytes(b"goal,kind\n\xff\xff\xff")
    with pytest.raises(CommandError) as caught:
        run(JANUARY, "import_profiles", str(path), by="office")
    assert str(caught.value) == f"{path} is neither UTF-8 nor GB18030; save it as UTF-8."
    with pytest.raises(CommandError) as caught:
        run(JANUARY, "import_profiles", str(tmp_path / "none.csv"), by="office")
    assert str(caught.value) == f"There is no file {tmp_path / 'none.csv'}."

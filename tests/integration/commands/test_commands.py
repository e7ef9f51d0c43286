"""The promised commands, through call_command, and the whole way once as a process of its own."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from hztargets.models import (
    Assessment,
    AssessmentRun,
    Document,
    Flag,
    Goal,
    GoalDeadline,
    Notice,
    Period,
    Report,
)
from tests.factories import City, approved_report
from tests.integration.commands.conftest import run

FOLDER = settings.ROOT / "fixtures" / "hangzhou-2024"
KEYS = [
    "code", "document", "area", "clause", "kind", "name", "value", "value_max", "unit", "direction", "qualifier",
    "measure", "period", "due", "lead", "departments", "parent", "quote", "frequency", "profile",
]  # fmt: skip
ASSESS_KEYS = [
    "code", "period", "colour", "raw", "sentence", "p_meet", "attainment", "expected_share", "lag_pp", "projection",
    "freshness",
]  # fmt: skip


def run_process(*arguments: object) -> subprocess.CompletedProcess[str]:
    """`manage.py` as another system's script would start it, on the test database."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "manage.py", *map(str, arguments)]
    environment = os.environ | {"DATABASE_URL": database}
    return subprocess.run(command, cwd=settings.ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture
def hangzhou(db: None) -> Document:
    run("import_document", FOLDER)
    return Document.objects.get()


# export_goals


def test_export_goals_prints_exactly_the_promised_keys_with_json_numbers(hangzhou: Document) -> None:
    rows = [json.loads(line, parse_float=Decimal) for line in run("export_goals")[0].splitlines()]
    assert [list(row) for row in rows] == [KEYS] * hangzhou.goals.count()
    assert {row["document"] for row in rows} == {"杭政函〔2024〕16号"}
    numbers = [row[key] for row in rows for key in ("value", "value_max") if row[key] is not None]
    assert {type(number) for number in numbers} == {int, Decimal}
    by_code = {row["code"]: row for row in rows}
    first = by_code["A1-04"]
    assert (first["area"], first["clause"], first["value"], first["unit"], first["direction"]) == (
        1,
        0,
        2200,
        "亿元",
        ">=",
    )
    assert (first["value_max"], first["due"], first["parent"], first["profile"]) == (None, None, None, "auto")
    assert (first["lead"], first["quote"]) == (first["departments"][0], "完成投资2200亿元以上")
    assert all(row["lead"] == row["departments"][0] for row in rows)
    assert {row["parent"] for row in rows} - {None} <= set(by_code)


def test_due_days_come_with_the_folder_and_go_out_again_on_demand(tmp_path: Path, db: None) -> None:
    for source in FOLDER.iterdir():
        (tmp_path / source.name).write_bytes(source.read_bytes())
    toml, goals = tmp_path / "document.toml", tmp_path / "goals.csv"
    toml.write_text(toml.read_text(encoding="utf-8") + "\ndue_working_day = 8\n", encoding="utf-8")
    table = list(csv.DictReader(io.StringIO(goals.read_text(encoding="utf-8"))))
    with goals.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*table[0], "due_working_day"])
        writer.writeheader()
        writer.writerows({**row, "due_working_day": "12" if row["code"] == "A1-04" else ""} for row in table)
    run("load_calendar", FOLDER.parent / "calendar" / "state-council.csv")
    run("import_document", tmp_path)
    september = Period.objects.get(month=8)
    assert september.due_on == date(2024, 9, 11)
    assert GoalDeadline.objects.get(period=september).due_on == date(2024, 9, 18)  # 14 September is worked, 15–17 not
    rows = [json.loads(line) for line in run("export_goals", deadlines=True)[0].splitlines()]
    assert [list(row) for row in rows] == [[*KEYS, "due_working_day"]] * len(table)
    assert {row["code"]: row["due_working_day"] for row in rows if row["due_working_day"]} == {"A1-04": 12}
    assert "changed 0" in run("import_document", tmp_path)[0]


def test_export_goals_in_csv_holds_the_same_rows(hangzhou: Document) -> None:
    lines = [json.loads(line) for line in run("export_goals", format="jsonl")[0].splitlines()]
    table = list(csv.DictReader(io.StringIO(run("export_goals", format="csv")[0])))
    assert [list(row) for row in table] == [KEYS] * len(lines)
    assert [(row["code"], row["departments"]) for row in table] == [
        (row["code"], "、".join(row["departments"])) for row in lines
    ]
    assert [row["value"] for row in table] == ["" if row["value"] is None else str(row["value"]) for row in lines]


def test_export_goals_names_the_documents_there_are(city: City) -> None:
    with pytest.raises(CommandError, match=r"There is no document '没有'\. Known: 测政函〔2024〕1号"):
        run("export_goals", "--document", "没有")


# import_document


def test_import_document_prints_what_it_did_and_is_safe_to_repeat(hangzhou: Document) -> None:
    goals = hangzhou.goals.count()
    lines = run("import_document", FOLDER)[0].splitlines()
    assert lines[0] == "杭政函〔2024〕16号"
    assert lines[-1].split() == ["goals", "added", "0", "changed", "0", "left", str(goals)]


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("goals.csv", "完成投资2200亿元以上", "完成投资2300亿元以上", r"goals\.csv:\d+: .*完成投资2300亿元以上"),
        ("goals.csv", "A1-02,", "A1-01,", r"goals\.csv:\d+: .*A1-01"),
        ("goals.csv", ",2200,", ",二千二,", r"goals\.csv:\d+: .*二千二"),
        ("departments.csv", "市商务局", "市商贸局", r"\.(csv|txt):\d+: .*市商务局"),
    ],
)  # fmt: skip
def test_import_document_refuses_with_file_line_and_reason_and_writes_nothing(
    file: str, old: str, new: str, reason: str, tmp_path: Path, db: None
) -> None:
    folder = tmp_path / "city"
    shutil.copytree(FOLDER, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(CommandError, match=reason):
        run("import_document", folder)
    assert (Document.objects.count(), Goal.objects.count()) == (0, 0)


@pytest.mark.parametrize("spoil", ["missing", "neither"])
def test_import_document_names_the_unreadable_file(spoil: str, tmp_path: Path, db: None) -> None:
    folder = tmp_path / "city"
    shutil.copytree(FOLDER, folder)
    path = folder / "text.txt"
    path.unlink() if spoil == "missing" else path.write_bytes(b"\xff\xff")
    with pytest.raises(CommandError, match=r"text\.txt"):
        run("import_document", folder)
    assert Document.objects.count() == 0


def test_import_document_reads_gb18030_too(tmp_path: Path, db: None) -> None:
    folder = tmp_path / "city"
    shutil.copytree(FOLDER, folder)
    path = folder / "text.txt"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    run("import_document", folder)
    assert Document.objects.get().text == (FOLDER / "text.txt").read_text(encoding="utf-8")


# load_figures


def figures(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "figures.csv"
    path.write_text("\n".join(("goal,period,value,note,source,published_on", *lines)) + "\n", encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_load_figures_loads_and_assesses_and_is_safe_to_repeat(encoding: str, city: City, tmp_path: Path) -> None:
    path = figures(tmp_path, "A6-01,2024-07,60,累计,市统计局,2024-08-20", encoding=encoding)
    number = city.document.number
    assert run("load_figures", path)[0] == f"{number}: added 1, corrected 0, left 0\n"
    report = Report.objects.get()
    assert (report.value, report.note, report.source_note, report.state) == (
        Decimal(60),
        "累计",
        "市统计局",
        "approved",
    )
    assert Assessment.objects.current().get(goal=city.fdi, period__month=7).colour == "green"
    runs = AssessmentRun.objects.count()
    assert run("load_figures", path)[0] == f"{number}: added 0, corrected 0, left 1\n"
    assert AssessmentRun.objects.count() == runs


def test_load_figures_lists_bad_rows_by_line_and_loads_the_others(city: City, tmp_path: Path) -> None:
    path = figures(
        tmp_path,
        "A6-01,2024-07,60,,市统计局,",
        "A9-99,2024-07,1,,市统计局,",
        "A6-02,2024-13,1,,市统计局,",
        "A6-02,2024-07,很多,,市统计局,",
        "A6-02,2024-07,999999999999999,,市统计局,",
        'A2-01,2024-07,"1,200",,市统计局,',
    )
    error = io.StringIO()
    with pytest.raises(CommandError, match="4 rows were not loaded"):
        call_command("load_figures", str(path), stdout=io.StringIO(), stderr=error)
    assert [line.split(":")[1] for line in error.getvalue().splitlines()] == ["3", "4", "5", "6"]
    loaded = Report.objects.order_by("goal__code").values_list("goal__code", "value", "state")
    assert list(loaded) == [("A2-01", Decimal(1200), "approved"), ("A6-01", Decimal(60), "approved")]
    assert Assessment.objects.current().filter(goal=city.fdi, period__month=7, colour="green").count() == 1


# assess


def test_assess_prints_one_json_row_a_goal(city: City) -> None:
    approved_report(city.fdi, 7, 41)
    rows = json.loads(run("assess", "--as-of", "2024-08-09", "--format", "json")[0])
    assert [list(row) for row in rows] == [ASSESS_KEYS] * 3
    assert [(row["code"], row["period"], row["colour"], row["raw"]) for row in rows] == [
        ("A6-01", "2024-07", "amber", "amber"),
        ("A6-02", None, "grey", "none"),
        ("A2-01", None, "grey", "none"),
    ]
    fdi = rows[0]
    assert (fdi["expected_share"], fdi["freshness"]) == (pytest.approx(7 / 12), "fresh")
    assert (fdi["attainment"], fdi["lag_pp"]) == (
        pytest.approx(41 / (80 * 7 / 12)),
        pytest.approx(100 * (7 / 12 - 41 / 80)),
    )
    assert [row["p_meet"] for row in rows[1:]] == [None, None]


def test_assess_prints_a_table_with_counts(city: City) -> None:
    approved_report(city.fdi, 7, 41)
    lines = run("assess", "--as-of", "2024-08-09")[0].splitlines()
    assert lines[0] == "测政函〔2024〕1号  as of 2024-08-09  month 2024-07"
    sentence = city.fdi.assessments.current().get(period__month=7).sentence
    assert lines[1].split(maxsplit=3) == ["黄灯", "amber", "A6-01", f"实际利用外资：{sentence}"]
    assert lines[2] == "红灯 red 0  黄灯 amber 1  绿灯 green 0  无数据 grey 2  未到判断期 none 0"
    assert lines[-1].startswith("3 goals, ")


def test_assess_of_a_past_day_answers_as_known_then_and_moves_nothing(city: City) -> None:
    approved_report(city.fdi, 7, 41)
    run("assess", "--as-of", "2024-09-30")
    notices = Notice.objects.count()
    board = list(Assessment.objects.order_by("pk").values())
    out = run("assess", "--as-of", "2024-07-20")[0]
    assert "A look back" in out and "month 2024-06" in out
    assert (list(Assessment.objects.order_by("pk").values()), Flag.objects.count()) == (board, 1)
    assert Notice.objects.count() == notices


def test_assess_refuses_what_is_not_a_day(city: City) -> None:
    with pytest.raises(CommandError, match="'July' is not a day"):
        run("assess", "--as-of", "July")


def test_assess_refuses_a_day_without_periods_in_a_sentence(city: City) -> None:
    with pytest.raises(CommandError, match="2024-01-15"):
        run("assess", "--as-of", "2024-01-15")


def test_assess_refuses_a_day_to_come(city: City) -> None:
    with pytest.raises(CommandError, match="2999-01-01 lies ahead"):
        run("assess", "--as-of", "2999-01-01")
    assert AssessmentRun.objects.count() == 0


# assess_cases


CASE = {
    "id": "flow-linear",
    "input": {
        "target": {"kind": "flow", "value": 80},
        "profile": {"type": "linear"},
        "reports": [{"period": 7, "value": 41}],
        "year": 2024,
    },
}


def test_assess_cases_answers_in_the_order_of_the_input(tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [CASE, {**CASE, "id": "again"}]}), encoding="utf-8")
    answers = json.loads(run("assess_cases", path)[0])
    assert [answer["id"] for answer in answers] == ["flow-linear", "again"]
    output = answers[0]["output"]
    assert (output["colour"], output["raw"], output["grade"]) == ("amber", "amber", "C")
    assert output["expected_share"] == pytest.approx(7 / 12)
    assert output["p_meet"] == pytest.approx(0.2624, abs=0.003)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("[]", "not a file of cases"), ("{", "not a file of cases"), ('{"about": 1}', "not a file of cases")],
)
def test_assess_cases_refuses_another_file(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=reason):
        run("assess_cases", path)


def test_assess_cases_answers_the_good_cases_beside_bad_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {"id": "bad", "input": {"target": {"kind": "flow", "value": "many"}}}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([bad, CASE, {"id": "empty"}, 5]), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        call_command("assess_cases", path)
    answers = json.loads(capsys.readouterr().out)
    assert [answer["id"] for answer in answers] == ["bad", "flow-linear", "empty", "#4"]
    assert [set(answer) for answer in answers] == [{"id", "error"}, {"id", "output"}, {"id", "error"}, {"id", "error"}]
    first, second, third = str(caught.value).splitlines()
    assert first == "Case bad: target.value: Expected a number, got 'many'."
    assert second.startswith("Case empty: input: Missing")
    assert third.startswith("Case #4: input: Missing")


# as processes


@pytest.mark.django_db(transaction=True)
def test_the_commands_work_as_processes(tmp_path: Path) -> None:
    done = run_process("import_document", FOLDER)
    assert (done.returncode, done.stderr) == (0, "")
    goals = Goal.objects.count()
    exported = run_process("export_goals", "--format", "jsonl")
    assert (len(exported.stdout.splitlines()), exported.stderr) == (goals, "")
    refused = run_process("assess", "--as-of", "2024-01-15")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("CommandError: ") and "2024-01-15" in refused.stderr
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [CASE]}), encoding="utf-8")
    cases: list[dict[str, Any]] = json.loads(run_process("assess_cases", path).stdout)
    assert [(case["id"], case["output"]["colour"]) for case in cases] == [("flow-linear", "amber")]

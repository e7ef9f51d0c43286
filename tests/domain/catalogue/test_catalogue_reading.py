from datetime import date
from decimal import Decimal

from hztargets.domain.catalogue import AreaEntry, ClauseEntry, DepartmentEntry, DocumentEntry, read_catalogue


def test_document_with_front_and_imprint(sample: dict[str, str]) -> None:
    assert read_catalogue(sample).document == DocumentEntry(
        number="某政〔2031〕5号",
        title="某市若干政策",
        issuer="某市人民政府",
        year=2031,
        issued_on=date(2031, 2, 3),
        source="样例",
        text=sample["text.txt"],
        front="某市人民政府文件\n某政〔2031〕5号",
        imprint="抄送：市委各部门。",
    )


def test_areas_with_leads_in_order(sample: dict[str, str]) -> None:
    assert read_catalogue(sample).areas == (
        AreaEntry(1, "扩大投资政策", ("jia", "yi"), "2031年，完成投资30亿元以上，其中民间投资12亿元。"),
        AreaEntry(2, "民生政策", ("bing",), "保障民生。"),
    )


def test_clauses_in_reading_order_with_openings_and_closing(sample: dict[str, str]) -> None:
    assert read_catalogue(sample).clauses == (
        ClauseEntry(1, 0, "扩大投资政策", "2031年，完成投资30亿元以上，其中民间投资12亿元。", ("jia", "yi")),
        ClauseEntry(
            1,
            1,
            "资金保障",
            "（一）资金保障。市财政安排资金6.6亿元。其中，道路4.5亿元，水利2.1亿元。（责任单位：市乙局）",
            ("yi",),
        ),
        ClauseEntry(
            1,
            2,
            "重点项目",
            "（二）重点项目。新增企业20家左右，培育1—2个基地。\n"
            "新建学校3所，2031年秋季投用。（责任单位：市乙委、市甲局）",
            ("yi", "jia"),
        ),
        ClauseEntry(2, 0, "民生政策", "保障民生。", ("bing",)),
        ClauseEntry(2, 3, "健康服务", "（三）健康服务。完成体检5万人，完成随访5万人。（责任单位：市丙局）", ("bing",)),
        ClauseEntry(0, 4, "", "上述2个领域支持总额为6亿元。", ()),
    )


def test_departments_keep_the_order_of_the_file(sample: dict[str, str]) -> None:
    assert read_catalogue(sample).departments == (
        DepartmentEntry("jia", "市甲局", (), "government", 1),
        DepartmentEntry("yi", "市乙局", ("市乙委", "乙管委会"), "government", 2),
        DepartmentEntry("bing", "市丙局", (), "government", 3),
    )


def test_goal_in_second_paragraph_has_its_place_dates_and_own_departments(sample: dict[str, str]) -> None:
    catalogue = read_catalogue(sample)
    goal = next(goal for goal in catalogue.goals if goal.code == "C02-03")
    clause = next(clause for clause in catalogue.clauses if clause.number == 2)
    assert clause.text[goal.start : goal.start + goal.length] == "新建学校3所，2031年秋季投用"
    assert (goal.due, goal.value, goal.departments, goal.lead, goal.position, goal.line) == (
        date(2031, 11, 30), None, ("jia", "yi"), "jia", 8, 9,
    )  # fmt: skip


def test_quote_across_paragraphs_is_found_without_its_white_space(sample: dict[str, str]) -> None:
    sample["goals.csv"] = sample["goals.csv"].replace(
        "新建学校3所，2031年秋季投用", "培育1—2个基地。新建 学校3所，2031年秋季投用"
    )
    catalogue = read_catalogue(sample)
    goal = next(goal for goal in catalogue.goals if goal.code == "C02-03")
    clause = next(clause for clause in catalogue.clauses if clause.number == 2)
    assert goal.quote == "培育1—2个基地。新建学校3所，2031年秋季投用"
    assert clause.text[goal.start : goal.start + goal.length] == "培育1—2个基地。\n新建学校3所，2031年秋季投用"


def test_values_defaults_and_flags(sample: dict[str, str]) -> None:
    goal = read_catalogue(sample).goals[6]
    assert (goal.code, goal.value, goal.value_max, goal.count, goal.precision) == (
        "C02-02", Decimal(1), Decimal(2), True, 0,
    )  # fmt: skip
    assert (goal.profile, goal.any_time, goal.skips_january, goal.baseline, goal.parent, goal.departments) == (
        "auto", False, False, None, None, ("yi", "jia"),
    )  # fmt: skip


def test_byte_order_marks_and_other_files_do_no_harm(sample: dict[str, str]) -> None:
    marked = {name: "\ufeff" + text for name, text in sample.items()} | {"README.md": "x"}
    assert read_catalogue(marked) == read_catalogue(sample)


def test_text_of_a_document_whose_clauses_name_no_departments(sample: dict[str, str]) -> None:
    """Then every goal names its own, and there is no closing paragraph."""
    sample["text.txt"] = (
        sample["text.txt"].replace("（责任单位：市丙局）", "").replace("上述2个领域支持总额为6亿元。\n", "")
    )
    sample["goals.csv"] = "".join(
        line.replace(",2031,,,,", ",2031,,市丙局,,") if line.startswith("C03") else line
        for line in sample["goals.csv"].splitlines(keepends=True)
        if not line.startswith("D04")
    )
    catalogue = read_catalogue(sample)
    assert [(clause.area, clause.number) for clause in catalogue.clauses] == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 3)]
    assert catalogue.goals[-1].departments == ("bing",)


def test_due_days_of_the_document_and_of_one_goal(sample: dict[str, str]) -> None:
    sample["document.toml"] += "due_working_day = 8\n"
    header, first, *others = sample["goals.csv"].splitlines()
    sample["goals.csv"] = "\n".join([f"{header},due_working_day", f"{first},12", *(f"{row}," for row in others)])
    read = read_catalogue(sample)
    assert read.document.due_working_day == 8
    assert [goal.due_working_day for goal in read.goals] == [12] + [None] * 9

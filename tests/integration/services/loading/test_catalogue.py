"""The document folder: imported once, twice, corrected, and refused with nothing written."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from hztargets.domain.catalogue import read_catalogue
from hztargets.models import (
    AuditEvent,
    Clause,
    Department,
    DepartmentAlias,
    Document,
    Goal,
    GoalVersion,
    Period,
    Role,
    RuleSetVersion,
)
from hztargets.services.auditing import record_event
from hztargets.services.calendar.due_days import set_due_working_day, set_goal_due_day
from hztargets.services.decisions.plans import set_profile_kind
from hztargets.services.loading.catalogue import Difference, ImportResult, import_catalogue
from tests.factories import AUGUST, make_user
from tests.integration.conftest import days_later

pytestmark = pytest.mark.django_db
FOLDER = settings.ROOT / "fixtures" / "hangzhou-2024"
JANUARY = datetime(2024, 1, 15, 9, tzinfo=UTC)
NAMES = ("document.toml", "text.txt", "departments.csv", "goals.csv")


def files(folder: Path = FOLDER) -> dict[str, str]:
    return {name: (folder / name).read_text(encoding="utf-8") for name in NAMES}


def load(source: Mapping[str, str], days: float = 0) -> ImportResult:
    return import_catalogue(source=read_catalogue(source), by=None, now=days_later(days))


def everything() -> dict[str, list[tuple[object, ...]]]:
    tables = (Document, Department, DepartmentAlias, Clause, Goal, GoalVersion, Period, RuleSetVersion)
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in tables}  # type: ignore[attr-defined]


def test_the_first_import_brings_the_whole_document() -> None:
    result = load(files())
    document = result.document
    assert (document.number, document.year) == ("杭政函〔2024〕16号", 2024)
    lines = files()["goals.csv"].strip().splitlines()
    assert result.counts["goals", "added"] == document.goals.count() == len(lines) - 1
    assert {outcome for _table, outcome in result.counts} == {"added"}
    assert list(document.areas.order_by("number").values_list("number", flat=True)) == list(range(9))
    assert list(document.periods.order_by("month").values_list("month", flat=True)) == list(range(1, 13))
    assert (document.rule_sets.get().version, result.no_longer_listed) == (1, [])
    for goal in document.goals.select_related("clause"):
        squeezed = "".join(goal.clause.text.split())
        assert "".join(goal.quote.split()) in squeezed, goal.code
    event = AuditEvent.objects.get(action="document.import")
    assert (event.object_id, event.after["goals added"]) == (document.pk, len(lines) - 1)  # type: ignore[index]


def test_the_second_import_writes_nothing() -> None:
    load(files())
    before = everything()
    again = load(files(), days=1)
    assert ({outcome for _table, outcome in again.counts}, everything()) == ({"left"}, before)
    assert AuditEvent.objects.count() == 1


def test_a_mended_row_changes_that_row_and_no_other() -> None:
    load(files())
    untouched = {table: rows for table, rows in everything().items() if table != "Goal"}
    mended = files()
    line = next(line for line in mended["goals.csv"].splitlines() if line.startswith("A1-02,"))
    mended["goals.csv"] = mended["goals.csv"].replace(
        line, line.replace("省“千项万亿”重大项目完成投资", "省重大项目投资", 1)
    )
    result = load(mended, days=1)
    assert {key: count for key, count in result.counts.items() if key[1] != "left"} == {("goals", "changed"): 1}
    assert Goal.objects.get(code="A1-02").name == "省重大项目投资"
    assert {table: rows for table, rows in everything().items() if table != "Goal"} == untouched
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == ["document.import"] * 2


def test_a_goal_taken_out_of_the_folder_stays_and_is_named() -> None:
    load(files())
    before = Goal.objects.count()
    shorter = files()
    gone = next(line for line in shorter["goals.csv"].splitlines() if line.startswith("A1-02,"))
    shorter["goals.csv"] = shorter["goals.csv"].replace(gone + "\n", "")
    result = load(shorter, days=1)
    assert (result.no_longer_listed, Goal.objects.count()) == (["A1-02"], before)


def test_a_failure_half_way_leaves_nothing() -> None:
    """The last statement of the import fails in the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'disk full'; END$$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON hztargets_auditevent FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    with pytest.raises(DatabaseError, match="disk full"):
        import_catalogue(source=read_catalogue(files()), by=None, now=AUGUST)
    assert {table: len(rows) for table, rows in everything().items()} == dict.fromkeys(everything(), 0)


def _change_by_hand(code: str, **columns: object) -> None:
    """As the administration does it."""
    Department.objects.filter(code=code).update(**columns)
    _note_change(code, **columns)


def _note_change(code: str, **columns: object) -> None:
    by = make_user(Role.SYSTEM_ADMIN)
    department = Department.objects.get(code=code)
    record_event(action="admin.change", subject=department, by=by, now=AUGUST, before={}, after=columns)


def test_a_department_renamed_in_the_administration_keeps_its_name() -> None:
    load(files())
    before = Department.objects.get(code="swj").position
    _change_by_hand("swj", name="市商务和投资局")

    result = load(files(), days=1)

    row = Department.objects.get(code="swj")
    assert (row.name, row.position, result.counts["departments", "changed"]) == ("市商务和投资局", before, 0)
    assert result.differences == [Difference("department swj", "name", "市商务和投资局", "市商务局")]


def test_the_order_moved_by_hand_stays_and_the_rest_follows_the_folder() -> None:
    load(files())
    _change_by_hand("swj", position=99)
    mended = files()
    mended["departments.csv"] = mended["departments.csv"].replace("xcb,市委宣传部,,", "xcb,宣传部,市委宣传部,", 1)
    mended["departments.csv"] = mended["departments.csv"].replace("swj,市商务局,,", "swj,市商务局,市商务委,", 1)

    result = load(mended, days=1)

    assert Department.objects.get(code="swj").position == 99
    assert Department.objects.get(code="xcb").name == "宣传部"
    assert DepartmentAlias.objects.get(name="市商务委").department.code == "swj"
    assert [(left.row, left.column, left.stored) for left in result.differences] == [
        ("department swj", "position", "99")
    ]


def test_another_name_taken_away_by_hand_does_not_come_back() -> None:
    load(files())
    DepartmentAlias.objects.filter(name="市发展改革委").delete()
    _note_change("fgw", aliases=["市发展和改革委员会"])

    result = load(files(), days=1)

    assert list(Department.objects.get(code="fgw").aliases.values_list("name", flat=True)) == ["市发展和改革委员会"]
    assert result.differences == [Difference("department fgw", "aliases", "", "市发展改革委")]


def test_what_was_decided_on_deadlines_and_profiles_stays() -> None:
    document = load(files()).document
    office, goal = make_user(Role.OFFICE), Goal.objects.get(code="A6-01")
    set_due_working_day(document=document, working_day=8, reason="会商", by=office, now=JANUARY)
    set_goal_due_day(goal=goal, working_day=10, reason="会商", by=office, now=JANUARY)
    set_profile_kind(goal=goal, kind="working_day", by=office, now=JANUARY, reason="会商", effective_month=1)
    before = everything()
    header, *rows = files()["goals.csv"].splitlines()
    listed = [f"{row},{12 if row.startswith('A6-01,') else ''}" for row in rows]

    result = load(files() | {"goals.csv": "\n".join([f"{header},due_working_day", *listed])}, days=1)

    assert everything() == before
    assert result.differences == [
        Difference("document 杭政函〔2024〕16号", "due_working_day", "8", "5"),
        Difference("goal A6-01", "due_working_day", "10", "12"),
    ]
    assert goal.profiles.latest("number").kind == "working_day"

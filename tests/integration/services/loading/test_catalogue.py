"""The document folder: once, twice, mended, and refused with nothing written."""

from collections.abc import Mapping
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
    RuleSetVersion,
)
from hztargets.services.loading.catalogue import ImportResult, import_catalogue
from tests.factories import AUGUST
from tests.integration.conftest import days_later

pytestmark = pytest.mark.django_db
FOLDER = settings.ROOT / "fixtures" / "hangzhou-2024"
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

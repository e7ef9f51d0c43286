"""Published figures: good rows loaded, bad ones listed, and the file may be loaded again."""

from datetime import date
from decimal import Decimal

import pytest

from hztargets.domain.catalogue import FigureRow
from hztargets.messages import sentence
from hztargets.models import Assessment, AuditEvent, Goal, ReferenceYear, Report, User
from hztargets.services.calendar.periods import close_period
from hztargets.services.loading.figures import FiguresResult, load_figures
from tests.factories import AUGUST, City, approved_report, submitted_report
from tests.integration.conftest import days_later


def row(
    line: int, goal: str, period: str, value: str, *, source: str = "市统计局", published_on: date | None = None
) -> FigureRow:
    year, month = period.split("-")
    return FigureRow(line, goal, int(year), int(month), Decimal(value), "", source, published_on)


def load(city: City, *figures: FigureRow, days: float = 0) -> FiguresResult:
    return load_figures(document=city.document, figures=figures, now=days_later(days))


def reports() -> list[tuple[str, int, Decimal | None, str, date | None]]:
    """(goal, month, value, state, known on) of every version."""
    columns = ("goal__code", "period__month", "value", "state", "known_on")
    return list(Report.objects.order_by("goal__code", "period__month", "version").values_list(*columns))


def test_figures_become_approved_reports_marked_as_published(city: City) -> None:
    result = load(
        city, row(2, "A6-01", "2024-06", "38.5"), row(3, "A6-01", "2024-07", "41", published_on=date(2024, 8, 20))
    )
    assert (dict(result.counts), result.refused) == ({"added": 2}, [])
    assert reports() == [
        ("A6-01", 6, Decimal("38.5"), "approved", date(2024, 7, 5)),
        ("A6-01", 7, Decimal(41), "approved", date(2024, 8, 20)),
    ]
    june = Report.objects.select_related("created_by", "reviewed_by").get(period__month=6)
    assert (june.source, june.source_note, city.period(6).due_on) == ("published", "市统计局", date(2024, 7, 5))
    assert (june.created_by.username, june.reviewed_by.username) == ("figures.filing", "figures.review")  # type: ignore[union-attr]
    assert not june.created_by.is_active and not june.created_by.has_usable_password()
    assert Assessment.objects.count() == 0
    assert AuditEvent.objects.filter(action="report.approve").count() == 2


def test_loading_again_writes_nothing(city: City) -> None:
    figures = [row(2, "A6-01", "2024-06", "38.5"), row(3, "A6-01", "2023-12", "75.25")]
    load(city, *figures)
    before, audited = reports(), AuditEvent.objects.count()
    again = load(city, *figures, days=1)
    assert (dict(again.counts), again.refused) == ({"left": 2}, [])
    assert (reports(), AuditEvent.objects.count()) == (before, audited)


def test_a_mended_figure_becomes_a_new_version(city: City) -> None:
    load(city, row(2, "A6-01", "2024-06", "38.5"))
    result = load(city, row(2, "A6-01", "2024-06", "37.9"), days=30)
    assert dict(result.counts) == {"corrected": 1}
    assert [(value, state) for _goal, _month, value, state, _known in reports()] == [
        (Decimal("38.5"), "approved"),
        (Decimal("37.9"), "approved"),
    ]


def test_earlier_years_become_the_history_of_the_goal(city: City) -> None:
    figures = [
        row(2, "A6-01", "2023-06", "36", source="统计月报"),
        row(3, "A6-01", "2023-12", "75.25", source="统计公报"),
        row(4, "A6-01", "2022-12", "78.1", source="统计公报"),
    ]
    result = load(city, *figures)
    assert (dict(result.counts), Report.objects.count()) == ({"added": 3}, 0)
    years = {year.year: year for year in ReferenceYear.objects.filter(goal=city.fdi)}
    assert years[2023].known() == {6: Decimal(36), 12: Decimal("75.25")}
    assert years[2022].known() == {12: Decimal("78.1")}
    assert set(years[2023].source.split("；")) == {"统计月报", "统计公报"}
    mended = load(city, row(3, "A6-01", "2023-12", "75.3"), days=1)
    assert dict(mended.counts) == {"corrected": 1}
    assert ReferenceYear.objects.get(goal=city.fdi, year=2023).known() == {6: Decimal(36), 12: Decimal("75.3")}


def test_bad_rows_are_listed_and_hinder_no_other(city: City, office: User) -> None:
    load(city, row(9, "A6-01", "2024-06", "38.5"))
    close_period(period=city.period(5), reason="通报已印发", by=office, now=AUGUST)
    result = load(
        city,
        row(2, "A9-99", "2024-07", "1"),
        row(3, "A6-01", "2024-07", "12"),
        row(4, "A6-01", "2025-01", "3"),
        row(5, "A6-01", "2024-08", "50"),
        row(6, "A6-02", "2024-05", "60"),
        row(7, "A6-02", "2024-06", "999999999999999"),
        row(8, "A6-02", "2023-12", "999999999999999"),
        row(9, "A6-02", "2024-07", "100"),
    )
    assert dict(result.counts) == {"added": 1}
    assert [(problem.line, problem.code) for problem in result.refused] == [
        (2, "unknown_goal"), (3, "falling"), (4, "wrong_year"), (5, "not_open_yet"), (6, "period_closed"),
        (7, "too_large"), (8, "too_large"),
    ]  # fmt: skip
    assert [(code, month) for code, month, *_rest in reports()] == [("A6-01", 6), ("A6-02", 7)]
    assert ReferenceYear.objects.count() == 0


def test_what_a_department_filed_is_never_overwritten(city: City) -> None:
    approved_report(city.fdi, 7, "41.5")
    submitted_report(city.trade, 7, 100)
    result = load(
        city, row(2, "A6-01", "2024-07", "44"), row(3, "A6-02", "2024-07", "90"), row(4, "A6-01", "2024-07", "41.5")
    )
    assert dict(result.counts) == {"left": 1}
    filed, _under_way = result.refused
    assert [(problem.line, problem.code) for problem in result.refused] == [
        (2, "filed_by_department"), (3, "already_open"),
    ]  # fmt: skip
    assert "41.5" in sentence(filed) and "41.500000" not in sentence(filed)
    assert [(code, value) for code, _month, value, *_rest in reports()] == [
        ("A6-01", Decimal("41.5")),
        ("A6-02", Decimal(100)),
    ]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_order_of_rows_does_not_matter_for_what_falls(order: tuple[int, int], city: City) -> None:
    """A figure is held against earlier months only, so a later month may be loaded first."""
    figures = [row(2, "A6-01", "2024-06", "38.5"), row(3, "A6-01", "2024-07", "41")]
    result = load(city, *(figures[position] for position in order))
    assert (dict(result.counts), result.refused) == ({"added": 2}, [])


def test_a_level_may_fall(city: City) -> None:
    Goal.objects.filter(pk=city.fdi.pk).update(measure="level")
    result = load(city, row(2, "A6-01", "2024-06", "38.5"), row(3, "A6-01", "2024-07", "37"))
    assert (dict(result.counts), result.refused) == ({"added": 2}, [])

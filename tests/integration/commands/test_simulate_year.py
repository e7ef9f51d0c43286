"""The promised command on the real document, and the pages' banner over it."""

from collections import Counter

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.test import Client

from hztargets.models import Assessment, Document, Goal, Report, Role
from tests.factories import City, approved_report, make_user
from tests.integration.commands.conftest import run

FIXTURES = settings.ROOT / "fixtures"
NUMBER = "杭政函〔2024〕16号"


@pytest.fixture
def hangzhou(db: None) -> Document:
    run("load_calendar", FIXTURES / "calendar" / "state-council.csv")
    run("import_document", FIXTURES / "hangzhou-2024")
    run("load_figures", FIXTURES / "hangzhou-2024" / "figures.csv")
    return Document.objects.get()


def test_the_city_gets_a_year_as_real_years_are(hangzhou: Document) -> None:
    real = set(hangzhou.reports.values_list("goal_id", flat=True))
    output, refused = run("simulate_year", "--document", NUMBER)
    assert refused == ""
    assert output.startswith(f"{NUMBER}: {159 - len(real)} goals without figures, reports added ")
    simulated = Report.objects.filter(source="simulated")
    assert set(simulated.values_list("goal_id", flat=True)) == set(hangzhou.goals.values_list("pk", flat=True)) - real
    assert set(Report.objects.filter(goal__in=real).values_list("source", flat=True)) == {"published"}
    assert set(simulated.values_list("state", flat=True)) == {"approved"}
    december = Assessment.objects.current().filter(period__month=12).exclude(goal__in=real)
    met = Counter(december.values_list("met", flat=True))
    assert 0.7 <= met[True] / (met[True] + met[False]) <= 0.88
    july = Counter(Assessment.objects.current().filter(period__month=7).values_list("colour", flat=True))
    assert july["green"] > july["amber"] > july["red"] > 0


def test_repeated_it_says_that_nothing_was_added(city: City) -> None:
    first = run("simulate_year", "--document", city.document.number, "--seed", 3)[0]
    count = Report.objects.count()
    again = run("simulate_year", "--document", city.document.number, "--seed", 3)[0]
    assert (" 3 goals without figures, reports added " in first, "judged as on" in first) == (True, True)
    assert (f"reports added 0, left {count - first_corrected(first)}," in again, "judged as on" in again) == (
        True,
        False,
    )
    assert Report.objects.count() == count


def first_corrected(output: str) -> int:
    """A corrected report has two rows and is one report."""
    return int(output.split("corrected ")[1].split(",")[0])


def test_until_ends_the_year_early(city: City) -> None:
    run("simulate_year", "--document", city.document.number, "--until", "2024-03")
    assert set(Report.objects.values_list("period__month", flat=True)) <= {1, 2, 3}
    assert Report.objects.filter(period__month=3).exists()


@pytest.mark.parametrize("month", ["2023-07", "2024-13", "7", "2024-7"])
def test_a_month_of_another_year_is_refused(city: City, month: str) -> None:
    with pytest.raises(CommandError, match=f"'{month}' is not a month of 2024; write it as 2024-07"):
        run("simulate_year", "--document", city.document.number, "--until", month)
    assert not Report.objects.exists()


def test_the_document_must_be_named(city: City) -> None:
    with pytest.raises(CommandError, match="--document"):
        run("simulate_year")


def test_another_seed_is_refused_with_the_sentence(city: City) -> None:
    run("simulate_year", "--document", city.document.number, "--seed", 3)
    count = Report.objects.count()
    with pytest.raises(CommandError, match="simulate_year --seed 3"):
        run("simulate_year", "--document", city.document.number, "--seed", 4)
    assert Report.objects.count() == count


def test_the_pages_carry_a_banner_once_something_is_simulated(city: City, client: Client) -> None:
    approved_report(city.fdi, 6, 30)
    client.force_login(make_user(Role.LEADER))
    address = f"/documents/{city.document.pk}/goals/{Goal.objects.get(pk=city.firms.pk).code}/"
    banner = '<p class="banner" role="note">'
    assert banner not in client.get(address).content.decode()
    run("simulate_year", "--document", city.document.number)
    page = client.get(address).content.decode()
    assert (page.count(banner), "simulate_year --seed 1" in page) == (1, True)

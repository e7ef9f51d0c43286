"""What the filing form shows before a report is accepted: checks beside the field, the new light, words required."""

import re
from typing import Any

import pytest
from django.test import Client

from hztargets.models import AuditEvent, Report
from tests.factories import City, approved_report
from tests.integration.web.filing.report.test_views import EXPLAINED, file, sheet
from tests.integration.web.reading import field_value, text_of


def field_errors(answer: Any) -> dict[str, str]:
    """The messages beside each marked field."""
    page = answer.content.decode()
    found = re.findall(r'<p class="error" id="id_(\w+)_error">(.*?)</p>', page, re.DOTALL)
    return {name: " ".join(text.split()) for name, text in found}


def test_a_light_that_turns_amber_asks_for_cause_remedy_and_day(clerk: Client, city: City) -> None:
    answer = file(clerk, city.fdi, value="41", note="到位项目3个", cause="", remedy="", expected_on="")

    assert field_errors(answer) == {
        "cause": "With this report the light turns amber. Say what the cause is.",
        "remedy": "With this report the light turns amber. Say what is being done about it.",
        "expected_on": "With this report the light turns amber. Enter the day you expect to be there.",
    }
    assert "With this report the light would be Amber" in text_of(answer)
    assert (field_value(answer, "value"), field_value(answer, "note")) == ("41", "到位项目3个")
    assert not Report.objects.exists()


def test_empty_words_are_named_beside_their_field(clerk: Client, city: City) -> None:
    answer = file(clerk, city.fdi, value="41", note="正常推进", remedy="按计划推进。")

    says = "says nothing. Write what was done or what stands in the way, with numbers."
    assert field_errors(answer) == {"note": f"“正常推进” {says}", "remedy": f"“按计划推进。” {says}"}


def test_a_dropped_digit_is_suggested(clerk: Client, city: City) -> None:
    approved_report(city.trade, 6, 61)

    answer = file(clerk, city.trade, value="6")

    assert field_errors(answer) == {
        "value": "The cumulative figure 6 is below the 61 approved for month 6. Enter the total since January; if the "
        "earlier figure was wrong, tick “restated”. Was a digit left out, and is it “66”?"
    }
    assert "the light would be" not in text_of(answer)


def test_a_warning_asks_for_a_word_and_is_shown_once_beside_it(clerk: Client, city: City) -> None:
    approved_report(city.trade, 6, 61)

    silent = file(clerk, city.trade, value="65")
    warned = file(clerk, city.trade, value="65", note="高温停办2场")
    filed = file(clerk, city.trade, value="65", note="高温停办2场", warned_of=field_value(warned, "warned_of"))

    warning = "4 more than the last report: less than half of the 10.17 a month averaged over the first 6 months."
    assert field_errors(silent)["value"].startswith(warning)
    assert (field_errors(warned), warning in text_of(warned)) == ({}, True)
    assert "Not filed yet. Please read the hint beside the figure" in text_of(warned)
    assert filed.status_code == 302
    assert str(Report.objects.get(goal=city.trade, period__month=7).value) == "65.000000"


def test_a_warning_shown_for_another_figure_does_not_count(clerk: Client, city: City) -> None:
    approved_report(city.trade, 6, 61)
    warned = file(clerk, city.trade, value="65", note="高温停办2场")

    answer = file(clerk, city.trade, value="64", note="高温停办2场", warned_of=field_value(warned, "warned_of"))

    assert answer.status_code == 200
    assert not Report.objects.filter(goal=city.trade, period__month=7).exists()


def test_checking_writes_nothing(clerk: Client, city: City) -> None:
    answer = clerk.post(sheet(city.fdi), {"revision": "0", "value": "６０", "check": "1"})

    page = text_of(answer)
    assert "With this report the light would be Green" in page
    assert "Read as 60." in page
    assert (Report.objects.count(), AuditEvent.objects.count()) == (0, 0)


def test_checking_a_draft_leaves_it_as_it_is(clerk: Client, city: City) -> None:
    file(clerk, city.fdi, value="60", note="到位项目3个")
    report = Report.objects.get()
    clerk.post(f"/reports/{report.pk}/withdraw/")
    revision = field_value(clerk.get(sheet(city.fdi)), "revision")

    answer = clerk.post(sheet(city.fdi), {"revision": revision, "value": "2", "check": "1", **EXPLAINED})

    assert "With this report the light would be Amber" in text_of(answer)
    report.refresh_from_db()
    assert (Report.objects.count(), str(report.value), report.state) == (1, "60.000000", "withdrawn")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("60亿美元", "60"), ("６０", "60"), ("600,000万美元", "60"), ("60亿", "60"), ("6,000,000,000美元", "60")],
)
def test_a_figure_is_read_in_the_goals_unit(clerk: Client, city: City, typed: str, kept: str) -> None:
    answer = file(clerk, city.fdi, value=typed, note="到位项目3个")

    assert answer.status_code == 302
    assert Report.objects.get().value == int(kept)


def test_a_figure_with_two_readings_is_refused_with_both(clerk: Client, city: City) -> None:
    answer = file(clerk, city.fdi, value="60万")

    assert field_errors(answer)["value"] == (
        "“60万” can be read as 0.006 亿美元 or as 600000 亿美元. Enter one of the two numbers."
    )

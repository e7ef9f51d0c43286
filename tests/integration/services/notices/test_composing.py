"""What a notice says, to whom, in whose language."""

import pytest

from hztargets.models import Notice, Role, User
from hztargets.services.assessment.assessing import assess_document
from hztargets.services.review.reviewing import approve_report
from tests.factories import AUGUST, City, approved_report, make_user, submitted_report
from tests.integration.conftest import chinese


def notice_to(user: User) -> Notice:
    return Notice.objects.get(recipient=user)


def load_both_ambers(city: City) -> None:
    """Two goals turn amber in one run, as after a night's loading."""
    office = User.objects.get(role=Role.OFFICE)
    for goal, value in ((city.fdi, 41), (city.trade, 70)):
        approve_report(report=submitted_report(goal, 7, value), by=office, now=AUGUST, assess=False)
    assess_document(document=city.document, as_of=AUGUST.date(), now=AUGUST)


def test_one_notice_a_recipient_and_run_whatever_the_number_of_goals(city: City, clerk: User, office: User) -> None:
    load_both_ambers(city)
    assert list(Notice.objects.order_by("pk").values_list("recipient__username", flat=True)) == ["clerk", "office"]
    notice = notice_to(clerk)
    assert sorted(notice.transitions.values_list("flag__goal__code", flat=True)) == ["A6-01", "A6-02"]
    for goal in (city.fdi, city.trade):
        assert goal.name in notice.text and goal.name in notice.html
        assert f"/goals/{goal.code}/" in notice.text and f"/goals/{goal.code}/" in notice.html
    english = "[Goals] 2024-07: 0 red, 2 amber lights, among them 实际利用外资"
    in_chinese = chinese("【目标预警】2024-07：红灯 0 个、黄灯 2 个，其中有实际利用外资", english=english)
    assert notice.subject == in_chinese


def test_a_recipient_is_written_to_in_their_own_language(city: City, clerk: User, office: User) -> None:
    User.objects.filter(pk=office.pk).update(language="en")
    approved_report(city.fdi, 7, 41)
    assessment = city.fdi.assessments.current().get(period__month=7)
    assert notice_to(office).subject == "[Goals] 实际利用外资: amber light for 2024-07"
    assert assessment.sentence_en in notice_to(office).text and assessment.sentence not in notice_to(office).text
    assert assessment.sentence in notice_to(clerk).text and assessment.sentence_en not in notice_to(clerk).text


def test_nobody_is_told_of_another_departments_goal_and_addresses_are_read_later(
    city: City, clerk: User, office: User, science_clerk: User
) -> None:
    make_user(Role.CLERK, city.commerce, username="left", is_active=False)
    make_user(Role.CLERK, city.commerce, username="no.address", email="")
    for role in (Role.LEADER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        make_user(role)
    approved_report(city.fdi, 7, 41)
    recipients = sorted(Notice.objects.values_list("recipient__username", flat=True))
    assert recipients == ["clerk", "no.address", "office"]


def test_html_is_escaped_and_text_is_not(city: City, clerk: User, office: User) -> None:
    type(city.fdi).objects.filter(pk=city.fdi.pk).update(name="“A&B”<项目>")
    approved_report(city.fdi.__class__.objects.get(pk=city.fdi.pk), 7, 41)
    notice = notice_to(clerk)
    assert "“A&B”<项目>" in notice.text
    assert "A&amp;B" in notice.html and "<项目>" not in notice.html
    assert "“A&B”<项目>" in notice.subject


@pytest.mark.parametrize("role", [Role.OFFICE, Role.AUDITOR])
def test_the_office_and_the_auditor_see_every_notice_and_others_their_own(
    role: Role, city: City, clerk: User, office: User
) -> None:
    approved_report(city.fdi, 7, 41)
    assert set(Notice.objects.all().visible_to(make_user(role))) == {notice_to(clerk), notice_to(office)}
    assert set(Notice.objects.all().visible_to(clerk)) == {notice_to(clerk)}
    assert set(Notice.objects.all().visible_to(make_user(Role.LEADER))) == set()

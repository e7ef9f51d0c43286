"""From a clerk's figure to the mail about the red light, through browser, review, worker and SMTP."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from hztargets.models import Notice, Role, User
from tests.factories import City, approved_report, make_city, make_user
from tests.integration.tasks.conftest import Mailbox, Worker, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.usefixtures("_on_9_august_2024")
def test_figure_becomes_a_red_light_and_a_mail(
    log_in: Callable[[User], Page], mailbox: Mailbox, worker: Worker
) -> None:
    city = make_city()
    clerk = make_user(Role.CLERK, city.commerce, language="en", display_name="商务局填报人")
    office = make_user(Role.OFFICE, language="en", display_name="督查室")
    approved_report(city.fdi, 6, 5)
    Notice.objects.all().delete()
    filing, review = log_in(clerk), log_in(office)

    _file(filing, "6", cause="两个大项目推迟签约", remedy="专班跟进")
    _send_back(review, "请写明预计完成时间")
    _correct(filing, "请写明预计完成时间", "6.2")
    _approve(review)
    _see_red_on_the_board(review, city)
    _read_the_mail(filing, mailbox, city, clerk, office)


def _file(page: Page, value: str, *, cause: str, remedy: str) -> None:
    """The clerk lands on what is due, opens July, and takes the form for one goal alone."""
    expect(page.locator("h1")).to_have_text("Filing")
    page.get_by_role("link", name="Jul 2024", exact=True).click()
    row = page.locator("tr", has_text="实际利用外资")
    expect(row).to_contain_text("5 Jan–Jun")
    row.get_by_role("link", name="实际利用外资").click()
    page.get_by_label("Total since January").fill("六")
    page.get_by_label("Cause, if behind").fill(cause)
    page.get_by_label("What is being done about it").fill(remedy)
    page.get_by_role("button", name="File the report").click()
    expect(page.locator(".field.wrong")).to_contain_text("“六” is not a number.")
    expect(page.get_by_label("Cause, if behind")).to_have_value(cause)
    page.get_by_label("Total since January").fill(value)
    page.get_by_role("button", name="File the report").click()
    expect(page.locator(".field.wrong")).to_contain_text("Enter the day you expect to be there.")
    page.get_by_label("Expected to be reached on").fill("2024-12-31")
    page.get_by_role("button", name="File the report").click()
    expect(page.locator(".message.success")).to_contain_text("Filed. The municipal office reviews it next")
    expect(page.locator("tr", has_text="实际利用外资")).to_contain_text("Waiting for review")


def _send_back(page: Page, reason: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="Review 1").click()
    report = page.locator("article", has_text="实际利用外资")
    expect(report).to_contain_text("两个大项目推迟签约")
    expect(report.locator(".numbers")).to_have_text(
        re.compile(r"Last approved\s+5\s+Jan–Jun\s+Reported now\s+6\s+亿美元\s+Difference\s+\+1\s+Target\s+80\s+亿美元")
    )
    report.get_by_text("Return with a reason").click()
    report.get_by_label("Reason, for the department").fill(reason)
    report.get_by_role("button", name="Return", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Returned.")
    expect(page.locator("main")).to_contain_text("Nothing waits for review.")


def _correct(page: Page, reason: str, value: str) -> None:
    page.reload()
    row = page.locator("tbody tr").first
    expect(row).to_contain_text(f"Returned because {reason}")
    row.get_by_role("link", name="实际利用外资").click()
    expect(page.locator(".message.warning")).to_contain_text(reason)
    expect(page.get_by_label("Cause, if behind")).to_have_value("两个大项目推迟签约")
    page.get_by_label("Total since January").fill(value)
    page.get_by_label("Expected to be reached on").fill("2024-11-30")
    page.get_by_role("button", name="File the report").click()
    expect(page.locator(".message.success")).to_contain_text("Filed.")


def _approve(page: Page) -> None:
    page.reload()
    report = page.locator("article", has_text="实际利用外资")
    expect(report.locator(".new")).to_contain_text("6.2")
    report.get_by_role("button", name="Approve").click()
    outcome = page.get_by_role("status")
    expect(outcome).to_contain_text("Approved: 实际利用外资, Jul 2024.")
    expect(outcome.locator(".light")).to_have_text(re.compile(r"^\s*Red\s*$"))


def _see_red_on_the_board(page: Page, city: City) -> None:
    page.get_by_role("link", name="Lights").click()
    row = page.locator("tbody tr", has_text="实际利用外资")
    assessment = city.fdi.assessments.current().get(period__month=7)
    expect(row.locator(".light")).to_have_text(re.compile(r"^\s*Red\s*$"))
    expect(row).to_contain_text("7.8%")
    expect(row.locator(".why")).to_have_text(assessment.sentence_en)


def _read_the_mail(page: Page, mailbox: Mailbox, city: City, clerk: User, office: User) -> None:
    """Both got one mail, in text and HTML, and the link opens the goal for the clerk."""
    wait_until(lambda: len(mailbox.taken) >= 2, "the arrival of both mails")
    assert sorted(str(message["To"]) for message in mailbox.taken) == sorted([clerk.email, office.email])
    message = next(message for message in mailbox.taken if message["To"] == clerk.email)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None and html is not None
    sentence = city.fdi.assessments.current().get(period__month=7).sentence_en
    assert f"▲ Red  实际利用外资（市商务局）\n   {sentence}" in text.get_content().replace("\r\n", "\n")
    address = re.search(r"http://\S+", text.get_content())
    assert address is not None and f'href="{address.group()}"' in html.get_content()

    page.goto(address.group())

    expect(page.locator("h1")).to_have_text("实际利用外资")
    expect(page.locator(".goal-head .light")).to_have_text(re.compile(r"^\s*Red\s*$"))

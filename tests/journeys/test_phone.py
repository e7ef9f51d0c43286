"""On a phone nothing scrolls sideways, and every light shows its word."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from hztargets.models import Role, User
from tests.factories import approved_report, make_city, make_user, submitted_report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_PHONE = {"width": 390, "height": 844}


@pytest.mark.usefixtures("_on_9_august_2024")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_fit_a_phone(log_in: Callable[[User], Page], language: str) -> None:
    city = make_city()
    for month, value in ((5, 25), (6, 30)):
        approved_report(city.fdi, month, value)
    approved_report(city.firms, 7, 1100, note="认定分批公布，" * 20)
    submitted_report(city.fdi, 7, 34, cause="averyveryverylongwordwithoutanyspace" * 4)
    base = f"/documents/{city.document.pk}"
    clerk = log_in(make_user(Role.CLERK, city.commerce, language=language))
    office = log_in(make_user(Role.OFFICE, language=language))

    widths = {
        path: _width(page, path)
        for page, paths in (
            (
                office,
                [f"{base}/board/", f"{base}/goals/A6-01/", f"{base}/goals/A2-01/", f"{base}/review/", "/help/", "/no/"],
            ),
            (
                clerk,
                [
                    f"{base}/filing/",
                    f"{base}/filing/2024-07/",
                    f"{base}/goals/A6-01/report/2024-07/",
                    f"{base}/goals/A6-02/report/2024-07/",
                ],
            ),
        )
        for path in paths
    }

    assert {path: width for path, width in widths.items() if width > _PHONE["width"]} == {}


def _width(page: Page, path: str) -> int:
    page.set_viewport_size(_PHONE)  # type: ignore[arg-type]
    page.goto(path)
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


@pytest.mark.usefixtures("_on_9_august_2024")
def test_cards_keep_labels_and_the_lights_word(log_in: Callable[[User], Page]) -> None:
    city = make_city()
    approved_report(city.fdi, 7, 34)
    page = log_in(make_user(Role.LEADER, language="en"))
    page.set_viewport_size(_PHONE)  # type: ignore[arg-type]
    page.goto(f"/documents/{city.document.pk}/board/")

    card = page.locator("tbody tr")

    assert card.locator(".light").inner_text().strip() == "Amber"
    label = "element => getComputedStyle(element, '::before').content"
    shown = [cell.evaluate(label) for cell in card.locator("td[data-label]").all() if cell.is_visible()]
    assert shown == [
        '"Target"',
        '"Reported"',
        '"Done"',
        '"Schedule"',
        '"Gap, points"',
        '"Projection / chance"',
        '"Reporting"',
    ]
    assert page.locator("thead").bounding_box()["width"] <= 1  # type: ignore[index]

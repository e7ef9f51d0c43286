"""Reads a page as a person does, and finds barriers to access."""

import re
from collections.abc import Mapping

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from hztargets.models import User

PASSWORD = "correct horse"


def light_is(place: Locator, word: str) -> None:
    """Checks the word of the light, not its colour."""
    expect(place.locator(".light").first).to_have_text(re.compile(rf"^\s*{word}\s*$"))


def navigation(page: Page) -> list[str]:
    return [" ".join(link.inner_text().split()) for link in page.locator(".main-nav a").all()]


def numbers(page: Page, article: Locator) -> dict[str, str]:
    """The figures of a report in the queue, by their name."""
    pairs = article.locator(".numbers > div").all()
    return {pair.locator("dt").inner_text().strip(): _text(pair.locator("dd")) for pair in pairs}


def _text(cell: Locator) -> str:
    return " ".join(cell.inner_text().split())


def log_out(page: Page) -> None:
    page.get_by_role("button", name="退出").click()
    expect(page.locator("h1")).to_have_text("登录")


def sign_in(page: Page, user: User | str, password: str = PASSWORD) -> None:
    page.get_by_label("用户名").fill(str(user if isinstance(user, str) else user.username))
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def refused(page: Page, address: str, fields: Mapping[str, str] | None = None) -> int:
    """The status the browser's session gets for a form sent to `address`, though no page shows such a button."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    answer = page.context.request.post(
        address, form={**(fields or {}), "csrfmiddlewaretoken": token}, headers={"Referer": page.url}, max_redirects=0
    )
    return answer.status


def barriers(page: Page) -> list[str]:
    """All violations that axe finds, of any severity; folded parts are opened first."""
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}" for one in violations]


def width_on_a_phone(page: Page) -> int:
    page.set_viewport_size({"width": 390, "height": 844})
    width: int = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    return width

from django.template.loader import render_to_string
from django.utils import translation

from hztargets.models import Role, User
from tests.factories import AUGUST, City, make_user


def mail(city: City, recipient: User, kind: str, language: str) -> str:
    context = {
        "document": city.document,
        "recipient": recipient,
        "items": [
            {
                "goal": city.fdi,
                "colour": "red",
                "sentence": "落后15.8个百分点；进度<偏低>。",
                "url": "https://t.invalid/g/1/",
            },
            {"goal": city.trade, "colour": "amber", "sentence": "落后5.0个百分点。", "url": "https://t.invalid/g/2/"},
        ],
        "period": city.period(7),
        "as_of": AUGUST.date(),
        "today": AUGUST.date(),
    }
    with translation.override(language):
        return render_to_string(f"hztargets/emails/flags.{kind}", context)


def test_text_mail_is_short_and_plain(city: City) -> None:
    clerk = make_user(Role.CLERK, city.commerce, display_name="商务局填报人")

    assert mail(city, clerk, "txt", "en").strip().split("\n") == [
        "Dear 商务局填报人,",
        "",
        "these goals of 测政函〔2024〕1号 changed their light for Jul 2024 (as known on 2024-08-09):",
        "",
        "▲ Red  实际利用外资（市商务局）",
        "   落后15.8个百分点；进度<偏低>。",
        "   https://t.invalid/g/1/",
        "",
        "◆ Amber  组织外贸团组（市商务局）",
        "   落后5.0个百分点。",
        "   https://t.invalid/g/2/",
        "",
        "Please see to it that cause, remedy and the expected date are in the next report.",
        "",
        "测试市 goals 2024. This message was sent automatically; a light that does not change is not reported again for "
        "30 days.",
    ]


def test_html_mail_escapes_links_and_names_the_light(city: City) -> None:
    html = mail(city, make_user(Role.OFFICE), "html", "en")

    assert '<a href="https://t.invalid/g/1/"' in html
    assert "▲ Red</b>" in html
    assert "◆ Amber</b>" in html
    assert "进度&lt;偏低&gt;" in html
    assert "Please check with the departments whether the causes and remedies they name will do." in html
    assert "<script" not in html
    assert "<style" not in html
    assert "<table" not in html


def test_chinese_mail(city: City) -> None:
    text = mail(city, make_user(Role.CLERK, city.commerce, display_name="商务局填报人"), "txt", "zh-hans")

    assert text.startswith(
        "商务局填报人：\n\n测政函〔2024〕1号的下列目标2024年7月亮灯有变化（截至2024-08-09）：\n\n▲ 红灯  实际利用外资（市商务局）\n"
    )

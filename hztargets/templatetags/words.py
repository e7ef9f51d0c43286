"""Words for lights, chances, months and the state of the data."""

from datetime import date

from django import template
from django.utils import translation
from django.utils.translation import gettext as _

from hztargets import messages
from hztargets.domain import assessment
from hztargets.domain.assessment.values import MONTHS_BETWEEN_REPORTS
from hztargets.domain.measures import measure_of
from hztargets.domain.problems import Problem
from hztargets.models import Area, Assessment, Delivery, Document, Goal, GoalVersion, Period, Report, User
from hztargets.templatetags.figures import NOTHING, amount

register = template.Library()

_LETTERS = {"red": "▲", "amber": "◆", "green": "●", "grey": "○", "none": "–"}
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "=": ""}


@register.filter
def light_word(colour: str) -> str:
    words = {
        "red": _("Red"),
        "amber": _("Amber"),
        "green": _("Green"),
        "grey": _("No data"),
        "none": _("Not yet judged"),
    }
    return words.get(colour, "")


@register.filter
def light_shape(colour: str) -> str:
    """The light's shape as a character, for plain text."""
    return _LETTERS.get(colour, "")


@register.filter
def chance_word(p_meet: float | None) -> str:
    """The specification's words for P, from the unrounded chance."""
    return "" if p_meet is None else assessment.chance_word(p_meet, "zh" if _in_chinese() else "en")


def _in_chinese() -> bool:
    return (translation.get_language() or "zh").startswith("zh")


@register.filter
def month_name(month: int | None) -> str:
    return NOTHING if month is None else messages.month_name(month)


@register.filter
def period_name(period: Period) -> str:
    """`2024年7月` or `Jul 2024`."""
    year = period.document.year
    return f"{year}年{period.month}月" if _in_chinese() else f"{month_name(period.month)} {year}"


@register.simple_tag
def month_span(goal: Goal, month: int | None) -> str:
    """The months a figure covers: cumulative figures and rates since January, levels at a month's end."""
    if month is None:
        return ""
    if month == 1 or not measure_of(goal).since_january:
        return month_name(month)
    return f"1—{month}月" if _in_chinese() else f"{month_name(1)}–{month_name(month)}"


@register.simple_tag
def target_text(goal: Goal, version: GoalVersion | None) -> str:
    """The target without its unit: `≥ 800`, `1–2`, or the text of the document if there is no number."""
    if goal.due_on and measure_of(goal).is_milestone:
        return f"{goal.due_on:%Y-%m-%d}"
    if version is None or version.value is None:
        return f"{_SIGNS[goal.direction]} {goal.comparator}" if goal.comparator else goal.qualifier or NOTHING
    if version.value_max is not None:
        return f"{amount(version.value)}–{amount(version.value_max)}"
    if goal.direction == Goal.Direction.ABOUT:
        return _("about %(number)s") % {"number": amount(version.value)}
    return f"{_SIGNS[goal.direction]} {amount(version.value)}".strip()


@register.simple_tag
def timeliness(assessment: Assessment) -> str:
    """The state of the data in words; empty when nothing is due yet."""
    if assessment.freshness == "pending_approval":
        return _("waiting for approval")
    if assessment.freshness == "late":
        return (
            _("1 day late")
            if assessment.overdue_days == 1
            else _("%(days)s days late") % {"days": assessment.overdue_days}
        )
    if assessment.freshness in ("stale", "no_data"):
        return _missing_since(assessment)
    return _("on time") if assessment.freshness == "fresh" and assessment.judged_month else ""


def _missing_since(assessment: Assessment) -> str:
    first = first_missing_month(assessment.goal, assessment.judged_month)
    if assessment.judged_month is None:
        return _("never reported")
    return _("missing since %(month)s") % {"month": month_name(first)}


def first_missing_month(goal: Goal, judged_month: int | None) -> int:
    """The first month after the assessed one for which the goal reports."""
    step = MONTHS_BETWEEN_REPORTS[goal.frequency]
    month = min(12, ((judged_month or 0) // step + 1) * step)
    return 2 if month == 1 and goal.skips_january else month


@register.filter
def is_overdue(assessment: Assessment) -> bool:
    return assessment.freshness in ("late", "stale", "no_data")


@register.filter
def report_state(report: Report) -> str:
    words = {
        "draft": _("Draft"),
        "submitted": _("Waiting for review"),
        "endorsed": _("Endorsed, waiting for review"),
        "approved": _("Approved"),
        "returned": _("Returned"),
        "withdrawn": _("Withdrawn"),
    }
    return words[report.state]


@register.filter
def sentence(problem: Problem) -> str:
    return messages.sentence(problem)


@register.filter
def delivery_state(delivery: Delivery) -> str:
    words = {
        "waiting": _("waiting to be sent"),
        "claimed": _("being sent"),
        "done": _("sent"),
        "failed": _("refused by the mail server"),
        "dead": _("given up after several attempts"),
        "cancelled": _("cancelled (%(reason)s)"),
    }
    return words[delivery.state] % {"reason": _cancelled_because(delivery)}


def _cancelled_because(delivery: Delivery) -> str:
    return str(dict(Delivery.Reason.choices).get(delivery.last_error, delivery.last_error))


@register.filter
def source_word(report: Report) -> str:
    words = {
        "filed": _("filed by the department"),
        "published": _("published figure"),
        "simulated": _("simulated"),
    }
    return words[report.source]


@register.filter
def city_name(document: Document) -> str:
    """The issuer without 人民政府: 杭州市人民政府 gives 杭州市."""
    return document.issuer.removesuffix("人民政府") or document.issuer


@register.filter
def product_title(document: Document) -> str:
    city = city_name(document)
    return f"{city}{document.year}年目标" if _in_chinese() else f"{city} goals {document.year}"


@register.filter
def area_name(area: Area) -> str:
    """Area 0 stands for the document as a whole; names of other areas lose the ending 政策."""
    return area.title.removesuffix("政策") if area.number else _("The document as a whole")


@register.filter
def sentence_of(assessment: Assessment) -> str:
    """The stored sentence in the reader's language."""
    return assessment.sentence if _in_chinese() else assessment.sentence_en


@register.filter
def user_name(user: User) -> str:
    """Department and name; only the name if it begins with the department."""
    department = user.department
    if department is None or str(user).startswith(department.name):
        return str(user)
    return f"{department.name} · {user}"


@register.filter
def iso(day: date | None) -> str:
    return day.isoformat() if day else NOTHING


@register.filter
def day_typed(day: date | str | None) -> str:
    """Value of a date field: the day, or the invalid text that was typed."""
    return day.isoformat() if isinstance(day, date) else day or ""

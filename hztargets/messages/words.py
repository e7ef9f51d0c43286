"""Words used as facts in sentences (`Word` in `hztargets.domain.problems`), and labels of a report's fields."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

_REPORT = {
    "value": _("Figure"),
    "comparator": _("Compared with"),
    "is_nil": _("No progress this month"),
    "is_restated": _("restated"),
    "done_on": _("Done on"),
    "note": _("Progress in words"),
    "cause": _("Cause, if behind"),
    "remedy": _("What is being done about it"),
    "expected_on": _("Expected to be reached on"),
}
"""A report's fields, in the order of `hztargets.domain.report_fields`. The tables below say where a place differs."""

_FORM = {
    "comparator": _("The figure it is compared with"),
    "is_restated": _("Restated: corrects an approved figure"),
}
_REVIEW = {"cause": _("Cause"), "remedy": _("Remedy")}
_COLUMN = {
    "code": _("Code"),
    "problem": _("What to mend"),
    "name": _("Goal"),
    "unit": _("Unit"),
    "target": _("Target"),
    "last": _("Last approved"),
    "last_month": _("Of the months"),
    "wanted": _("What to enter"),
    "value": _("This period"),
    "is_nil": _("No progress (yes)"),
    "is_restated": _("Restated (yes)"),
}


def _labels(place: str, differing: Mapping[str, str]) -> dict[str, str]:
    return {f"{place}.{name}": label for name, label in (_REPORT | dict(differing)).items()}


WORDS: dict[str, str] = {
    "light.red": _("red"),
    "light.amber": _("amber"),
    "month.1": _("Jan"),
    "month.2": _("Feb"),
    "month.3": _("Mar"),
    "month.4": _("Apr"),
    "month.5": _("May"),
    "month.6": _("Jun"),
    "month.7": _("Jul"),
    "month.8": _("Aug"),
    "month.9": _("Sep"),
    "month.10": _("Oct"),
    "month.11": _("Nov"),
    "month.12": _("Dec"),
    "figure.cumulative": _("Total since January"),
    "figure.level": _("Value at the end of the month"),
    "figure.share": _("Share at the end of the month"),
    "figure.growth": _("Growth since January against last year"),
    "figure.relative": _("Own rate"),
    "figure.milestone": _("Done so far, in percent"),
    "unit.single": _("single ones"),
    **_labels("report", {}),
    **_labels("form", _FORM),
    **_labels("review", _REVIEW),
    **_labels("column", _COLUMN),
}

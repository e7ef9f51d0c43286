"""Words that stand as facts in sentences (`Word` in `hztargets.domain.problems`)."""

from django.utils.translation import gettext_noop as _

WORDS: dict[str, str] = {
    "light.red": _("red"),
    "light.amber": _("amber"),
    "unit.single": _("single ones"),
    "column.code": _("Code"),
    "column.problem": _("What to mend"),
    "column.name": _("Goal"),
    "column.unit": _("Unit"),
    "column.target": _("Target"),
    "column.last": _("Last approved"),
    "column.last_month": _("Of the months"),
    "column.wanted": _("What to enter"),
    "column.value": _("This period"),
    "column.comparator": _("Compared with"),
    "column.is_nil": _("No progress (yes)"),
    "column.done_on": _("Done on"),
    "column.note": _("Progress in words"),
    "column.cause": _("Cause, if behind"),
    "column.remedy": _("What is being done about it"),
    "column.expected_on": _("Expected to be reached on"),
    "column.is_restated": _("Restated (yes)"),
}

"""Words that stand as facts in sentences (`Word` in `hztargets.domain.problems`)."""

from django.utils.translation import gettext_noop as _

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
}

"""Words that stand as facts in sentences (`Word` in `hztargets.domain.problems`)."""

from django.utils.translation import gettext_noop as _

WORDS: dict[str, str] = {
    "light.red": _("red"),
    "light.amber": _("amber"),
    "figure.cumulative": _("Total since January"),
    "figure.level": _("Value at the end of the month"),
    "figure.share": _("Share at the end of the month"),
    "figure.growth": _("Growth since January against last year"),
    "figure.relative": _("Own rate"),
    "figure.milestone": _("Done so far, in percent"),
}

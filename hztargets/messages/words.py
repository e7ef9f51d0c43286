"""Words that stand as facts in sentences (`Word` in `hztargets.domain.problems`)."""

from django.utils.translation import gettext_noop as _

WORDS: dict[str, str] = {
    "light.red": _("red"),
    "light.amber": _("amber"),
}

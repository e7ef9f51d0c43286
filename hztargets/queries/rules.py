"""Which rules judge which month of a document."""

from collections.abc import Mapping

from hztargets.models import Document, RuleSetVersion


def rule_sets_in_force(document: Document) -> Mapping[int, RuleSetVersion]:
    """For each month the latest version that takes effect by then."""
    versions = list(document.rule_sets.order_by("version"))
    return {month: [version for version in versions if version.effective_month <= month][-1] for month in range(1, 13)}

"""The rules that assess a document, version by version."""

from django.db.models import BigIntegerField

from hztargets.domain.review import DEPARTMENT_ROLES, OVERSIGHT_ROLES
from hztargets.domain.ruleset import DEFAULT_RULES, PUBLISHED_RULES, RuleSet
from hztargets.models import Document, RuleSetVersion, User
from hztargets.queries.prepared_queries import Parameter, PreparedRows

SHIPPED_RULES = {DEFAULT_RULES.name: DEFAULT_RULES, **PUBLISHED_RULES}
"""Rule sets that come with the product, by name: the specification's own and those other cities have published."""

_VERSIONS = PreparedRows(
    RuleSetVersion, lambda rows: rows.filter(document_id=Parameter("document", BigIntegerField())).order_by("version")
)


def rule_set_versions(user: User, document: Document) -> list[RuleSetVersion]:
    """Every version with its author, newest first; every user who sees lights may see the rules."""
    if user.role not in OVERSIGHT_ROLES | DEPARTMENT_ROLES:
        return []
    return list(document.rule_sets.select_related("created_by").order_by("-version"))


def rule_sets_in_force(document: Document) -> dict[int, RuleSetVersion]:
    """For each month 1..12 the highest version that has taken effect by then; months before the first are left out."""
    versions = _VERSIONS.fetch(document=document.pk)
    return {month: version for month in range(1, 13) for version in versions if version.effective_month <= month}


def rules_named(document: Document, name: str) -> RuleSet | None:
    """The document's version of that number, or the shipped rule set of that name."""
    if name.isascii() and name.isdigit():
        version = document.rule_sets.filter(version=int(name)).first()
        return version.to_rules() if version else None
    return SHIPPED_RULES.get(name)

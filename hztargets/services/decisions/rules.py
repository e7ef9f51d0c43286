"""Changes the rules that assess a document: every change is a new version, none is edited."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from hztargets.domain.problems import Problem
from hztargets.domain.ruleset import RuleError, RuleSet
from hztargets.models import Document, RuleSetVersion, User
from hztargets.services.auditing import record_event
from hztargets.services.decisions.conditions import InvalidDecision, check_takes_effect, needed_reason
from hztargets.services.permissions import allow

_NAME_LENGTH = 100


@transaction.atomic
def add_rule_set_version(
    *, document: Document, rules: RuleSet, effective_month: int, reason: str, by: User, now: datetime
) -> RuleSetVersion:
    """The rules from `effective_month` on, whatever earlier versions say. Only the office decides.

    The stored rules carry their version number. The next run assesses by them.
    """
    allow(by, "decide")
    reason = needed_reason(reason)
    sound = _sound(rules)
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    check_takes_effect(document.pk, effective_month)
    latest = document.rule_sets.order_by("-version").first()
    number = latest.version + 1 if latest else 1
    version = RuleSetVersion.objects.create(
        document=document,
        version=number,
        name=sound.name,
        rules=replace(sound, version=number).to_data(),
        effective_month=effective_month,
        reason=reason,
        created_at=now,
        created_by=by,
    )
    record_event(
        action="rule_set.add",
        subject=version,
        by=by,
        now=now,
        before=_version_facts(latest) if latest else None,
        after=_version_facts(version),
        reason=reason,
    )
    return version


def _sound(rules: RuleSet) -> RuleSet:
    """The rules as they are read back from the database."""
    try:
        sound = RuleSet.from_data(rules.to_data())
    except RuleError as error:
        raise InvalidDecision(error.problem) from error
    if len(sound.name) > _NAME_LENGTH:
        raise InvalidDecision(Problem("rules_name_too_long", "rules", facts={"length": _NAME_LENGTH}))
    return sound


def _version_facts(version: RuleSetVersion) -> dict[str, object]:
    return {"version": version.version, "effective_month": version.effective_month, "rules": version.rules}

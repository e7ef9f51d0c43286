"""Rule sets are versions: who may add one, what is refused, which one judges which month."""

from dataclasses import replace

import pytest

from hztargets.domain.ruleset import DEFAULT_RULES, EIGHTY_SIXTY, PUBLISHED_RULES, TWO_AMBERS, Pace, RuleSet
from hztargets.models import AuditEvent, Role, RuleSetVersion, User
from hztargets.queries.decisions.rules import rule_set_versions, rule_sets_in_force, rules_named
from hztargets.services.calendar.periods import close_period
from hztargets.services.decisions.rules import add_rule_set_version
from tests.factories import AUGUST, City, make_city, make_user
from tests.integration.services.decisions.plans import refusal_of

pytestmark = pytest.mark.usefixtures("in_english")


def add(city: City, by: User, rules: RuleSet = EIGHTY_SIXTY, month: int = 9, reason: str = "试行") -> RuleSetVersion:
    return add_rule_set_version(
        document=city.document, rules=rules, effective_month=month, reason=reason, by=by, now=AUGUST
    )


def test_a_change_is_a_new_version_and_leaves_the_old_one(city: City, office: User) -> None:
    before = RuleSetVersion.objects.values().get(version=1)
    added = add(city, office, reason=" 按市里办法试行 ")
    assert RuleSetVersion.objects.values().get(version=1) == before
    assert RuleSetVersion.objects.values().get(version=2) == {
        "id": added.pk,
        "document_id": city.document.pk,
        "version": 2,
        "name": "eighty_sixty",
        "rules": replace(EIGHTY_SIXTY, version=2).to_data(),
        "effective_month": 9,
        "reason": "按市里办法试行",
        "created_at": AUGUST,
        "created_by_id": office.pk,
    }
    assert added.to_rules() == replace(EIGHTY_SIXTY, version=2)


def test_the_audit_row_tells_before_after_and_why(city: City, office: User) -> None:
    added = add(city, office)
    event = AuditEvent.objects.get(action="rule_set.add")
    assert (event.object_type, event.object_id, event.by, event.at, event.reason) == (
        "rulesetversion",
        added.pk,
        office,
        AUGUST,
        "试行",
    )
    assert event.before == {"version": 1, "effective_month": 1, "rules": DEFAULT_RULES.to_data()}
    assert event.after == {"version": 2, "effective_month": 9, "rules": added.rules}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_adds_rules(city: City, role: Role) -> None:
    somebody = make_user(role, city.commerce if role in Role.of_a_department() else None)
    assert refusal_of(lambda: add(city, somebody)) == ("role_may_not", "", "Your role may not do this.")


def test_a_reason_is_needed(city: City, office: User) -> None:
    assert refusal_of(lambda: add(city, office, reason=" \n")) == (
        "decision_without_reason",
        "reason",
        "Give a reason; it is kept with the decision.",
    )


@pytest.mark.parametrize("month", [0, 13, -1])
def test_there_are_twelve_months(city: City, office: User, month: int) -> None:
    assert refusal_of(lambda: add(city, office, month=month)) == (
        "month_unknown",
        "effective_month",
        "Give the month from which the change takes effect, 1 to 12.",
    )


def test_no_closed_month_is_recoloured(city: City, office: User) -> None:
    close_period(period=city.period(3), reason="已通报", by=office, now=AUGUST)
    refused = (
        "month_closed",
        "effective_month",
        "Month 3 is closed and its lights stand. Choose a later month to take effect, or reopen it first.",
    )
    assert refusal_of(lambda: add(city, office, month=3)) == refused
    assert refusal_of(lambda: add(city, office, month=1)) == refused
    assert add(city, office, month=4).effective_month == 4


def test_another_documents_closed_month_does_not_matter(city: City, office: User) -> None:
    other = make_city("测政函〔2024〕2号")
    close_period(period=other.period(3), reason="已通报", by=office, now=AUGUST)
    assert add(city, office, month=1).version == 2


@pytest.mark.parametrize(
    ("rules", "refused"),
    [
        (
            RuleSet(pace=Pace(reds_needed=0)),
            ("below_minimum", "pace.reds_needed", "Must be at least 1."),
        ),
        (RuleSet(name=""), ("text_expected", "name", "Expected a text, got ''.")),
        (
            RuleSet(name="长" * 101),
            ("rules_name_too_long", "rules", "The name of the rules is longer than 100 characters."),
        ),
    ],
)
def test_rules_that_cannot_be_read_again_are_refused(
    city: City, office: User, rules: RuleSet, refused: tuple[str, str, str]
) -> None:
    assert refusal_of(lambda: add(city, office, rules)) == refused


def test_the_highest_version_in_effect_judges_a_month(city: City, office: User) -> None:
    first = city.document.rule_sets.get()
    late = add(city, office, EIGHTY_SIXTY, month=9)
    early = add(city, office, TWO_AMBERS, month=4)
    assert rule_sets_in_force(city.document) == {
        **dict.fromkeys(range(1, 4), first),
        **dict.fromkeys(range(4, 13), early),
    }
    last = add(city, office, DEFAULT_RULES, month=11)
    assert rule_sets_in_force(city.document) == {
        **dict.fromkeys(range(1, 4), first),
        **dict.fromkeys(range(4, 11), early),
        **dict.fromkeys(range(11, 13), last),
    }
    assert late not in rule_sets_in_force(city.document).values()


def test_the_history_of_rules_is_visible_to_who_sees_lights(city: City, office: User) -> None:
    other = make_city("测政函〔2024〕2号")
    added = add(city, office)
    add(other, office)
    first = city.document.rule_sets.get(version=1)
    clerk = make_user(Role.CLERK, city.commerce)
    for reader in (office, clerk):
        assert rule_set_versions(reader, city.document) == [added, first]
    assert rule_set_versions(make_user(Role.SECURITY_ADMIN), city.document) == []
    assert [row.created_by for row in rule_set_versions(office, city.document)] == [office, None]


def test_rules_are_found_by_number_and_by_name(city: City, office: User) -> None:
    add(city, office, TWO_AMBERS)
    assert rules_named(city.document, "1") == DEFAULT_RULES
    assert rules_named(city.document, "2") == replace(TWO_AMBERS, version=2)
    assert rules_named(city.document, "3") is None
    assert rules_named(city.document, "99999999999999999999") is None
    assert rules_named(city.document, "likelihood") == DEFAULT_RULES
    assert {name: rules_named(city.document, name) for name in PUBLISHED_RULES} == PUBLISHED_RULES
    assert rules_named(city.document, "unheard_of") is None

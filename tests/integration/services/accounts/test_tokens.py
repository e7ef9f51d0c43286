"""Keys for programs: who makes them, how they end, and that stored data cannot be used as a key."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hztargets.models import ApiToken, AuditEvent, Role, User
from hztargets.services.accounts.tokens import (
    NewToken,
    issue_token,
    replace_token,
    revoke_token,
    use_key,
)
from hztargets.services.errors import NotAllowed, ServiceError
from tests.factories import AUGUST, City, make_user
from tests.integration.conftest import chinese, days_later, refusal


def token_arguments(city: City, security: User, **changes: Any) -> dict[str, Any]:
    return {
        "name": "数据中台", "department": city.commerce, "scope": "file", "days": 90, "by": security, "now": AUGUST,
        **changes,
    }  # fmt: skip


@pytest.fixture
def made(city: City, security: User) -> NewToken:
    return issue_token(**token_arguments(city, security))


def facts_of(token: ApiToken) -> dict[str, str]:
    return {
        "account": token.account.username,
        "name": "市商务局接口·数据中台",
        "key": str(token),
        "scope": "file",
        "expires_at": token.expires_at.isoformat(),
    }


def test_the_key_is_given_once_and_kept_as_a_digest(made: NewToken, city: City, security: User) -> None:
    token, account = made.token, made.token.account
    assert (made.key[:12], len(made.key), token.digest) == (token.prefix, 47, sha256(made.key.encode()).hexdigest())
    assert (account.role, account.department, account.is_active) == ("clerk", city.commerce, False)
    assert not account.has_usable_password()
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.object_id, event.after) == (
        "token.issue",
        security,
        token.pk,
        facts_of(token),
    )
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s', [f"%{made.key[12:]}%"])
            assert cursor.fetchone() == (0,), table


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SECURITY_ADMIN])
def test_only_the_security_administrator_makes_replaces_and_revokes(city: City, made: NewToken, role: str) -> None:
    other = make_user(role, city.commerce if role in Role.of_a_department() else None)
    for call, arguments in (
        (issue_token, token_arguments(city, other, name="另一个")),
        (replace_token, {"token": made.token, "by": other, "now": AUGUST}),
        (revoke_token, {"token": made.token, "by": other, "now": AUGUST}),
    ):
        refused = refusal(call, **arguments)
        assert (refused.kind, refused.code) == (NotAllowed, "role_may_not")
    assert (ApiToken.objects.count(), AuditEvent.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "code", "field", "english"),
    [
        ({"name": " "}, "name_missing", "name", "Give the program a name of at most 40 characters."),
        ({"name": "长" * 41}, "name_missing", "name", "Give the program a name of at most 40 characters."),
        ({"days": 0}, "days_out_of_range", "days", "A token lasts between 1 and 730 days."),
        ({"days": 731}, "days_out_of_range", "days", "A token lasts between 1 and 730 days."),
        ({"scope": "approve"}, "scope_unknown", "scope", "A token may read, or read and file."),
        (
            {"department": None},
            "scope_needs_department",
            "scope",
            "Only a department's program files. Choose the department, or let the token only read.",
        ),
    ],
)
def test_tokens_that_are_not_made(
    city: City, security: User, changes: dict[str, Any], code: str, field: str, english: str
) -> None:
    refused = refusal(issue_token, **token_arguments(city, security, **changes))
    assert (refused.kind, refused.code, refused.field, refused.english) == (ServiceError, code, field, english)
    assert not User.objects.filter(username__startswith="api.").exists()


def test_two_programs_of_a_department_have_two_names(made: NewToken, city: City, security: User) -> None:
    refused = refusal(issue_token, **token_arguments(city, security))
    assert (refused.code, refused.field) == ("name_taken", "name")
    elsewhere = issue_token(**token_arguments(city, security, department=city.science)).token
    assert str(elsewhere.account) == "市科技局接口·数据中台"


def test_use_is_noted_once_a_minute_or_from_another_address(made: NewToken) -> None:
    def used(seconds: int, address: str) -> tuple[Any, Any]:
        use_key(key=made.key, address=address, now=AUGUST + timedelta(seconds=seconds))
        row = ApiToken.objects.get()
        return (row.last_used_at - AUGUST).seconds, row.last_used_from

    assert used(0, "10.0.0.1") == (0, "10.0.0.1")
    assert used(59, "10.0.0.1") == (0, "10.0.0.1")
    assert used(60, "10.0.0.1") == (60, "10.0.0.1")
    assert used(61, "10.0.0.2") == (61, "10.0.0.2")


def test_a_new_key_leaves_the_old_one_a_day(made: NewToken, security: User) -> None:
    later = days_later(10)
    new = replace_token(token=made.token, by=security, now=later)

    assert (new.token.account, new.token.scope, new.token.expires_at) == (
        made.token.account, "file", later + timedelta(days=90),
    )  # fmt: skip
    assert use_key(key=made.key, address=None, now=days_later(10.9)).account == new.token.account
    refused = refusal(use_key, key=made.key, address=None, now=days_later(11.1))
    assert (refused.kind, refused.code) == (ServiceError, "token_expired")
    assert refused.english == "This token expired on 2024-08-20. Ask the security administrator for another."
    event = AuditEvent.objects.get(action="token.replace")
    assert (event.object_id, event.before["key"], event.after["key"]) == (new.token.pk, str(made.token), str(new.token))


def test_a_key_near_its_end_is_not_prolonged_by_being_replaced(made: NewToken, security: User) -> None:
    replace_token(token=made.token, by=security, now=days_later(89.5))
    assert ApiToken.objects.get(pk=made.token.pk).expires_at == days_later(90)


def test_a_revoked_key_opens_nothing_at_once(made: NewToken, security: User) -> None:
    revoke_token(token=made.token, by=security, now=AUGUST)

    refused = refusal(use_key, key=made.key, address=None, now=AUGUST)
    assert (refused.kind, refused.code) == (ServiceError, "token_revoked")
    assert refused.chinese == chinese("此令牌已作废，请向安全管理员申请新的令牌。", english=refused.english)
    assert AuditEvent.objects.get(action="token.revoke").after == facts_of(made.token)
    for call in (revoke_token, replace_token):
        assert refusal(call, token=made.token, by=security, now=AUGUST).code == "token_ended"


@pytest.mark.parametrize(
    "columns", [{"role": "office", "department": None}, {"role": "system_admin", "department": None}]
)
def test_a_key_does_not_follow_its_account_into_another_role(made: NewToken, columns: dict[str, Any]) -> None:
    User.objects.filter(pk=made.token.account_id).update(**columns)
    assert refusal(use_key, key=made.key, address=None, now=AUGUST).code == "token_revoked"


@pytest.mark.parametrize("key", ["", "hzt_", "nobody", "\0", "a" * 10_000])
def test_what_is_no_key_is_refused(made: NewToken, key: str) -> None:
    assert refusal(use_key, key=key, address=None, now=AUGUST).code == "invalid_token"


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"scope": "approve"}, "api_token_scope_known"),
        ({"expires_at": AUGUST}, "api_token_ends"),
        ({"revoked_at": AUGUST}, "api_token_revoked_whole"),
    ],
)
def test_the_database_refuses_it_too(made: NewToken, columns: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ApiToken.objects.filter(pk=made.token.pk).update(**columns)

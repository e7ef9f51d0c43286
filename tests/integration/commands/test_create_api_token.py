"""The command operators make a first token with."""

from typing import Any

import pytest
from django.core.management import CommandError

from hztargets.models import ApiToken, DepartmentAlias, Role, User
from hztargets.services.accounts.tokens import use_key
from tests.factories import AUGUST, City, make_user
from tests.integration.commands.conftest import run as call


def run(*arguments: str, **options: Any) -> tuple[str, str]:
    output, error = call("create_api_token", *arguments, **options)
    return output.strip(), error.strip()


@pytest.mark.parametrize("named", ["市商务局", "市商委", "code"])
def test_the_key_alone_is_printed(city: City, security: User, named: str) -> None:
    DepartmentAlias.objects.create(department=city.commerce, name="市商委")
    department = city.commerce.code if named == "code" else named

    key, message = run("--department", department, "--name", "数据中台", "--days", "30", "--by", "security")

    token = use_key(key=key, address=None, now=AUGUST)
    assert (token.account.department, token.scope, (token.expires_at - token.created_at).days) == (
        city.commerce, "file", 30,
    )  # fmt: skip
    assert message == f"市商务局接口·数据中台 (file), until {token.expires_at:%Y-%m-%d}:"


def test_tokens_that_only_read(city: City, security: User) -> None:
    run("--oversight", "--name", "大屏", "--by", "security")
    run("--department", "市商务局", "--read-only", "--name", "报表", "--by", "security")

    made = [(token.account.role, token.scope) for token in ApiToken.objects.order_by("pk")]
    assert made == [("service", "read"), ("clerk", "read")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--department", "市海关", "--name", "x", "--by", "security"], "There is no department '市海关'."),
        (["--oversight", "--name", "x", "--by", "nobody"], "There is no active account 'nobody'."),
        (["--oversight", "--name", "x", "--by", "office"], "Your role may not do this. Nothing was written."),
    ],
)
def test_refusals_say_why(city: City, security: User, arguments: list[str], message: str) -> None:
    make_user(Role.OFFICE, username="office")
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert str(refused.value).replace("您的角色无权进行此操作。", "Your role may not do this.") == message
    assert not ApiToken.objects.exists()

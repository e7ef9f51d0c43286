"""The trial's accounts: made once, afterwards the administrators' to change."""

import pytest

from hztargets.models import Department, Role, User
from hztargets.services.accounts.programs import create_trial_accounts

pytestmark = pytest.mark.django_db


def test_trial_accounts_stay_as_the_administrators_left_them() -> None:
    commerce = Department.objects.create(code="swj", name="市商务局", position=1)
    Department.objects.create(code="fgw", name="市发改委", position=2)
    made = create_trial_accounts(password="correct horse")
    assert {account.role for account in made} == {role for role in Role if role != Role.SERVICE}
    assert User.objects.get(username="clerk.swj").display_name == "市商务局填报人"
    commerce.name = "市商务和投资局"
    commerce.save()
    User.objects.filter(username="head.swj").update(display_name="王局", role=Role.CLERK)

    create_trial_accounts(password="battery staple")

    head = User.objects.get(username="head.swj")
    assert (head.display_name, head.role, head.department) == ("王局", "clerk", commerce)
    assert head.check_password("battery staple")

import pytest
from django.test import Client

from hztargets.models import Role, User
from tests.factories import make_user
from tests.integration.web.conftest import Visitor


@pytest.fixture
def reviewer(db: None) -> User:
    return make_user(Role.OFFICE, display_name="督查室一处")


@pytest.fixture
def office(visit: Visitor, reviewer: User) -> Client:
    return visit(reviewer)

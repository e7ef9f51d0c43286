import pytest
from django.test import Client

from hztargets.models import Role, User
from tests.factories import City, make_user
from tests.integration.web.conftest import Visitor


@pytest.fixture
def user(city: City) -> User:
    return make_user(Role.CLERK, city.commerce, display_name="商务局填报人")


@pytest.fixture
def clerk(visit: Visitor, user: User) -> Client:
    return visit(user)

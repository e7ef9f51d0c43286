import pytest
from django.test import Client

from hztargets.models import User
from tests.integration.web.conftest import Visitor


@pytest.fixture
def office(visit: Visitor, director: User) -> Client:
    return visit(director)

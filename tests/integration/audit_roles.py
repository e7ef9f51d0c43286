"""The application's own database role, on the tests' database: the real one of the run, or one made for the test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connection

from hztargets.services.database_rights import grant_rights


def application_role() -> str:
    """Has its rights when this returns. Roles and rights made here go with the test's transaction."""
    role: str = settings.ENV.database["USER"] if settings.ENV.database_owner else "hztargets_test_application"
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
            if not cursor.fetchone()[0]:
                pytest.skip("this database server lets the tests make no second role: the rights were NOT tested")
            cursor.execute(f"CREATE ROLE {role}")
            cursor.execute(f"GRANT {role} TO CURRENT_USER")
    grant_rights(role=role)
    return role


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f'SET ROLE "{role}"')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")

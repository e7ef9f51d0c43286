from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connection

from hztargets.services.database_rights import ensure_role, grant_rights


class Command(migrate.Command):
    """Django's own, under the role that owns the tables where the application has another (`HZ_OWNER_DATABASE_URL`)."""

    def handle(self, *args: Any, **options: Any) -> None:
        owner = settings.DATABASE_OWNER
        if owner is None or options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        role, password = (connection.settings_dict[name] for name in owner)
        with _connected_as(owner):
            super().handle(*args, **options)
            if options["app_label"] is None:
                ensure_role(role=role, password=password)
                grant_rights(role=role)


@contextmanager
def _connected_as(owner: dict[str, str]) -> Iterator[None]:
    own = {name: connection.settings_dict[name] for name in owner}
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(own)

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from hztargets.services.database_rights import ensure_role, grant_rights


class Command(migrate.Command):
    """Django's own, under the role that owns the tables where the application has another (`HZ_OWNER_DATABASE_URL`).

    Raises `CommandError` for a database that was set up by a version with other migrations.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        _refuse_other_versions()
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


def _refuse_other_versions() -> None:
    loader = MigrationLoader(connection)
    unknown = sorted(
        name
        for app, name in loader.applied_migrations
        if app == "hztargets" and (app, name) not in loader.disk_migrations
    )
    if unknown:
        raise CommandError(
            f"This database was set up by another version of hztargets: it holds the step {unknown[-1]}, which this "
            "version does not know. Nothing was changed. Start with an empty database: for `make run`, set HZ_DATA_DIR "
            "to a new folder or move the old one (.data) away; the old data stay readable with the old version."
        )


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

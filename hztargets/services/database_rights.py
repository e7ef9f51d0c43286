"""The rights of the application's database role. It cannot delete rows that are kept for good, and it can only add and
read audit events."""

from django.db import connection, transaction
from psycopg import sql

_KEPT = (
    "report", "assessment", "flag", "flagtransition", "goalversion", "goalprofile", "goaldueday", "periodextension",
    "rulesetversion", "notice", "delivery", "user",
)  # fmt: skip
"""Tables whose rows are never deleted: reports, assessments, decisions, notices and users."""
_READ_ONLY = ("hztargets_auditlink", "django_migrations")
_STATEMENTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE UPDATE, DELETE ON hztargets_auditevent FROM {role}",
    *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {{role}}" for table in _READ_ONLY),
    *(f"REVOKE DELETE ON hztargets_{table} FROM {{role}}" for table in _KEPT),
    "REVOKE ALL ON hztargets_auditarrival FROM {role}",
)


def ensure_role(*, role: str, password: str) -> None:
    """Creates the role if the server does not have it. Needs a database owner who may create roles."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            cursor.execute(statement.format(sql.Identifier(role), sql.Literal(password)))


@transaction.atomic
def grant_rights(*, role: str) -> None:
    """Sets the rights of `role` on every existing table. Only the tables' owner can; repeat after each migration.

    In one transaction, so that at no moment the role has a right that it must not have.
    """
    name = sql.Identifier(role)
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(sql.SQL(statement).format(role=name))

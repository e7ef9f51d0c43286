"""What the database itself refuses: to everybody, the owner of the tables included, and more to the application's role."""

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from hztargets.models import AuditEvent, AuditLink
from hztargets.queries.audit.chain import database_guards_trail, verify_chain
from hztargets.services.auditing import record_event
from tests.factories import AUGUST, City
from tests.integration.audit_roles import acting_as, application_role


@pytest.fixture
def event(city: City) -> AuditEvent:
    event = record_event(action="report.edit", subject=city.fdi, by=None, now=AUGUST, after={"value": "41"})
    link_now()
    return event


def link_now() -> None:
    """What a commit would do."""
    connection.check_constraints()


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hztargets_auditevent SET action = 'nothing'",
        "UPDATE hztargets_auditevent SET after = NULL",
        "DELETE FROM hztargets_auditevent",
        "UPDATE hztargets_auditlink SET hash = repeat('0', 64)",
        "DELETE FROM hztargets_auditlink",
    ],
)
def test_raw_sql_cannot_change_or_delete_an_audit_row(statement: str, event: AuditEvent) -> None:
    before = list(AuditLink.objects.values())
    with pytest.raises(DatabaseError, match="audit events are never changed or deleted"):
        run(statement)
    assert list(AuditEvent.objects.values_list("pk", "action", "after")) == [(event.pk, "report.edit", {"value": "41"})]
    assert list(AuditLink.objects.values()) == before != []


@pytest.mark.parametrize("table", ["auditevent", "auditlink"])
def test_the_trail_cannot_be_emptied(table: str, event: AuditEvent) -> None:
    guard = {"auditevent": "audit_is_not_truncated", "auditlink": "audit_link_is_not_truncated"}[table]
    run(f"ALTER TABLE hztargets_{table} ENABLE TRIGGER {guard}")  # off in tests, which empty tables afterwards
    with pytest.raises(DatabaseError, match="audit events are never changed or deleted"):
        run(f"TRUNCATE hztargets_{table} CASCADE")
    assert list(AuditEvent.objects.all()) == [event]


def test_the_orm_cannot_either(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk)._raw_delete(using="default")
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.update(reason="later")
    assert AuditEvent.objects.get() == event


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE hztargets_auditevent SET action = 'nothing'", "permission denied"),
        ("DELETE FROM hztargets_auditevent", "permission denied"),
        ("TRUNCATE hztargets_auditevent CASCADE", "permission denied"),
        ("UPDATE hztargets_auditlink SET hash = ''", "permission denied"),
        ("DELETE FROM hztargets_auditlink", "permission denied"),
        ("INSERT INTO hztargets_auditlink VALUES (2, 'forged', 1)", "permission denied"),
        ("INSERT INTO hztargets_auditarrival VALUES (1)", "permission denied"),
        ("DELETE FROM django_migrations", "permission denied"),
        ("SELECT hztargets_audit_link(event) FROM hztargets_auditevent event", "permission denied"),
        ("ALTER TABLE hztargets_auditevent DISABLE TRIGGER ALL", "must be owner"),
        ("DROP TRIGGER audit_arrives ON hztargets_auditevent", "must be owner"),
        ("DROP TABLE hztargets_auditlink", "must be owner"),
        ("CREATE OR REPLACE FUNCTION hztargets_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
         "$$ BEGIN RETURN NEW; END $$", "permission denied|must be owner"),
        ("SET session_replication_role = replica", "permission denied"),
    ],
)  # fmt: skip
def test_the_applications_role_can_do_nothing_about_it(statement: str, refusal: str, event: AuditEvent) -> None:
    role = application_role()
    with acting_as(role), pytest.raises(ProgrammingError, match=refusal):
        run(statement)
    assert (list(AuditEvent.objects.all()), verify_chain().events) == ([event], 1)


def test_the_applications_role_adds_and_reads_and_the_database_links(event: AuditEvent, city: City) -> None:
    with acting_as(application_role()):
        second = record_event(action="report.submit", subject=city.fdi, by=None, now=AUGUST)
        link_now()
        city.fdi.note = "daily work goes on"
        city.fdi.save()
        assert database_guards_trail()
        assert list(AuditLink.objects.order_by("sequence").values_list("sequence", "event")) == [
            (1, event.pk),
            (2, second.pk),
        ]
        assert (verify_chain().events, verify_chain().broken) == (2, "")
    assert not database_guards_trail()


def test_a_table_of_that_name_in_a_temporary_schema_fools_nobody(event: AuditEvent, city: City) -> None:
    with acting_as(application_role()):
        run("CREATE TEMPORARY TABLE hztargets_auditlink (sequence bigint, event_id bigint, hash text)")
        record_event(action="report.submit", subject=city.fdi, by=None, now=AUGUST)
        link_now()
    run("DROP TABLE pg_temp.hztargets_auditlink")
    assert AuditLink.objects.count() == 2

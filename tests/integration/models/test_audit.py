import pytest
from django.db import DatabaseError, connection, transaction

from hztargets.models import AuditEvent
from hztargets.services.auditing import record_event
from tests.factories import AUGUST, City


@pytest.fixture
def event(city: City) -> AuditEvent:
    return record_event(action="report.edit", subject=city.fdi, by=None, now=AUGUST, after={"value": "41"})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE hztargets_auditevent SET action = 'nothing'",
        "UPDATE hztargets_auditevent SET after = NULL",
        "DELETE FROM hztargets_auditevent",
    ],
)
def test_raw_sql_cannot_change_or_delete_an_audit_row(statement: str, event: AuditEvent) -> None:
    with (
        pytest.raises(DatabaseError, match="audit events are never changed or deleted"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(AuditEvent.objects.values_list("pk", "action", "after")) == [(event.pk, "report.edit", {"value": "41"})]


def test_the_orm_cannot_either(event: AuditEvent) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent.objects.update(reason="later")
    assert AuditEvent.objects.get() == event

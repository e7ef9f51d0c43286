"""The chain over the audit trail: without gaps under concurrent writes, without waiting, and it shows which row was changed."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction

from hztargets.messages.audit import ACTIONS, FIELDS, OBJECTS
from hztargets.models import AuditEvent, AuditLink, Goal, Period, Report, User
from hztargets.queries.audit.chain import verify_chain
from hztargets.services.accounts.administration import FIELDS as OF_ACCOUNTS
from hztargets.services.auditing import record_event
from hztargets.services.calendar.periods import OPENED
from hztargets.services.filing.reports import ReportContent, create_report
from tests.factories import AUGUST, City, approved_report
from tests.integration.audit_roles import acting_as, application_role

CHAIN_LOCK = 716203518


@pytest.fixture
def committed(transactional_db: None, city: City) -> City:
    return city


def in_threads(*calls: Callable[[], Any]) -> None:
    """Each with a connection of its own; raises what any of them raised."""

    def run(call: Callable[[], Any]) -> None:
        try:
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(run, call) for call in calls]:
            done.result(30)


def note(goal: Goal, action: str = "report.edit", **columns: Any) -> AuditEvent:
    return record_event(action=action, subject=goal, by=None, now=AUGUST, **columns)


def test_everybody_writing_at_once_leaves_one_gapless_chain(committed: City) -> None:
    def write(number: int) -> Callable[[], None]:
        def transactions() -> None:
            for round_ in range(12):
                with transaction.atomic():
                    note(committed.fdi, reason=f"{number}.{round_}")
                    note(committed.trade, after={"value": "一", "n": number})
                    transaction.set_rollback(round_ % 4 == 3)

        return transactions

    in_threads(*(write(number) for number in range(6)))

    events = 6 * 9 * 2
    assert list(AuditLink.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, events + 1))
    report = verify_chain()
    assert (AuditEvent.objects.count(), report.events, report.broken) == (events, events, "")


def test_the_events_of_one_transaction_stand_together(committed: City) -> None:
    first_noted, other_committed = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            note(committed.fdi, reason="slow")
            first_noted.set()
            assert other_committed.wait(10)
            note(committed.fdi, reason="slow")

    def quick() -> None:
        assert first_noted.wait(10)
        with transaction.atomic():
            note(committed.fdi, reason="quick")
        other_committed.set()

    in_threads(slow, quick)  # the quick one did not wait for the slow one's transaction

    order = AuditLink.objects.order_by("sequence").values_list("event__reason", flat=True)
    assert list(order) == ["quick", "slow", "slow"]


def test_a_transaction_that_waits_for_a_row_does_not_hold_the_chain(committed: City) -> None:
    """If the lock were taken at the insert, the two transactions would be in a deadlock."""
    noted, locked = threading.Event(), threading.Event()

    def note_then_lock() -> None:
        with transaction.atomic():
            note(committed.fdi)
            noted.set()
            assert locked.wait(10)
            Goal.objects.select_for_update().get(pk=committed.fdi.pk)

    def lock_then_note() -> None:
        with transaction.atomic():
            Goal.objects.select_for_update().get(pk=committed.fdi.pk)
            locked.set()
            assert noted.wait(10)
            note(committed.fdi)

    in_threads(note_then_lock, lock_then_note)

    assert verify_chain().events == 2


def test_foreign_keys_are_checked_before_the_chain_is_locked(committed: City, clerk: User) -> None:
    """The check of a row written after the event waits for a locked period, whose holder must still reach its commit."""
    period = committed.period(7)
    noted, locked = threading.Event(), threading.Event()

    def file() -> None:
        with transaction.atomic():
            note(committed.fdi)
            Report.objects.create(
                document=committed.document, goal=committed.fdi, period=period, created_at=AUGUST, created_by=clerk
            )
            noted.set()
            assert locked.wait(10)

    def close() -> None:
        assert noted.wait(10)
        with transaction.atomic():
            Period.objects.select_for_update().get(pk=period.pk)
            locked.set()
            _until_somebody_waits_for_a_row()
            note(committed.trade)

    in_threads(file, close)

    assert verify_chain().events == 2


def _until_somebody_waits_for_a_row() -> None:
    query = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute(f"SELECT pg_sleep(0.02) WHERE NOT EXISTS ({query})")
            if cursor.fetchone() is None:
                return
    raise AssertionError("nobody waits")


def test_a_link_that_cannot_be_written_undoes_the_business_write(committed: City, clerk: User) -> None:
    """Another transaction holds the lock of the chain until the timeout: the commit fails, and nothing has been filed."""
    held, tried = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
            held.set()
            assert tried.wait(10)

    def file() -> None:
        assert held.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        try:
            with pytest.raises(OperationalError, match="lock timeout"):
                create_report(goal=committed.fdi, period=committed.period(7), content=CONTENT, by=clerk, now=AUGUST)
        finally:
            tried.set()

    in_threads(hold, file)

    assert (Report.objects.count(), AuditEvent.objects.count(), verify_chain().broken) == (0, 0, "")


CONTENT = ReportContent(value=Decimal(41))


def test_an_event_that_cannot_be_written_undoes_the_business_write(city: City, clerk: User) -> None:
    """The application's role has lost the right to add events."""
    role = application_role()
    with connection.cursor() as cursor:
        cursor.execute(f'REVOKE INSERT ON hztargets_auditevent FROM "{role}"')
    with acting_as(role), pytest.raises(ProgrammingError, match="permission denied for table hztargets_auditevent"):
        create_report(goal=city.fdi, period=city.period(7), content=CONTENT, by=clerk, now=AUGUST)
    assert Report.objects.count() == 0


@pytest.fixture
def trail(committed: City) -> list[AuditEvent]:
    """Eight events, with Chinese, quotes, line breaks and an address."""
    approved_report(committed.fdi, 6, 30, note='到位项目3个\n"二期"\t\\ 已开工')
    approved_report(committed.fdi, 7, 34)
    with transaction.atomic():
        event = note(committed.trade, reason="口径\x01", before={"a": 1.50}, after={"b": None, "中": ["x"]})
        AuditEvent.objects.create(
            at=AUGUST, action="x", object_type="goal", object_id=1, address="2001:db8::7", request_id="r"
        )
    assert event.pk
    return list(AuditEvent.objects.order_by("link__sequence"))


def verified(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out)
    return out.getvalue().splitlines()[0]


def broken(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        verified(*arguments)
    return str(caught.value)


def as_owner_without_guards(statement: str) -> None:
    """What only somebody with the owner's password can do."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("auditevent", "auditlink"):
            cursor.execute(f"ALTER TABLE hztargets_{table} DISABLE TRIGGER USER")
        cursor.execute(statement)
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("auditevent", "auditlink"):
            cursor.execute(f"ALTER TABLE hztargets_{table} ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE hztargets_auditevent DISABLE TRIGGER audit_is_not_truncated")
        cursor.execute("ALTER TABLE hztargets_auditlink DISABLE TRIGGER audit_link_is_not_truncated")


def test_an_untouched_chain_is_ok_and_names_its_head(trail: list[AuditEvent]) -> None:
    head = AuditLink.objects.latest("sequence")
    assert verified() == f"audit chain ok: {len(trail)} events, head {len(trail)}:{head.hash}"
    assert len(trail) == 8


@pytest.mark.parametrize(
    "change",
    [
        "action = 'report.create'", "at = at + interval '1 microsecond'", "by_id = NULL", "object_id = object_id + 1",
        "after = after || '{\"value\": \"99\"}'", "before = '{}'", "reason = 'x'", "address = '10.0.0.1'",
        "request_id = 'x'", "object_type = 'goal'",
    ],
)  # fmt: skip
def test_a_changed_column_is_found(change: str, trail: list[AuditEvent]) -> None:
    victim = trail[1]
    as_owner_without_guards(f"UPDATE hztargets_auditevent SET {change} WHERE id = {victim.pk}")
    changed = AuditEvent.objects.get(pk=victim.pk)
    where = f"({changed.action} {changed.object_type} {changed.object_id}) was changed"
    assert broken() == f"audit chain broken: link 2: event {victim.pk} {where}"


def test_a_deleted_event_is_found(trail: list[AuditEvent]) -> None:
    as_owner_without_guards(
        f"DELETE FROM hztargets_auditlink WHERE event_id = {trail[2].pk};"
        f"DELETE FROM hztargets_auditevent WHERE id = {trail[2].pk}"
    )
    assert broken() == "audit chain broken: link 3 is missing; after 2 comes 4"


def test_events_that_changed_places_are_found(trail: list[AuditEvent]) -> None:
    first, second = trail[3].pk, trail[4].pk
    as_owner_without_guards(
        f"UPDATE hztargets_auditlink SET event_id = 0 - event_id WHERE event_id IN ({first}, {second});"
        f"UPDATE hztargets_auditlink SET event_id = {second} WHERE event_id = -{first};"
        f"UPDATE hztargets_auditlink SET event_id = {first} WHERE event_id = -{second}"
    )
    assert broken().startswith(f"audit chain broken: link 4: event {second} (")


def test_an_event_slipped_in_is_found(trail: list[AuditEvent]) -> None:
    as_owner_without_guards(
        "INSERT INTO hztargets_auditevent (at, action, object_type, object_id, reason, request_id)"
        " VALUES (now(), 'report.approve', 'report', 1, '', '')"
    )
    slipped = AuditEvent.objects.latest("pk")
    assert broken() == f"audit chain broken: event {slipped.pk} is in no link"


def test_a_cut_off_end_is_found_by_a_head_noted_earlier(trail: list[AuditEvent]) -> None:
    noted = str(verify_chain().head)
    assert verified("--expect", noted).startswith("audit chain ok")
    last = trail[-1].pk
    as_owner_without_guards(
        f"DELETE FROM hztargets_auditlink WHERE event_id = {last}; DELETE FROM hztargets_auditevent WHERE id = {last}"
    )
    assert verified().startswith("audit chain ok: 7 events")
    assert broken("--expect", noted) == "audit chain broken: link 8 was noted earlier; the chain now ends at 7"


def test_a_chain_written_anew_is_found_by_a_head_noted_earlier(trail: list[AuditEvent]) -> None:
    noted = str(verify_chain().head)
    as_owner_without_guards(
        f"UPDATE hztargets_auditevent SET reason = 'better' WHERE id = {trail[0].pk};"
        "DELETE FROM hztargets_auditlink;"
        "SELECT hztargets_audit_link(e) FROM (SELECT * FROM hztargets_auditevent ORDER BY id) e"
    )
    assert verified().startswith("audit chain ok: 8 events")
    assert broken("--expect", noted) == "audit chain broken: link 8 is another than the one noted earlier"


def test_a_head_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="is not a head such as verify_audit prints"):
        call_command("verify_audit", "--expect", "12")


def test_an_event_too_odd_for_the_database_is_refused_whole(city: City) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        note(city.fdi, action="x" * 51)
    assert AuditEvent.objects.count() == 0


def test_every_action_and_object_has_a_word() -> None:
    calls = [
        call
        for path in sorted(Path(settings.ROOT / "hztargets").rglob("*.py"))
        for call in re.findall(r"record_event\((.*?)\)\n", path.read_text(encoding="utf-8"), re.DOTALL)
    ]
    actions = {name for call in calls for name in re.findall(r'action=f?"([^"{]+)"', call)}
    assert len(actions) > 20
    assert {name for name in actions if not name.endswith(".")} - ACTIONS.keys() == set()
    assert {"report", "goal", "user", "period"} < OBJECTS.keys()


def test_what_is_noted_of_reports_and_accounts_has_a_word() -> None:
    assert {*ReportContent.__dataclass_fields__, *OF_ACCOUNTS} - FIELDS.keys() == set()
    assert OPENED in ACTIONS

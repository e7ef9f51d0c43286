"""One notice at a time against a real SMTP server that accepts, puts off, refuses or is not there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from hztargets.models import Delivery, Notice, User
from hztargets.services.notices.channels.email.sending import BACK_OFF, POLICY
from hztargets.services.notices.delivering import deliver_next_notice
from tests.factories import AUGUST, City, approved_report
from tests.integration.tasks.conftest import Mailbox

MAX_ATTEMPTS = POLICY.max_attempts


@pytest.fixture
def delivery(city: City, clerk: User, mailbox: Mailbox) -> Delivery:
    """The only delivery there is: one to the clerk, due at once."""
    approved_report(city.fdi, 7, 41)
    Notice.objects.exclude(recipient=clerk).delete()
    return Delivery.objects.get()


def deliver(now: datetime) -> bool:
    return deliver_next_notice(clock=lambda: now)


def fate(delivery: Delivery) -> tuple[str, int, datetime | None]:
    """State, attempts, and when it is tried again if it is."""
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts, delivery.next_at if delivery.state == "waiting" else None


def run_out(delivery: Delivery) -> list[timedelta]:
    """Delivers whenever the notice is due until it is given up; returns the waits in between."""
    waits, now = [], AUGUST
    for _attempt in range(MAX_ATTEMPTS):
        assert deliver(now)
        state, _attempts, again_at = fate(delivery)
        if again_at is None:
            break
        assert state == "waiting" and not deliver(again_at - timedelta(seconds=1))
        waits.append(again_at - now)
        now = again_at
    return waits


def test_an_accepted_notice_is_done_and_not_sent_again(delivery: Delivery, mailbox: Mailbox) -> None:
    assert [deliver(AUGUST), deliver(AUGUST + timedelta(days=1))] == [True, False]
    assert fate(delivery) == ("done", 1, None)
    assert (delivery.done_at, delivery.lease_until, delivery.last_error, mailbox.ids()) == (
        AUGUST, None, "", [delivery.message_id],
    )  # fmt: skip


@pytest.mark.parametrize("answer", ["451 try later", "452 mailbox full", "421 going down"])
def test_a_temporary_refusal_backs_off_and_is_sent_in_the_end(
    answer: str, delivery: Delivery, mailbox: Mailbox
) -> None:
    mailbox.answer = answer
    assert deliver(AUGUST)
    assert fate(delivery) == ("waiting", 1, AUGUST + timedelta(minutes=1))
    assert answer.split()[0] in delivery.last_error
    mailbox.answer = "250 OK"
    assert deliver(AUGUST + timedelta(minutes=1))
    assert fate(delivery) == ("done", 2, None)
    assert mailbox.ids() == [delivery.message_id] * 2


@pytest.mark.parametrize("answer", ["550 no such user", "554 refused"])
def test_a_permanent_refusal_fails_at_once_and_says_why(answer: str, delivery: Delivery, mailbox: Mailbox) -> None:
    mailbox.answer = answer
    assert [deliver(AUGUST), deliver(AUGUST + timedelta(days=9))] == [True, False]
    assert fate(delivery) == ("failed", 1, None)
    assert answer.split()[0] in delivery.last_error


def test_a_refused_recipient_counts_by_its_code(delivery: Delivery, clerk: User, mailbox: Mailbox) -> None:
    mailbox.recipient_answers = {clerk.email: "450 greylisted"}
    assert deliver(AUGUST)
    assert fate(delivery) == ("waiting", 1, AUGUST + timedelta(minutes=1))
    mailbox.recipient_answers = {clerk.email: "550 no such user"}
    assert deliver(AUGUST + timedelta(minutes=1))
    assert (fate(delivery), mailbox.received) == (("failed", 2, None), [])


def test_a_server_that_is_not_there_is_waited_for(
    delivery: Delivery, dead_port: int, settings: Any, mailbox: Mailbox
) -> None:
    settings.EMAIL_PORT = dead_port
    assert deliver(AUGUST)
    assert fate(delivery) == ("waiting", 1, AUGUST + timedelta(minutes=1))
    settings.EMAIL_PORT = mailbox.port
    assert deliver(AUGUST + timedelta(minutes=1))
    assert fate(delivery) == ("done", 2, None)


def test_a_server_that_never_answers_times_out_and_is_waited_for(
    delivery: Delivery, silent_port: int, settings: Any
) -> None:
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent_port, 0.3
    assert deliver(AUGUST)
    assert fate(delivery) == ("waiting", 1, AUGUST + timedelta(minutes=1))


def test_a_refused_log_in_is_the_installations_trouble_and_not_the_notices(
    delivery: Delivery, settings: Any, mailbox: Mailbox
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "nobody", "wrong"
    assert deliver(AUGUST)
    assert fate(delivery) == ("waiting", 1, AUGUST + timedelta(minutes=1))


def test_attempts_run_out_after_four_hours_and_the_notice_is_given_up(delivery: Delivery, mailbox: Mailbox) -> None:
    mailbox.answer = "451 try later"
    waits = run_out(delivery)
    assert waits == list(BACK_OFF) == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60, 60)]
    assert fate(delivery) == ("dead", MAX_ATTEMPTS, None)
    assert "451" in delivery.last_error
    assert mailbox.ids() == [delivery.message_id] * MAX_ATTEMPTS
    assert not deliver(AUGUST + timedelta(days=30))


def test_a_notice_that_kills_every_worker_is_given_up_too(delivery: Delivery, mailbox: Mailbox) -> None:
    """Each claim counts though nobody lives to report; the lease alone brings the row back."""
    Delivery.objects.update(state="claimed", attempts=MAX_ATTEMPTS, lease_until=AUGUST)
    assert not deliver(AUGUST)
    assert deliver(AUGUST + timedelta(seconds=1))
    assert fate(delivery) == ("dead", MAX_ATTEMPTS + 1, None)
    assert (delivery.last_error, mailbox.received) == ("too many attempts", [])


def test_a_notice_that_cannot_be_written_as_mail_fails_and_holds_up_no_other(
    delivery: Delivery, mailbox: Mailbox, city: City
) -> None:
    Notice.objects.update(subject="two\nlines")
    approved_report(city.trade, 7, 70)
    assert [deliver(AUGUST), deliver(AUGUST), deliver(AUGUST), deliver(AUGUST)] == [True, True, True, False]
    assert fate(delivery) == ("failed", 1, None)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["done", "done", "failed"]


def test_a_worker_that_lost_its_lease_writes_no_result(
    delivery: Delivery, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the first worker sends, its lease runs out and a second one sends and reports."""
    later = AUGUST + timedelta(minutes=7)
    send: Callable[..., int] = EmailMultiAlternatives.send
    entered: list[str] = []

    def send_slowly(message: EmailMultiAlternatives, *args: Any, **options: Any) -> int:
        entered.append("")
        if len(entered) == 1:
            assert deliver(later)
            mailbox.answer = "550 no such user"
        return send(message, *args, **options)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send_slowly)
    assert deliver(AUGUST)
    assert fate(delivery) == ("done", 2, None)
    assert (delivery.done_at, mailbox.ids()) == (later, [delivery.message_id] * 2)


@pytest.mark.parametrize(
    ("columns", "reason"), [({"is_active": False}, "account_inactive"), ({"email": ""}, "no_address")]
)
def test_a_delivery_that_is_no_longer_due_is_cancelled_with_its_reason(
    columns: dict[str, Any], reason: str, delivery: Delivery, clerk: User, mailbox: Mailbox
) -> None:
    User.objects.filter(pk=clerk.pk).update(**columns)
    assert [deliver(AUGUST), deliver(AUGUST + timedelta(days=9))] == [True, False]
    assert fate(delivery) == ("cancelled", 1, None)
    assert (delivery.last_error, delivery.done_at, delivery.address, mailbox.received) == (reason, AUGUST, "", [])


def test_the_address_is_the_accounts_when_it_is_sent(delivery: Delivery, clerk: User, mailbox: Mailbox) -> None:
    User.objects.filter(pk=clerk.pk).update(email="new.address@example.cn")
    mailbox.answer = "451 try later"
    assert deliver(AUGUST)
    User.objects.filter(pk=clerk.pk).update(email="newest.address@example.cn")
    mailbox.answer = "250 OK"
    assert deliver(AUGUST + timedelta(minutes=1))
    assert fate(delivery) == ("done", 2, None)
    assert delivery.address == "newest.address@example.cn"
    assert [message["To"] for message in mailbox.received] == ["new.address@example.cn", "newest.address@example.cn"]
    assert mailbox.ids() == [delivery.message_id] * 2


def test_what_was_cancelled_was_not_told_and_is_written_again(
    delivery: Delivery, clerk: User, mailbox: Mailbox, city: City
) -> None:
    """The light turns green and amber again within 30 days, after the account has come back."""
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    assert deliver(AUGUST)
    User.objects.filter(pk=clerk.pk).update(is_active=True)
    approved_report(city.fdi, 7, 50, now=AUGUST + timedelta(days=1), is_restated=True)
    approved_report(city.fdi, 7, 41, now=AUGUST + timedelta(days=2), is_restated=True)
    assert Notice.objects.filter(recipient=clerk).count() == 2
    assert list(Delivery.objects.filter(notice__recipient=clerk).order_by("pk").values_list("state", flat=True)) == [
        "cancelled", "waiting",
    ]  # fmt: skip

"""One notice at a time against a real SMTP server that accepts, puts off, refuses or is not there."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from hztargets.models import Notice, User
from hztargets.services.notices.delivering import BACK_OFF, MAX_ATTEMPTS, deliver_next_notice
from tests.factories import AUGUST, City, approved_report
from tests.integration.tasks.conftest import Mailbox


@pytest.fixture
def notice(city: City, clerk: User, mailbox: Mailbox) -> Notice:
    """The only notice there is: one to the clerk, due at once."""
    approved_report(city.fdi, 7, 41)
    Notice.objects.exclude(recipient=clerk).delete()
    return Notice.objects.get()


def deliver(now: datetime) -> bool:
    return deliver_next_notice(clock=lambda: now)


def fate(notice: Notice) -> tuple[str, int, datetime | None]:
    """State, attempts, and when it is tried again if it is."""
    notice.refresh_from_db()
    return notice.state, notice.attempts, notice.next_at if notice.state == "waiting" else None


def run_out(notice: Notice) -> list[timedelta]:
    """Delivers whenever the notice is due until it is given up; returns the waits in between."""
    waits, now = [], AUGUST
    for _attempt in range(MAX_ATTEMPTS):
        assert deliver(now)
        state, _attempts, again_at = fate(notice)
        if again_at is None:
            break
        assert state == "waiting" and not deliver(again_at - timedelta(seconds=1))
        waits.append(again_at - now)
        now = again_at
    return waits


def test_an_accepted_notice_is_done_and_not_sent_again(notice: Notice, mailbox: Mailbox) -> None:
    assert [deliver(AUGUST), deliver(AUGUST + timedelta(days=1))] == [True, False]
    assert fate(notice) == ("done", 1, None)
    assert (notice.done_at, notice.lease_until, notice.last_error, mailbox.ids()) == (
        AUGUST, None, "", [notice.message_id],
    )  # fmt: skip


@pytest.mark.parametrize("answer", ["451 try later", "452 mailbox full", "421 going down"])
def test_a_temporary_refusal_backs_off_and_is_sent_in_the_end(answer: str, notice: Notice, mailbox: Mailbox) -> None:
    mailbox.answer = answer
    assert deliver(AUGUST)
    assert fate(notice) == ("waiting", 1, AUGUST + timedelta(minutes=1))
    assert answer.split()[0] in notice.last_error
    mailbox.answer = "250 OK"
    assert deliver(AUGUST + timedelta(minutes=1))
    assert fate(notice) == ("done", 2, None)
    assert mailbox.ids() == [notice.message_id] * 2


@pytest.mark.parametrize("answer", ["550 no such user", "554 refused"])
def test_a_permanent_refusal_fails_at_once_and_says_why(answer: str, notice: Notice, mailbox: Mailbox) -> None:
    mailbox.answer = answer
    assert [deliver(AUGUST), deliver(AUGUST + timedelta(days=9))] == [True, False]
    assert fate(notice) == ("failed", 1, None)
    assert answer.split()[0] in notice.last_error


def test_a_refused_recipient_counts_by_its_code(notice: Notice, mailbox: Mailbox) -> None:
    mailbox.recipient_answers = {notice.email: "450 greylisted"}
    assert deliver(AUGUST)
    assert fate(notice) == ("waiting", 1, AUGUST + timedelta(minutes=1))
    mailbox.recipient_answers = {notice.email: "550 no such user"}
    assert deliver(AUGUST + timedelta(minutes=1))
    assert (fate(notice), mailbox.seen) == (("failed", 2, None), [])


def test_a_server_that_is_not_there_is_waited_for(
    notice: Notice, dead_port: int, settings: Any, mailbox: Mailbox
) -> None:
    settings.EMAIL_PORT = dead_port
    assert deliver(AUGUST)
    assert fate(notice) == ("waiting", 1, AUGUST + timedelta(minutes=1))
    settings.EMAIL_PORT = mailbox.port
    assert deliver(AUGUST + timedelta(minutes=1))
    assert fate(notice) == ("done", 2, None)


def test_a_server_that_never_answers_times_out_and_is_waited_for(
    notice: Notice, silent_port: int, settings: Any
) -> None:
    settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = silent_port, 0.3
    assert deliver(AUGUST)
    assert fate(notice) == ("waiting", 1, AUGUST + timedelta(minutes=1))


def test_a_refused_log_in_is_the_installations_trouble_and_not_the_notices(
    notice: Notice, settings: Any, mailbox: Mailbox
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "nobody", "wrong"
    assert deliver(AUGUST)
    assert fate(notice) == ("waiting", 1, AUGUST + timedelta(minutes=1))


def test_attempts_run_out_after_four_hours_and_the_notice_is_given_up(notice: Notice, mailbox: Mailbox) -> None:
    mailbox.answer = "451 try later"
    waits = run_out(notice)
    assert waits == list(BACK_OFF) == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60, 60)]
    assert fate(notice) == ("dead", MAX_ATTEMPTS, None)
    assert "451" in notice.last_error
    assert mailbox.ids() == [notice.message_id] * MAX_ATTEMPTS
    assert not deliver(AUGUST + timedelta(days=30))


def test_a_notice_that_kills_every_worker_is_given_up_too(notice: Notice, mailbox: Mailbox) -> None:
    """Each claim counts though nobody lives to report; the lease alone brings the row back."""
    Notice.objects.update(state="claimed", attempts=MAX_ATTEMPTS, lease_until=AUGUST)
    assert not deliver(AUGUST)
    assert deliver(AUGUST + timedelta(seconds=1))
    assert fate(notice) == ("dead", MAX_ATTEMPTS + 1, None)
    assert (notice.last_error, mailbox.seen) == ("too many attempts", [])


def test_a_notice_that_cannot_be_written_as_mail_fails_and_holds_up_no_other(
    notice: Notice, mailbox: Mailbox, city: City
) -> None:
    Notice.objects.update(subject="two\nlines")
    approved_report(city.trade, 7, 70)
    assert [deliver(AUGUST), deliver(AUGUST), deliver(AUGUST), deliver(AUGUST)] == [True, True, True, False]
    assert fate(notice) == ("failed", 1, None)
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["done", "done", "failed"]


def test_a_worker_that_lost_its_lease_writes_no_result(
    notice: Notice, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
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
    assert fate(notice) == ("done", 2, None)
    assert (notice.done_at, mailbox.ids()) == (later, [notice.message_id] * 2)

"""Sending notices. A claim is committed before the sending, the result only if the claim still holds:
at least once, at most one duplicate a crash, and then with the same Message-ID."""

import smtplib
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction

from hztargets.models import Notice

log = structlog.get_logger(__name__)

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60, 60))
MAX_ATTEMPTS = len(BACK_OFF) + 1


def deliver_next_notice(*, clock: Callable[[], datetime]) -> bool:
    """Sends one ready notice; False when none is ready. Must not run inside a transaction."""
    with transaction.atomic(durable=True):
        notice: Notice | None = Notice.objects.all().claim(clock())
    if notice is None:
        return False
    if notice.attempts > MAX_ATTEMPTS:
        _finish(notice, state=Notice.State.DEAD, last_error=notice.last_error or "too many attempts")
        return True
    try:
        _send(notice)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        _after_failure(notice, error, clock())
    else:
        _finish(notice, state=Notice.State.DONE, done_at=clock(), last_error="")
    return True


def _send(notice: Notice) -> None:
    with closing(get_connection()) as connection:  # Django leaves it open when the log-in is refused
        message = EmailMultiAlternatives(
            notice.subject,
            notice.text,
            to=[notice.email],
            headers={"Message-ID": notice.message_id},
            connection=connection,
        )
        message.attach_alternative(notice.html, "text/html")
        message.send()


def _after_failure(notice: Notice, error: Exception, now: datetime) -> None:
    log.warning("notice_not_sent", notice=notice.pk, attempts=notice.attempts, error=str(error))
    if _is_permanent(error):
        _finish(notice, state=Notice.State.FAILED, last_error=str(error))
        return
    if notice.attempts >= MAX_ATTEMPTS:
        _finish(notice, state=Notice.State.DEAD, last_error=str(error))
        return
    _finish(notice, state=Notice.State.WAITING, next_at=now + BACK_OFF[notice.attempts - 1], last_error=str(error))


def _is_permanent(error: Exception) -> bool:
    """A 5xx answer to this very notice, or one that cannot be written as mail (ValueError).

    A refused log-in or greeting is the installation's trouble: it is mended, and then every notice still goes out.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _message in error.recipients.values())
    if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def _finish(notice: Notice, **columns: object) -> None:
    Notice.objects.all().held(notice.pk, notice.token).update(lease_until=None, **columns)

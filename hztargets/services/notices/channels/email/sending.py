"""Notices by e-mail, over SMTP. At most one duplicate a crash, and then with the same Message-ID."""

import smtplib
from contextlib import closing
from datetime import timedelta

from django.core.mail import EmailMultiAlternatives, get_connection

from hztargets.models import Delivery, User
from hztargets.services.notices.channels.sender import Sender
from hztargets.services.working_off import RetryPolicy

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 60, 60, 60))


def _address_of(user: User) -> str:
    return user.email


def _send(delivery: Delivery) -> None:
    notice = delivery.notice
    with closing(get_connection()) as connection:  # Django leaves it open when the log-in is refused
        message = EmailMultiAlternatives(
            notice.subject,
            notice.text,
            to=[delivery.address],
            headers={"Message-ID": delivery.message_id},
            connection=connection,
        )
        message.attach_alternative(notice.html, "text/html")
        message.send()


def _is_permanent(error: Exception) -> bool:
    """A 5xx answer to this very message, or one that cannot be written as mail (ValueError).

    A refused log-in or greeting is a fault of the installation: once it is corrected, every message is still sent.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _message in error.recipients.values())
    if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


POLICY = RetryPolicy(BACK_OFF, caught=(smtplib.SMTPException, OSError, ValueError), is_permanent=_is_permanent)
EMAIL = Sender(address_of=_address_of, send=_send, policy=POLICY)

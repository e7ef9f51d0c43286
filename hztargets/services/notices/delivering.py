"""Sending what `composing` wrote. Whether the account is active and its address are read only now."""

from collections.abc import Callable, Mapping
from datetime import datetime

from hztargets.models import Channel, Delivery, Notice
from hztargets.services.notices.channels.email.sending import EMAIL
from hztargets.services.notices.channels.sender import Sender
from hztargets.services.working_off import NoLongerDue, work_off_next

SENDERS: Mapping[Channel, Sender] = {Channel.EMAIL: EMAIL}


def deliver_next_notice(*, clock: Callable[[], datetime]) -> bool:
    """Works on one ready delivery; False when none is ready. Must not run inside a transaction."""
    return any(_deliver_next(channel, sender, clock) for channel, sender in SENDERS.items())


def _deliver_next(channel: Channel, sender: Sender, clock: Callable[[], datetime]) -> bool:
    def work(delivery: Delivery) -> None:
        _deliver(delivery, sender)

    return work_off_next(rows=Delivery.objects.filter(channel=channel), work=work, policy=sender.policy, clock=clock)


def _deliver(delivery: Delivery, sender: Sender) -> None:
    """The address is written before it is used, so that it is known even if this worker dies."""
    notice = delivery.notice = Notice.objects.select_related("recipient").get(pk=delivery.notice_id)
    if not notice.recipient.is_active:
        raise NoLongerDue(Delivery.Reason.ACCOUNT_INACTIVE)
    delivery.address = sender.address_of(notice.recipient)
    if not delivery.address:
        raise NoLongerDue(Delivery.Reason.NO_ADDRESS)
    if Delivery.objects.all().held(delivery.pk, delivery.token).update(address=delivery.address):
        sender.send(delivery)

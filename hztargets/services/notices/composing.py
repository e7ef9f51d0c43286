"""Who is notified of which flag. Writes notices and their deliveries in the transaction that moved the flags."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.models import Channel, Delivery, Document, Flag, FlagTransition, Notice, NoticeKind, Role, User
from hztargets.services.notices.kinds import KINDS

_KIND = KINDS[NoticeKind.FLAGS]
_SEVERITY = {"": 0, "amber": 1, "red": 2}


def write_notices(*, document: Document, transitions: Sequence[FlagTransition], now: datetime) -> list[Notice]:
    """One notice a recipient for all transitions of a run. Nothing is repeated within 30 days unless it got worse."""
    reportable = [row for row in transitions if row.to_colour and not _muted_by_parent(row)]
    if not reportable:
        return []
    earlier = _earlier_notices(reportable)
    by_recipient: dict[User, list[FlagTransition]] = defaultdict(list)
    for recipient in _possible_recipients(reportable):
        for row in reportable:
            if _concerns(recipient, row) and not _is_repetition(earlier.get((recipient.pk, row.flag.goal_id)), row):
                by_recipient[recipient].append(row)
    notices = [_notice(document, recipient, rows, now) for recipient, rows in by_recipient.items()]
    Notice.objects.bulk_create(notices)
    Delivery.objects.bulk_create(_delivery(notice, channel) for notice in notices for channel in _KIND.channels)
    links = Notice.transitions.through
    links.objects.bulk_create(
        links(notice_id=notice.pk, flagtransition_id=row.pk)
        for notice, rows in zip(notices, by_recipient.values(), strict=True)
        for row in rows
    )
    return notices


def _muted_by_parent(row: FlagTransition) -> bool:
    parent_id = row.flag.goal.parent_id
    return parent_id is not None and Flag.objects.open().filter(goal_id=parent_id).exists()


def _possible_recipients(rows: Iterable[FlagTransition]) -> list[User]:
    leads = {row.flag.goal.lead_id for row in rows}
    users = User.objects.filter(is_active=True)  # a channel reads activity and address again when it delivers
    return list((users.filter(department__in=leads) | users.filter(role=Role.OFFICE)).order_by("pk"))


def _concerns(recipient: User, row: FlagTransition) -> bool:
    if recipient.role not in _KIND.roles[row.to_colour]:
        return False
    return recipient.department_id in (None, row.flag.goal.lead_id)


def _earlier_notices(rows: Sequence[FlagTransition]) -> dict[tuple[int, int], list[tuple[date, str]]]:
    """Day and colour of the notices to each recipient on each goal in the quiet time before these rows.

    Key: recipient, goal. A cancelled notice does not count.
    """
    since = min(row.as_of for row in rows) - _KIND.quiet
    goals = {row.flag.goal_id for row in rows}
    earlier: dict[tuple[int, int], list[tuple[date, str]]] = defaultdict(list)
    sent = Notice.objects.filter(transitions__flag__goal__in=goals, transitions__as_of__gte=since)
    for recipient_id, goal_id, as_of, colour in sent.exclude(deliveries__state=Delivery.State.CANCELLED).values_list(
        "recipient_id", "transitions__flag__goal_id", "transitions__as_of", "transitions__to_colour"
    ):
        earlier[recipient_id, goal_id].append((as_of, colour))
    return earlier


def _is_repetition(earlier: list[tuple[date, str]] | None, row: FlagTransition) -> bool:
    return any(
        as_of > row.as_of - _KIND.quiet and _SEVERITY[colour] >= _SEVERITY[row.to_colour]
        for as_of, colour in earlier or ()
    )


def _notice(document: Document, recipient: User, rows: Sequence[FlagTransition], now: datetime) -> Notice:
    """In the recipient's language; not saved."""
    key = hashlib.sha256(",".join(str(row.pk) for row in rows).encode()).hexdigest()[:32]
    with translation.override(recipient.language):
        context = _context(document, recipient, rows, now)
        return Notice(
            document=document,
            recipient=recipient,
            kind=NoticeKind.FLAGS,
            subject=_subject(rows),
            text=render_to_string(f"{_KIND.template}.txt", context),
            html=render_to_string(f"{_KIND.template}.html", context),
            dedupe_key=f"flags:{recipient.pk}:{key}",
            created_at=now,
        )


def _delivery(notice: Notice, channel: Channel) -> Delivery:
    message_id = f"<{notice.dedupe_key.replace(':', '.')}.{channel}@hztargets>"
    return Delivery(notice=notice, channel=channel, message_id=message_id, created_at=notice.created_at)


def _context(document: Document, recipient: User, rows: Sequence[FlagTransition], now: datetime) -> dict[str, Any]:
    in_english = recipient.language.startswith("en")
    items = [
        {
            "goal": row.flag.goal,
            "colour": row.to_colour,
            "sentence": row.assessment.sentence_en if in_english else row.assessment.sentence,
            "url": settings.BASE_URL + reverse("goal", args=[document.pk, row.flag.goal.code]),
        }
        for row in sorted(rows, key=lambda row: (-_SEVERITY[row.to_colour], row.flag.goal.position))
    ]
    return {
        "document": document,
        "recipient": recipient,
        "items": items,
        "period": rows[0].period,
        "as_of": rows[0].as_of,
        "today": localdate(now),
    }


def _subject(rows: Sequence[FlagTransition]) -> str:
    red = sum(row.to_colour == "red" for row in rows)
    amber = len(rows) - red
    first = min(rows, key=lambda row: (-_SEVERITY[row.to_colour], row.flag.goal.position)).flag.goal.name
    if len(rows) == 1:
        light = _("red light") if red else _("amber light")
        return _("[Goals] %(goal)s: %(light)s for %(period)s") % {
            "goal": first, "light": light, "period": rows[0].period.label,
        }  # fmt: skip
    return _("[Goals] %(period)s: %(red)s red, %(amber)s amber lights, among them %(goal)s") % {
        "period": rows[0].period.label, "red": red, "amber": amber, "goal": first,
    }  # fmt: skip

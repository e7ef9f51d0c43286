"""Who is told of which flag. Writes notice rows in the transaction that moved the flags; sending is delivering's."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from hztargets.models import Document, Flag, FlagTransition, Notice, Role, User

ROLES_TOLD = {
    "amber": frozenset({Role.CLERK, Role.OFFICE}),
    "red": frozenset({Role.CLERK, Role.DEPARTMENT_HEAD, Role.OFFICE}),
}
QUIET = timedelta(days=30)
_SEVERITY = {"": 0, "amber": 1, "red": 2}


def write_notices(*, document: Document, transitions: Sequence[FlagTransition], now: datetime) -> list[Notice]:
    """One notice a recipient for all transitions of a run. Nothing is repeated within 30 days unless it got worse."""
    worth_telling = [row for row in transitions if row.to_colour and not _muted_by_parent(row)]
    if not worth_telling:
        return []
    told_before = _told_since(worth_telling)
    by_recipient: dict[User, list[FlagTransition]] = defaultdict(list)
    for recipient in _possible_recipients(worth_telling):
        for row in worth_telling:
            if _concerns(recipient, row) and not _already_told(told_before.get((recipient.pk, row.flag.goal_id)), row):
                by_recipient[recipient].append(row)
    notices = [_notice(document, recipient, rows, now) for recipient, rows in by_recipient.items()]
    Notice.objects.bulk_create(notices)
    told = Notice.transitions.through
    told.objects.bulk_create(
        told(notice_id=notice.pk, flagtransition_id=row.pk)
        for notice, rows in zip(notices, by_recipient.values(), strict=True)
        for row in rows
    )
    return notices


def _muted_by_parent(row: FlagTransition) -> bool:
    parent_id = row.flag.goal.parent_id
    return parent_id is not None and Flag.objects.open().filter(goal_id=parent_id).exists()


def _possible_recipients(rows: Iterable[FlagTransition]) -> list[User]:
    leads = {row.flag.goal.lead_id for row in rows}
    users = User.objects.filter(is_active=True).exclude(email="")
    return list((users.filter(department__in=leads) | users.filter(role=Role.OFFICE)).order_by("pk"))


def _concerns(recipient: User, row: FlagTransition) -> bool:
    if recipient.role not in ROLES_TOLD[row.to_colour]:
        return False
    return recipient.department_id in (None, row.flag.goal.lead_id)


def _told_since(rows: Sequence[FlagTransition]) -> dict[tuple[int, int], list[tuple[date, str]]]:
    """What each recipient was told of each goal in the quiet time before these rows."""
    since = min(row.as_of for row in rows) - QUIET
    told: dict[tuple[int, int], list[tuple[date, str]]] = defaultdict(list)
    past = FlagTransition.objects.filter(
        flag__goal__in={row.flag.goal_id for row in rows}, as_of__gte=since, notices__isnull=False
    ).values_list("notices__recipient_id", "flag__goal_id", "as_of", "to_colour")
    for recipient_id, goal_id, as_of, colour in past:
        told[recipient_id, goal_id].append((as_of, colour))
    return told


def _already_told(told: list[tuple[date, str]] | None, row: FlagTransition) -> bool:
    return any(
        as_of > row.as_of - QUIET and _SEVERITY[colour] >= _SEVERITY[row.to_colour] for as_of, colour in told or ()
    )


def _notice(document: Document, recipient: User, rows: Sequence[FlagTransition], now: datetime) -> Notice:
    """In the recipient's language; not saved."""
    key = hashlib.sha256(",".join(str(row.pk) for row in rows).encode()).hexdigest()[:32]
    with translation.override(recipient.language):
        context = _context(document, recipient, rows, now)
        return Notice(
            document=document,
            recipient=recipient,
            email=recipient.email,
            subject=_subject(rows),
            text=render_to_string("hztargets/emails/flags.txt", context),
            html=render_to_string("hztargets/emails/flags.html", context),
            dedupe_key=f"flags:{recipient.pk}:{key}",
            message_id=f"<flags.{recipient.pk}.{key}@hztargets>",
            created_at=now,
            next_at=now,
        )


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

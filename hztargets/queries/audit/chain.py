"""Reads the whole audit trail and recomputes every hash, without trusting the database's own functions."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

_CONTENT = """
    SELECT link.sequence, link.hash, event.id::text,
        to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), event.by_id::text, event.action::text,
        event.object_type::text, event.object_id::text, event.before::text, event.after::text, event.reason,
        event.request_id::text, host(event.address)
    FROM hztargets_auditlink link LEFT JOIN hztargets_auditevent event ON event.id = link.event_id
    ORDER BY link.sequence
"""
_UNLINKED = """
    SELECT min(event.id) FROM hztargets_auditevent event
    WHERE NOT EXISTS (SELECT FROM hztargets_auditlink link WHERE link.event_id = event.id)
"""


@dataclass(frozen=True, kw_only=True)
class Head:
    """The chain's last link. A copy kept elsewhere proves later that no link up to it was removed."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, kw_only=True)
class ChainReport:
    """`broken` names the first row that is wrong; empty when none is."""

    events: int
    head: Head
    broken: str


def verify_chain(expected: Head | None = None) -> ChainReport:
    """Checks that every link follows the one before and matches its event, that every event is linked, and that
    `expected` is still in the chain."""
    head, broken = Head(sequence=0, hash=""), ""
    for row in _rows():
        broken = _fault(head, row) or _unexpected(expected, row)
        if broken:
            break
        head = Head(sequence=int(row[0] or 0), hash=str(row[1]))
    return ChainReport(events=head.sequence, head=head, broken=broken or _missing(expected, head))


def _rows() -> Iterator[Sequence[str | None]]:
    """Row by row from a cursor on the server: the trail may not fit into memory."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_CONTENT)
        while rows := cursor.fetchmany(2000):
            yield from rows


def _fault(before: Head, row: Sequence[str | None]) -> str:
    sequence, hashed, *content = row
    if int(sequence or 0) != before.sequence + 1:
        return f"link {before.sequence + 1} is missing; after {before.sequence} comes {sequence}"
    if content[0] is None:
        return f"link {sequence}: its event is gone"
    if hashed != link_hash(before, content):
        return f"link {sequence}: event {content[0]} ({content[3]} {content[4]} {content[5]}) was changed"
    return ""


def link_hash(before: Head, content: Sequence[str | None]) -> str:
    """SHA-256 over a JSON list of texts: position, previous hash, then the event's columns as PostgreSQL writes
    them."""
    fields = [str(before.sequence + 1), before.hash, *content]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _unexpected(expected: Head | None, row: Sequence[str | None]) -> str:
    if expected is None or int(row[0] or 0) != expected.sequence or row[1] == expected.hash:
        return ""
    return f"link {row[0]} is another than the one noted earlier"


def _missing(expected: Head | None, head: Head) -> str:
    if expected is not None and head.sequence < expected.sequence:
        return f"link {expected.sequence} was noted earlier; the chain now ends at {head.sequence}"
    with connection.cursor() as cursor:
        cursor.execute(_UNLINKED)
        (unlinked,) = cursor.fetchone()
    return "" if unlinked is None else f"event {unlinked} is in no link"


def database_guards_trail() -> bool:
    """True when the current database role can neither change or delete events nor write links."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(has_table_privilege(name, 'UPDATE') OR has_table_privilege(name, 'DELETE')"
            " OR has_table_privilege(name, 'TRUNCATE')) OR has_table_privilege('hztargets_auditlink', 'INSERT')"
            " FROM unnest(ARRAY['hztargets_auditevent', 'hztargets_auditlink']) AS name"
        )
        (can_change,) = cursor.fetchone()
    return not can_change

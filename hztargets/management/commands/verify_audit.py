from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from hztargets.queries.audit.chain import Head, database_guards_trail, verify_chain


class Command(BaseCommand):
    help = (
        "Recomputes the hash chain over the audit trail; prints ok or the first broken row, then with exit code 1. "
        "Note the head it prints somewhere else: --expect HEAD proves later that no row before it was taken away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", type=_head, metavar="HEAD", help="a head printed earlier, such as 1204:9f2c…")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = verify_chain(options["expect"])
        if report.broken:
            raise CommandError(f"audit chain broken: {report.broken}")
        self.stdout.write(f"audit chain ok: {report.events} events, head {report.head}")
        if not database_guards_trail():
            self.stdout.write("note: this database role could change the trail (see README, two database roles)")


def _head(text: str) -> Head:
    sequence, _, hashed = text.partition(":")
    if not sequence.isdecimal() or len(hashed) != 64:
        raise ArgumentTypeError(f"{text!r} is not a head such as verify_audit prints")
    return Head(sequence=int(sequence), hash=hashed)

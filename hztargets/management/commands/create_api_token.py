from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from hztargets import clock
from hztargets.management.inputs import add_account_argument, chosen_account
from hztargets.models import ApiToken, Department
from hztargets.services.accounts.tokens import DEFAULT_DAYS, issue_token
from hztargets.services.errors import ServiceError


class Command(BaseCommand):
    help = "Makes a token for a program of a department, or of the oversight side, and prints its key this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--department", metavar="NAME", help="name, alias or code; the program acts like its clerk")
        whose.add_argument("--oversight", action="store_true", help="reads what the office reads")
        parser.add_argument("--name", required=True, help="what the program is called in the audit trail")
        parser.add_argument("--read-only", action="store_true", help="a department's program that files nothing")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help=f"until it expires, default {DEFAULT_DAYS}")
        add_account_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        department = _department(options["department"]) if options["department"] else None
        only_reads = options["oversight"] or options["read_only"]
        try:
            made = issue_token(
                name=options["name"],
                department=department,
                scope=ApiToken.Scope.READ if only_reads else ApiToken.Scope.FILE,
                days=options["days"],
                by=chosen_account(options["by"]),
                now=clock.real_now(),
            )
        except ServiceError as error:
            raise CommandError(f"{error.message} Nothing was written.") from error
        self.stderr.write(f"{made.token.account} ({made.token.scope}), until {made.token.expires_at:%Y-%m-%d}:")
        self.stdout.write(made.key)


def _department(name: str) -> Department:
    named = Q(name=name) | Q(code=name) | Q(aliases__name=name)
    department = Department.objects.filter(named).order_by("position").first()
    if department is None:
        raise CommandError(f"There is no department {name!r}.")
    return department

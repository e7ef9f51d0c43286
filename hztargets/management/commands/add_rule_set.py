from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hztargets import clock
from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.management.inputs import add_account_argument, chosen_account, chosen_rules, field_and_sentence
from hztargets.services.decisions.rules import add_rule_set_version
from hztargets.services.errors import ServiceError


class Command(BaseCommand):
    help = "Adds a version of the rules a document is judged by. Try them with `backtest` first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = "name of a shipped rule set, path of a JSON file, or number of an earlier version"
        parser.add_argument("rules", metavar="RULES", help=kinds)
        add_document_argument(parser)
        parser.add_argument("--effective-month", type=int, required=True, metavar="1-12")
        parser.add_argument("--reason", required=True)
        add_account_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        document = chosen_document(options["document"])
        try:
            version = add_rule_set_version(
                document=document,
                rules=chosen_rules(document, options["rules"]),
                effective_month=options["effective_month"],
                reason=options["reason"],
                by=chosen_account(options["by"]),
                now=clock.now(),
            )
        except ServiceError as error:
            raise CommandError(f"{field_and_sentence(error.problem)} Nothing was written.") from error
        self.stdout.write(
            f"{document.number}: rules {version} from month {version.effective_month}. "
            "The next `manage.py assess` judges by them."
        )

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from hztargets import clock
from hztargets.domain.backtest import Backtest, FirstRed, RuleSetOutcome
from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.management.inputs import chosen_rules
from hztargets.queries.assessment.backtest import DocumentBacktest, backtest_document

_COLOURS = ("red", "amber", "green", "grey", "none")


class Command(BaseCommand):
    help = "Replays a document's year under two rule sets and compares the lights they give. Writes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = "version number of the document, name of a shipped rule set, or path of a JSON file"
        parser.add_argument("--rule-set", required=True, metavar="A", help=kinds)
        parser.add_argument("--against", required=True, metavar="B", help=kinds)
        add_document_argument(parser)
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *_args: Any, **options: Any) -> None:
        document = chosen_document(options["document"])
        names = [options["rule_set"], options["against"]]
        rule_sets = [chosen_rules(document, name) for name in names]
        result = backtest_document(document, rule_sets, clock.today())
        labels = [
            f"{name} ({rules.name})" if name != rules.name else name
            for name, rules in zip(names, rule_sets, strict=True)
        ]
        if options["format"] == "json":
            self.stdout.write(json.dumps(_data(result, labels), ensure_ascii=False))
        else:
            self._print(result, labels)
        if result.failed:
            self.stderr.write(f"Not replayed, see the log: {', '.join(result.failed)}")

    def _print(self, result: DocumentBacktest, labels: list[str]) -> None:
        tested = result.backtest
        self.stdout.write(
            f"{result.document.number}  as of {result.as_of}  {tested.goals} goals: "
            f"met {tested.met}, missed {tested.missed}, not decided {tested.undecided}"
        )
        for letter, label, outcome in zip("AB", labels, tested.outcomes, strict=True):
            self.stdout.write("")
            for line in _block(f"{letter}  {label}", outcome, tested):
                self.stdout.write(line)


def _block(title: str, outcome: RuleSetOutcome, tested: Backtest) -> Iterable[str]:
    yield title
    yield "  month  " + "".join(f"{colour:>7}" for colour in _COLOURS)
    for month, lights in outcome.lights.items():
        yield f"  {month:>5}  " + "".join(f"{lights.get(colour, 0):>7}" for colour in _COLOURS)
    yield f"  light changes              {outcome.changes}"
    yield f"  red on goals finally met   {len(outcome.false_reds)} of {tested.met}{_listed(outcome.false_reds)}"
    yield f"  misses caught in time      {len(outcome.caught)} of {tested.missed}{_listed(outcome.caught)}"
    yield f"  misses never red in time   {len(outcome.not_caught)}{_named(outcome.not_caught)}"


def _listed(reds: Iterable[FirstRed]) -> str:
    return _named(f"{red.code} from month {red.month}" for red in reds)


def _named(names: Iterable[str]) -> str:
    text = ", ".join(names)
    return f": {text}" if text else ""


def _data(result: DocumentBacktest, labels: list[str]) -> dict[str, Any]:
    tested = result.backtest
    return {
        "document": result.document.number,
        "as_of": result.as_of.isoformat(),
        "months": list(result.months),
        "goals": tested.goals,
        "met": tested.met,
        "missed": tested.missed,
        "undecided": tested.undecided,
        "failed": list(result.failed),
        "rule_sets": [
            {"rule_set": label, **asdict(outcome)} for label, outcome in zip(labels, tested.outcomes, strict=True)
        ],
    }

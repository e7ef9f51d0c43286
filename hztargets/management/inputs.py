"""Arguments of commands: text files, rule sets, and the user who decides."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.core.management.base import CommandError

from hztargets.domain.problems import Problem, ProblemError
from hztargets.domain.ruleset import RuleError, RuleSet
from hztargets.guard.plain_text import decode
from hztargets.messages import sentence
from hztargets.models import Document, User
from hztargets.queries.decisions.rules import SHIPPED_RULES, rules_named


def read_text(path: Path) -> str:
    """Text in UTF-8, with or without byte order mark, or GBK."""
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    try:
        return decode(path.read_bytes())[0]
    except ProblemError as error:
        raise CommandError(f"{path} is neither UTF-8 nor GB18030; save it as UTF-8.") from error


def problem_lines(problems: Mapping[str, Sequence[Problem]]) -> str:
    """One line for each problem. `problems` are grouped by file."""
    lines = (problem_line(file, problem) for file in problems for problem in problems[file])
    return "\n".join(f"  {line}" for line in lines)


def problem_line(file: str, problem: Problem) -> str:
    """File, line, column and sentence of the problem."""
    return f"{file}:{problem.line or 1}: {field_and_sentence(problem)}"


def field_and_sentence(problem: Problem) -> str:
    return ": ".join(filter(None, (problem.field, sentence(problem))))


def chosen_rules(document: Document, name: str) -> RuleSet:
    """Rules by version number of the document, by name of a shipped rule set, or from a JSON file."""
    rules = rules_named(document, name)
    if rules is not None:
        return rules
    if Path(name).is_file():
        return _rules_in(Path(name))
    numbers = ", ".join(
        str(number) for number in document.rule_sets.order_by("version").values_list("version", flat=True)
    )
    raise CommandError(
        f"There is no rule set {name!r}. Give a version of {document.number} ({numbers or 'none yet'}), "
        f"a shipped one ({', '.join(SHIPPED_RULES)}) or the path of a JSON file."
    )


def _rules_in(path: Path) -> RuleSet:
    try:
        return RuleSet.from_data(json.loads(read_text(path)))
    except json.JSONDecodeError as error:
        raise CommandError(f"{path}:{error.lineno}: not JSON ({error.msg}). Correct the file.") from error
    except RuleError as error:
        raise CommandError(f"{path}: {field_and_sentence(error.problem)} Correct the field.") from error


def add_account_argument(parser: ArgumentParser) -> None:
    parser.add_argument("--by", metavar="USERNAME", required=True, help="the account that decides; it is recorded")


def chosen_account(username: str) -> User:
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account {username!r}.")
    return user

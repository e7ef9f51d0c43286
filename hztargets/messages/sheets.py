"""The filing sheet's labels and what is said of its mistakes."""

from collections.abc import Callable
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from hztargets.domain.numbers import NumberError
from hztargets.domain.sheets.columns import COLUMNS
from hztargets.domain.sheets.problems import Problem
from hztargets.domain.sheets.reading import label_key
from hztargets.messages.findings import number_refused

_LABELS: dict[str, Callable[[], str]] = {
    "code": lambda: _("Code"),
    "problem": lambda: _("What to mend"),
    "name": lambda: _("Goal"),
    "unit": lambda: _("Unit"),
    "target": lambda: _("Target"),
    "last": lambda: _("Last approved"),
    "last_month": lambda: _("Of the months"),
    "wanted": lambda: _("What to enter"),
    "value": lambda: _("This period"),
    "comparator": lambda: _("Compared with"),
    "is_nil": lambda: _("No progress (yes)"),
    "done_on": lambda: _("Done on"),
    "note": lambda: _("Progress in words"),
    "cause": lambda: _("Cause, if behind"),
    "remedy": lambda: _("What is being done about it"),
    "expected_on": lambda: _("Expected to be reached on"),
    "is_restated": lambda: _("Restated (yes)"),
}


def column_label(key: str) -> str:
    return _LABELS[key]()


def headers_understood() -> dict[str, str]:
    """Every label in every language, and the keys themselves for other systems, to the column's key."""
    headers = {label_key(column.key): column.key for column in COLUMNS}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            headers.update({label_key(column_label(column.key)): column.key for column in COLUMNS})
    return headers


_PROBLEMS: dict[str, Callable[[], str]] = {
    "no_stamp": lambda: _(
        "The line that says which document, month and department the sheet is for is missing. "
        "Download the sheet anew and enter the figures there."
    ),
    "other_document": lambda: _("This sheet belongs to the document %(given)s, not to %(wanted)s."),
    "other_period": lambda: _("This sheet was made for %(given)s; you are filing for %(wanted)s."),
    "other_department": lambda: _("This sheet belongs to another department. Download the one of your own."),
    "no_header": lambda: _("The row with the column heads is missing. Download the sheet anew."),
    "column_missing": lambda: _("The column “%(label)s” is missing. Download the sheet anew."),
    "column_unknown": lambda: _("The column “%(value)s” does not belong to the sheet. Remove it."),
    "column_twice": lambda: _("The column “%(label)s” stands twice. Remove one."),
    "code_missing": lambda: _("The row has no goal code. Remove added rows, or restore the code."),
    "code_unknown": lambda: _(
        "Your department files no goal with the code “%(value)s”. Restore the code or remove the row."
    ),
    "code_twice": lambda: _("The goal %(value)s stands in several rows. Keep one of them."),
    "other_name": lambda: _(
        "%(code)s is “%(wanted)s”. The rows were mixed up; restore the code, or download the sheet anew."
    ),
    "other_unit": lambda: _(
        "%(code)s counts in “%(wanted)s”. The rows were mixed up, or the unit was changed; convert the figure."
    ),
    "formula": lambda: _("A formula stands here. Paste its result as a value."),
    "error_cell": lambda: _("The cell shows a calculation error. Enter the figure itself."),
    "merged": lambda: _("The cell is merged with another one. Unmerge it and fill in every row by itself."),
    "day_for_number": lambda: _(
        "A date stands where a figure belongs; spreadsheets make dates of entries such as 3-5. "
        "Format the cell as a number and enter the figure again."
    ),
    "number_for_day": lambda: _("A number stands where a day belongs. Enter a day such as 2024-08-12."),
    "not_a_day": lambda: _("“%(value)s” is not a day. Enter a day such as 2024-08-12."),
    "not_yes_or_no": lambda: _("“%(value)s” is neither yes nor no. Enter “是” or “yes”, or leave the cell empty."),
    "text_too_long": lambda: _("The text has %(length)s characters; %(limit)s are kept. Shorten it."),
    "column_unused": lambda: _("This column is not used for the goal. Empty the cell."),
    "value_and_nil": lambda: _("Enter a figure or “no progress”, not both."),
}


def problem_sentence(problem: Problem) -> str:
    """What is wrong and what to do; `Problem.code` must be one of the reader's."""
    facts = dict(problem.facts)
    if problem.code not in _PROBLEMS:
        readings = tuple(Decimal(facts[name]) for name in ("first", "second") if name in facts)
        return number_refused(NumberError(problem.code, problem.value, facts.get("unit", ""), readings))
    label = column_label(problem.column) if problem.column else ""
    return _PROBLEMS[problem.code]() % {"value": problem.value[:60], "label": label, **facts}

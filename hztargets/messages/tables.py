"""What is wrong with a table that people fill in: its header, a row, a cell."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "table_refused": _("Nothing was imported: the table has %(count)s problems."),
    "column_missing": _("The column %(name)s is missing; add it."),
    "column_unknown": _("The column %(name)s is not known; correct or remove it."),
    "column_twice": _("The column %(name)s stands twice; remove one."),
    "wrong_cell_count": _("%(count)s cells where the header has %(expected)s; check the commas."),
    "row_twice": _("%(value)s already stands in line %(first)s; keep one of the two."),
    "cell_empty": _("Empty; fill it in."),
    "cell_unknown": _("“%(value)s” is not known; use one of %(allowed)s."),
    "cell_not_a_number": _("“%(value)s” is not a number; write digits only, such as 177.1."),
    "cell_not_whole": _("“%(value)s” is not a whole number; write digits only, such as 26."),
    "cell_not_a_day": _("“%(value)s” is not a day; write it like 2024-11-30."),
    "cell_not_a_month": _("“%(value)s” is not a month; write it like 2024-06."),
    "cell_not_a_year": _("“%(value)s” is not a year; write it like 2024."),
    "cell_not_yes_or_no": _("“%(value)s” is neither yes nor no; write yes or leave it empty."),
    "cell_too_long": _("Longer than %(limit)s characters."),
    "not_csv": _("This is not a CSV file in UTF-8 or GBK. Save the table as CSV."),
    "table_too_large": _("The file is larger than 5 MB."),
}

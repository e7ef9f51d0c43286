"""What is wrong with a filing sheet or one of its cells, and what to do."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "no_stamp": _(
        "The line that says which document, month and department the sheet is for is missing. "
        "Download the sheet anew and enter the figures there."
    ),
    "other_document": _("This sheet belongs to the document %(found)s, not to %(expected)s."),
    "other_period": _("This sheet was made for %(found)s; you are filing for %(expected)s."),
    "other_department": _("This sheet belongs to another department. Download the one of your own."),
    "no_header": _("The row with the column heads is missing. Download the sheet anew."),
    "sheet_column_missing": _("The column “%(label)s” is missing. Download the sheet anew."),
    "sheet_column_unknown": _("The column “%(value)s” does not belong to the sheet. Remove it."),
    "sheet_column_twice": _("The column “%(label)s” stands twice. Remove one."),
    "code_missing": _("The row has no goal code. Remove added rows, or restore the code."),
    "code_unknown": _("Your department files no goal with the code “%(value)s”. Restore the code or remove the row."),
    "code_twice": _("The goal %(value)s stands in several rows. Keep one of them."),
    "other_name": _(
        "%(code)s is “%(expected)s”. The rows were mixed up; restore the code, or download the sheet anew."
    ),
    "other_unit": _(
        "%(code)s counts in “%(expected)s”. The rows were mixed up, or the unit was changed; convert the figure."
    ),
    "formula": _("A formula stands here. Paste its result as a value."),
    "error_cell": _("The cell shows a calculation error. Enter the figure itself."),
    "merged": _("The cell is merged with another one. Unmerge it and fill in every row by itself."),
    "day_for_number": _(
        "A date stands where a figure belongs; spreadsheets make dates of entries such as 3-5. "
        "Format the cell as a number and enter the figure again."
    ),
    "number_for_day": _("A number stands where a day belongs. Enter a day such as 2024-08-12."),
    "not_a_day": _("“%(value)s” is not a day. Enter a day such as 2024-08-12."),
    "not_yes_or_no": _("“%(value)s” is neither yes nor no. Enter “是” or “yes”, or leave the cell empty."),
    "text_too_long": _("The text has %(length)s characters; %(limit)s are kept. Shorten it."),
    "column_unused": _("This column is not used for the goal. Empty the cell."),
    "value_and_nil": _("Enter a figure or “no progress”, not both."),
}

from django.utils.translation import gettext as _


def guide_lines() -> list[str]:
    """Lines of the second worksheet of the workbook."""
    return [
        _("Fill in the white cells only; the others are locked. One row is one goal."),
        _("“This period”: what the column “What to enter” asks for, in the unit of the row, not the month's increase."),
        _("Nothing happened this month: enter “yes” under “No progress” and leave the figure empty. Zero is a figure."),
        _("A row left empty is not filed; it stays due."),
        _("Goal behind schedule: give the cause, what is being done about it and the day it will be reached."),
        _("To correct an approved figure, change it and enter “yes” under “Restated”."),
        _("Enter results, not formulas. Do not merge cells, and add or rename no rows, columns or codes."),
        _("Figures may carry 万, 亿 or % where that leaves no doubt; at most 15 digits."),
        _("Upload the file on the filing page. You see every row before anything is filed."),
    ]

"""Why an uploaded table is refused, and what to do."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "too_big": _("The file is larger than %(limit)s MB. Remove pictures and sheets that do not belong to it."),
    "empty_file": _("The file is empty."),
    "wrong_extension": _("Only .xlsx and .csv files are read, not “.%(extension)s”. Save it as .xlsx."),
    "old_workbook": _("This is a workbook of the old kind (.xls). Open it and save it as .xlsx."),
    "macro_workbook": _("Workbooks with macros are not taken. Save it as .xlsx, without macros."),
    "old_or_encrypted": _(
        "This is an old (.xls) or password-protected workbook under another name. "
        "Take the password off and save it as .xlsx."
    ),
    "web_page": _("This is a web page under another name, not a workbook. Open it and save it as .xlsx."),
    "not_xlsx": _("The file ends in .xlsx but is no workbook. Open it in your spreadsheet and save it again."),
    "zip_as_csv": _("The file ends in .csv but is a workbook or archive. Rename it to .xlsx or save it as CSV."),
    "utf16": _("The text is in UTF-16. Save it as “CSV UTF-8”, or upload the workbook."),
    "nul_bytes": _("The text contains NUL bytes, as UTF-16 does. Save it as “CSV UTF-8”, or upload the workbook."),
    "unknown_encoding": _("The text is neither UTF-8 nor GB 18030. Save it as “CSV UTF-8”."),
    "broken_text": _("A quotation mark in the text file is opened and never closed, or a cell is far too long."),
    "broken_archive": _("The workbook is damaged or incomplete. Save it again and upload it once more."),
    "broken_workbook": _("The workbook cannot be read; something in it is damaged. Download the sheet anew."),
    "too_many_members": _("The workbook has %(count)s parts; more than %(limit)s are not opened."),
    "link_member": _("The workbook contains a link (%(name)s) to another file. It is not opened."),
    "path_member": _("The workbook contains a part that leads outside it (%(name)s). It is not opened."),
    "member_twice": _("The workbook contains the same part twice. It is not opened."),
    "encrypted": _("The workbook is protected by a password. Take the password off and upload it again."),
    "macro_part": _("The workbook contains macros or embedded objects (%(name)s). Save it without them."),
    "external_link": _("The workbook refers to another file (%(name)s). Paste values instead of links."),
    "inflates_too_far": _("Unpacked, the workbook is larger than %(limit)s MB. It is not opened."),
    "ratio": _("A part of the workbook (%(name)s) is compressed suspiciously far. It is not opened."),
    "declaration": _("The workbook declares its own document type, which no spreadsheet does. It is not opened."),
    "too_many_rows": _("Row %(row)s is used; rows beyond %(limit)s are not read. Delete the rows below the goals."),
    "too_many_columns": _(
        "Column %(column)s is used; columns beyond %(limit)s are not read. Delete the columns right of the table."
    ),
    "rows_out_of_order": _("The workbook is damaged: a row or cell stands twice near row %(row)s."),
    "too_many_merges": _("More than %(limit)s merged cells. Unmerge the cells."),
    "no_worksheet": _("The workbook has no worksheet."),
    "too_much_text": _("The file holds far more text than a filing sheet. Download the sheet anew."),
    "too_much_memory": _("Reading the workbook would take too much memory. Download the sheet anew."),
    "too_slow": _("Reading the workbook takes more than %(seconds)s seconds. Download the sheet anew."),
    "child_died": _("The workbook could not be read within its limits. Download the sheet anew."),
}

"""What a refused file of evidence is told: which file, what is wrong with it and what to do."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from hztargets.guard.limits import Refused


def _damaged() -> str:
    return _("It is damaged or incomplete. Open it, save it again and attach the new file.")


def _too_much() -> str:
    return _("Unpacked, it is far too large to be opened safely. Save it as a PDF and attach that.")


def _strange() -> str:
    return _("It contains something no office program writes. Save it as a PDF and attach that.")


_SENTENCES: dict[str, Callable[[], str]] = {
    "empty_file": lambda: _("It is empty. Choose the right file."),
    "too_big": lambda: _("It is larger than %(limit)s MB. Attach only the pages that matter, or a smaller picture."),
    "unknown_kind": lambda: _("Only PDF, OFD, PNG, JPEG, .docx and .xlsx files are taken. Save it as a PDF."),
    "old_office": lambda: _("%(extension)s is an old kind of file. Save it as .docx, .xlsx or PDF."),
    "macro_file": lambda: _("Files with macros are not taken. Save it as .docx, .xlsx or PDF."),
    "archive_file": lambda: _("Archives are not taken. Unpack it and attach the files one by one."),
    "phone_picture": lambda: _("%(extension)s pictures are not taken. Send or save the picture as JPEG."),
    "old_or_encrypted": lambda: _(
        "It is an old Office file or protected by a password. Take the password off and save it as .docx, .xlsx or PDF."
    ),
    "other_kind": lambda: _("Its name ends in %(extension)s but it is a %(found)s file. Give it its right name."),
    "not_its_kind": lambda: _("Its name ends in %(extension)s but its content is something else. Save it again."),
    "cut_off": _damaged,
    "broken_picture": _damaged,
    "broken_archive": _damaged,
    "broken_workbook": _damaged,
    "after_end": lambda: _("Something is hidden behind the end of the picture. Open it and save it again."),
    "too_many_pixels": lambda: _("The picture has more than %(millions)s million pixels. Make it smaller."),
    "encrypted": lambda: _("It is protected by a password. Take the password off and attach it again."),
    "macro_part": lambda: _("It contains macros or embedded objects (%(name)s). Save it as a PDF and attach that."),
    "external_link": lambda: _("It refers to another file (%(name)s). Save it as a PDF and attach that."),
    "link_member": _strange,
    "path_member": _strange,
    "member_twice": _strange,
    "declaration": _strange,
    "too_many_members": _too_much,
    "inflates_too_far": _too_much,
    "ratio": _too_much,
    "too_much_memory": _too_much,
    "too_slow": _too_much,
    "child_died": _too_much,
    "too_many_files": lambda: _("A report takes at most %(limit)s files. Remove one, or put several into one PDF."),
}


def evidence_sentence(name: str, refused: Refused) -> str:
    reason = _SENTENCES[refused.code]() % refused.facts
    return _("“%(file)s” was not attached. %(reason)s") % {"file": name, "reason": reason}

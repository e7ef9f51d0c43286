"""Why a file of evidence is refused: which file, what is wrong with it and what to do."""

from django.utils.translation import gettext_noop as _

_DAMAGED = _(
    "“%(file)s” was not attached. It is damaged or incomplete. Open it, save it again and attach the new file."
)
_TOO_LARGE = _(
    "“%(file)s” was not attached. Unpacked, it is far too large to be opened safely. Save it as a PDF and attach that."
)
_STRANGE = _(
    "“%(file)s” was not attached. It contains something no office program writes. Save it as a PDF and attach that."
)

SENTENCES: dict[str, str] = {
    "evidence_empty_file": _("“%(file)s” was not attached. It is empty. Choose the right file."),
    "evidence_too_big": _(
        "“%(file)s” was not attached. "
        "It is larger than %(limit)s MB. Attach only the pages that matter, or a smaller picture."
    ),
    "unknown_kind": _(
        "“%(file)s” was not attached. Only PDF, OFD, PNG, JPEG, .docx and .xlsx files are taken. Save it as a PDF."
    ),
    "old_office": _(
        "“%(file)s” was not attached. %(extension)s is an old kind of file. Save it as .docx, .xlsx or PDF."
    ),
    "macro_file": _("“%(file)s” was not attached. Files with macros are not taken. Save it as .docx, .xlsx or PDF."),
    "archive_file": _(
        "“%(file)s” was not attached. Archives are not taken. Unpack it and attach the files one by one."
    ),
    "phone_picture": _(
        "“%(file)s” was not attached. %(extension)s pictures are not taken. Send or save the picture as JPEG."
    ),
    "evidence_old_or_encrypted": _(
        "“%(file)s” was not attached. "
        "It is an old Office file or protected by a password. Take the password off and save it as .docx, .xlsx or PDF."
    ),
    "other_kind": _(
        "“%(file)s” was not attached. "
        "Its name ends in %(extension)s but it is a %(found)s file. Give it its right name."
    ),
    "not_its_kind": _(
        "“%(file)s” was not attached. Its name ends in %(extension)s but its content is something else. Save it again."
    ),
    "cut_off": _DAMAGED,
    "broken_picture": _DAMAGED,
    "evidence_broken_archive": _DAMAGED,
    "evidence_broken_workbook": _DAMAGED,
    "after_end": _(
        "“%(file)s” was not attached. Something is hidden behind the end of the picture. Open it and save it again."
    ),
    "too_many_pixels": _(
        "“%(file)s” was not attached. The picture has more than %(millions)s million pixels. Make it smaller."
    ),
    "evidence_encrypted": _(
        "“%(file)s” was not attached. It is protected by a password. Take the password off and attach it again."
    ),
    "evidence_macro_part": _(
        "“%(file)s” was not attached. "
        "It contains macros or embedded objects (%(name)s). Save it as a PDF and attach that."
    ),
    "evidence_external_link": _(
        "“%(file)s” was not attached. It refers to another file (%(name)s). Save it as a PDF and attach that."
    ),
    "evidence_link_member": _STRANGE,
    "evidence_path_member": _STRANGE,
    "evidence_member_twice": _STRANGE,
    "evidence_declaration": _STRANGE,
    "evidence_too_many_members": _TOO_LARGE,
    "evidence_inflates_too_far": _TOO_LARGE,
    "evidence_ratio": _TOO_LARGE,
    "evidence_too_much_memory": _TOO_LARGE,
    "evidence_too_slow": _TOO_LARGE,
    "evidence_child_died": _TOO_LARGE,
    "too_many_files": _(
        "“%(file)s” was not attached. A report takes at most %(limit)s files. Remove one, or put several into one PDF."
    ),
}

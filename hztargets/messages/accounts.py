"""Why an account, password, log-in or API token is refused."""

from django.utils.translation import gettext_noop as _

SENTENCES: dict[str, str] = {
    "other_administrators_task": _(
        "The system administrator keeps accounts, the security administrator their roles. Ask the other one."
    ),
    "account_guarded": _(
        "Switch the account off first. The security administrator switches it on again; so nobody slips into it."
    ),
    "own_account": _("Nobody changes their own rights. Ask a colleague."),
    "switched_on_elsewhere": _("The security administrator switches accounts on, after looking at their role."),
    "locked_out": _("Too many failed attempts. Wait %(minutes)s minutes, then try again."),
    "invalid_token": _("There is no such token."),
    "token_revoked": _("This token was revoked. Ask the security administrator for another."),
    "token_expired": _("This token expired on %(day)s. Ask the security administrator for another."),
    "token_ended": _("This token has ended already."),
    "name_missing": _("Give the program a name of at most %(limit)s characters."),
    "name_taken": _("There is a program of this name already. Replace its key, or choose another name."),
    "days_out_of_range": _("A token lasts between 1 and %(limit)s days."),
    "scope_unknown": _("A token may read, or read and file."),
    "scope_needs_department": _(
        "Only a department's program files. Choose the department, or let the token only read."
    ),
}

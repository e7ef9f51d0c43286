"""Texts that a spreadsheet must not take for a formula."""

_LEADERS = ("=", "+", "-", "@", "\t", "\r")
_QUOTE = "'"


def neutralised(text: str) -> str:
    """The text in a form that is safe in an exported cell; `restored` gives it back."""
    return _QUOTE + text if _is_dangerous(text) else text


def restored(text: str) -> str:
    return text[1:] if text.startswith(_QUOTE) and _is_dangerous(text) else text


def _is_dangerous(text: str) -> bool:
    return text.lstrip(_QUOTE).startswith(_LEADERS)

"""The labels of the filing sheet's columns."""

from django.conf import settings
from django.utils import translation

from hztargets.domain.sheets.columns import COLUMNS
from hztargets.domain.sheets.reading import label_key
from hztargets.messages.wording import word


def column_label(key: str) -> str:
    return word(f"column.{key}")


def headers_understood() -> dict[str, str]:
    """Every label in every language, and the keys themselves for other systems, to the column's key."""
    headers = {label_key(column.key): column.key for column in COLUMNS}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            headers.update({label_key(column_label(column.key)): column.key for column in COLUMNS})
    return headers

"""Names of uploaded files: shown, offered for saving, never used as a path."""

import unicodedata

MAX_NAME = 100
"""Characters, the extension among them."""
_MAX_BYTES = 240
"""File systems take 255."""
_RESERVED = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_DEVICES = {"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(1, 10))}


def extension_of(name: str) -> str:
    """`.pdf` of `b/Report.PDF `; empty where there is none. In lower case, ASCII letters and digits only."""
    _stem, dot, ending = _visible(_last_part(name)).rpartition(".")
    ending = ending.strip().casefold()
    return f".{ending}" if dot and ending.isascii() and ending.isalnum() else ""


def harmless_name(name: str, extension: str) -> str:
    """The name without path, control characters and marks that turn the reading direction, ending in `extension`."""
    stem = _visible(_last_part(name))
    shown = extension_of(name)
    if shown:
        stem = stem[: stem.rindex(".")]
    stem = " ".join(stem.translate(_RESERVED).split()).strip(". ")
    if stem.split(".")[0].casefold() in _DEVICES:
        stem = f"_{stem}"
    return _cut(stem or "file", MAX_NAME - len(extension)) + extension


def _last_part(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _visible(name: str) -> str:
    """Without control, format (zero width, direction), surrogate, private and unassigned characters."""
    normal = unicodedata.normalize("NFC", name)
    return "".join(character for character in normal if not unicodedata.category(character).startswith("C")).strip()


def _cut(stem: str, length: int) -> str:
    stem = stem[:length]
    while len(stem.encode()) > _MAX_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ")

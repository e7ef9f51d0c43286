"""Documents that are zip archives: .docx, .xlsx and .ofd. Nothing is read from them but what they are."""

from dataclasses import dataclass, field
from io import BytesIO

from hztargets.guard.archive import Inflating, open_archive
from hztargets.guard.limits import refused
from hztargets.guard.parts import RELATIONSHIP, TYPES, PartScan, check_relationship, scan_part

_XML = (".xml", ".rels", ".vml")
_TYPES_PART = "[Content_Types].xml"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_MAIN_TYPES = {
    f"{_OFFICE}wordprocessingml.document.main+xml": ".docx",
    f"{_OFFICE}spreadsheetml.sheet.main+xml": ".xlsx",
}
_OFD_PART, _OFD_ROOT = "OFD.xml", "http://www.ofdspec.org/2016 OFD"


@dataclass
class PackagePart(PartScan):
    """Macros, links to elsewhere and declarations are refused; rows and columns are nobody's concern here."""

    root: str = ""
    types: set[str] = field(default_factory=set)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        if tag == RELATIONSHIP:
            check_relationship(attributes)
        elif tag.startswith(TYPES):
            self.check_type(attributes)
            self.types.add(attributes.get("ContentType", ""))


def check_package(data: bytes, extension: str) -> None:
    """Raises `ProblemError` unless the archive is harmless and holds the kind of document its extension says."""
    archive = open_archive(BytesIO(data))
    inflating = Inflating(archive)
    parts: dict[str, PackagePart] = {}
    for member in archive.infolist():
        pieces = inflating.pieces(member)
        if member.filename.lower().endswith(_XML):
            parts[member.filename] = scan_part(PackagePart(member.filename), pieces)
        else:
            for _piece in pieces:  # counted, not kept
                pass
    found = _found(parts)
    if not found:
        raise refused("not_its_kind", extension=extension)
    if found != extension:
        raise refused("other_kind", extension=extension, found=found)


def _found(parts: dict[str, PackagePart]) -> str:
    if _OFD_PART in parts and parts[_OFD_PART].root == _OFD_ROOT:
        return ".ofd"
    types = parts[_TYPES_PART].types if _TYPES_PART in parts else set()
    return next((kind for name, kind in _MAIN_TYPES.items() if name in types), "")

"""The rules for the zip container of a workbook, and decompressing it up to the size limit only."""

import stat
from collections.abc import Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hztargets.domain.problems import ProblemError
from hztargets.guard.limits import MAX_INFLATED, MAX_MEMBERS, MAX_RATIO, refused

_ENCRYPTED = 0x1
_CHUNK = 64 * 1024
_MACRO_PARTS = ("vbaproject", "vbadata", "macrosheets/", "dialogsheets/", "activex/", "embeddings/", "ctrlprops/")


def open_archive(file: IO[bytes]) -> ZipFile:
    """The archive once its directory passes; nothing is inflated yet. Raises `ProblemError`."""
    try:
        archive = ZipFile(file)
    except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise refused("broken_archive") from error
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise refused("too_many_members", count=len(members), limit=MAX_MEMBERS)
    for member in members:
        _check_member(member)
    if len({member.filename.lower() for member in members}) < len(members):
        raise refused("member_twice")
    _check_declared_size(members)
    return archive


def _check_member(member: ZipInfo) -> None:
    name = member.orig_filename
    if stat.S_ISLNK(member.external_attr >> 16):
        raise refused("link_member", name=name)
    if _leads_out(name):
        raise refused("path_member", name=name)
    if member.flag_bits & _ENCRYPTED:
        raise refused("encrypted")
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise refused("broken_archive")
    if any(part in name.lower() for part in _MACRO_PARTS):
        raise refused("macro_part", name=name)
    if "externallinks/" in name.lower():
        raise refused("external_link", name=name)


def _leads_out(name: str) -> bool:
    return "\\" in name or "\0" in name or ":" in name or name.startswith("/") or ".." in name.split("/")


def _check_declared_size(members: list[ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if total > MAX_INFLATED:
        raise refused("inflates_too_far", limit=MAX_INFLATED // 1024 // 1024)
    for member in members:
        if member.file_size > MAX_RATIO * max(member.compress_size, 1):
            raise refused("ratio", name=member.filename)


class Inflating:
    """Reads members piece by piece; their true sizes together may not pass the limit either."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._left = MAX_INFLATED

    def pieces(self, member: ZipInfo) -> Iterator[bytes]:
        try:
            with self._archive.open(member) as file:
                while piece := file.read(_CHUNK):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise refused("inflates_too_far", limit=MAX_INFLATED // 1024 // 1024)
                    yield piece
        except ProblemError:  # a ValueError too
            raise
        except (BadZipFile, EOFError, OSError, ValueError, RuntimeError, NotImplementedError) as error:
            raise refused("broken_archive") from error
        except Exception as error:  # zlib.error is no subclass of any of them
            if type(error).__name__ != "error":
                raise
            raise refused("broken_archive") from error

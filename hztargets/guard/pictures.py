"""Checks the structure of PNG and JPEG files from the first part to the last, without decoding the picture."""

import struct
from zlib import crc32

from hztargets.guard.limits import refused

MAX_PIXELS = 100_000_000
"""Pixels: twice those of the largest camera. Opening a larger picture would exhaust a computer's memory."""
_NO_LENGTH = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9


def check_png(data: bytes) -> None:
    """Every chunk with its checksum, from the header to the end, and nothing after it."""
    at, kind = 8, b""
    while kind != b"IEND":
        try:
            length, kind = struct.unpack_from(">I4s", data, at)
            (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        except struct.error as error:
            raise refused("cut_off") from error
        if crc32(data[at + 4 : at + 8 + length]) != checksum:
            raise refused("broken_picture")
        if at == 8:
            _check_png_header(kind, data[16 : 16 + length])
        at += 12 + length
    if at != len(data):
        raise refused("after_end")


def _check_png_header(kind: bytes, content: bytes) -> None:
    if kind != b"IHDR" or len(content) != 13:
        raise refused("broken_picture")
    _check_size(*struct.unpack_from(">II", content))


def check_jpeg(data: bytes) -> None:
    """The segments up to the first scan, with a frame among them, and an end mark after it. Phones append their own
    data after the end."""
    try:
        scan = _first_scan(data)
    except (IndexError, struct.error) as error:
        raise refused("cut_off") from error
    if data.find(bytes([0xFF, _END]), scan) < 0:
        raise refused("cut_off")


def _first_scan(data: bytes) -> int:
    at, has_frame = 2, False
    while True:
        if data[at] != 0xFF:
            raise refused("broken_picture")
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker in _NO_LENGTH:
            continue
        if marker == _END or (marker == _SCAN and not has_frame):
            raise refused("broken_picture")
        if marker == _SCAN:
            return at
        if marker in _FRAMES:
            _check_size(*struct.unpack_from(">HH", data, at + 3))
            has_frame = True
        at += max(2, struct.unpack_from(">H", data, at)[0])


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise refused("broken_picture")
    if width * height > MAX_PIXELS:
        raise refused("too_many_pixels", millions=MAX_PIXELS // 1_000_000)

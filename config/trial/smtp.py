"""The trial's mail server, a separate script: stores every mail as an .eml file and sends none on."""

import argparse
import asyncio
import itertools
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

BIGGEST_MAIL = 25_000_000


class Keeper:
    """aiosmtpd calls `handle_DATA` for each mail; 250 is sent only when the file is complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        receiver = re.sub(r"[^\w.@+-]", "_", envelope.rcpt_tos[0])[:80]
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        path = self._folder / f"{now}-{next(self._numbers):05d}-{receiver}.eml"
        unfinished = path.with_suffix(".part")
        # The recipients of the envelope, as a delivering server records them; Bcc is found nowhere else.
        note = "".join(f"X-RcptTo: {one}\r\n" for one in envelope.rcpt_tos).encode()
        unfinished.write_bytes(note + content)
        os.replace(unfinished, path)
        return "250 Kept"


async def serve(port: int, folder: Path) -> None:
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()

    def session() -> SMTP:
        return SMTP(keeper, hostname="localhost", data_size_limit=BIGGEST_MAIL, enable_SMTPUTF8=True)

    server = await loop.create_server(session, "127.0.0.1", port)
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.folder))


if __name__ == "__main__":
    main()

"""Programs that file reports over HTTP, each with a token of its own and a connection it keeps."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Errand:
    """One report to file. `body` goes to the first address; `{id}` in a later one is the id the first answered."""

    token: str
    body: dict[str, Any]
    addresses: tuple[str, ...]


def run_errands(port: int, errands: Sequence[Errand], clients: int) -> float:
    """Seconds for all of them; whoever is answered anything but 200 or 201 ends the benchmark."""
    return at_once([lambda share=errands[n::clients]: _run(port, share) for n in range(clients)])


def at_once(tasks: Sequence[Callable[[], None]]) -> float:
    """Seconds from the moment all are ready to the end of the last one."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(tasks) + 1)

    def run(task: Callable[[], None]) -> None:
        start.wait()
        try:
            task()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    start.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    if failures:
        raise failures[0]
    return seconds


def _run(port: int, errands: Sequence[Errand]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for errand in errands:
        first, *later = errand.addresses
        answer = _post(connection, first, errand.token, json.dumps(errand.body))
        for address in later:
            _post(connection, address.format(id=answer["id"]), errand.token, "")
    connection.close()


def _post(connection: http.client.HTTPConnection, address: str, token: str, body: str) -> Any:
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    connection.request("POST", address, body.encode(), headers)
    response = connection.getresponse()
    content = response.read()
    if response.status not in (200, 201):
        raise RuntimeError(f"{address}: {response.status} {content.decode()[:500]}")
    return json.loads(content)

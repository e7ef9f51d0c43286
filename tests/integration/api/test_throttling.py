"""How much one caller may ask, counted in the run's own Valkey."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
import redis
import structlog
from rest_framework.test import APIClient

from config.settings import base
from hztargets.api import throttling
from hztargets.models import Report, User
from hztargets.services.accounts.tokens import replace_token
from tests.factories import City, make_user
from tests.integration.api.conftest import ClientFor, assert_problem, new_token, problem

pytestmark = pytest.mark.usefixtures("august")

ADDRESS = "/api/v1/reports/"
SECONDS_LEFT = 60
"""10:00:00 on 9 August begins a minute."""


@pytest.fixture
def valkey(settings: Any) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(settings.API_COUNTER_URL)

    def clear() -> None:
        for key in client.scan_iter("hztargets:rate:*"):
            client.delete(key)

    clear()
    yield client
    clear()
    client.close()


@pytest.fixture
def rates(settings: Any, valkey: redis.Redis) -> Any:
    settings.API_RATES = {"read": (3, 60), "write": (2, 60), "anonymous": (2, 60)}
    return settings


def codes(client: APIClient, times: int, method: str = "get", address: str = ADDRESS, **extra: Any) -> list[int]:
    return [getattr(client, method)(address, **extra).status_code for _time in range(times)]


def test_too_many_requests_get_a_time_to_retry(city: City, program_for: ClientFor, rates: Any) -> None:
    program = program_for(city.commerce)

    assert codes(program, 3) == [200, 200, 200]
    answer = program.get(ADDRESS)

    detail = f"Too many requests. Try again in {SECONDS_LEFT} seconds."
    assert_problem(answer, problem("throttled", 429, "Too many requests", detail, ADDRESS))
    assert answer["Retry-After"] == str(SECONDS_LEFT)


def test_reading_and_writing_are_counted_apart(city: City, program_for: ClientFor, rates: Any) -> None:
    program = program_for(city.commerce)
    sent = {"goal": "A6-01", "period": "2024-07"}

    read = codes(program, 4)
    written = [program.post(ADDRESS, sent).status_code for _time in range(3)]

    assert (read, written) == ([200, 200, 200, 429], [201, 422, 429])
    assert Report.objects.count() == 1


def test_the_keys_of_one_program_count_together_and_others_apart(
    city: City, program_for: ClientFor, rates: Any
) -> None:
    made = new_token(city.commerce, "file")
    other = replace_token(token=made.token, by=made.token.created_by, now=made.token.created_at)
    keys = [made.key, other.key]
    clients = [APIClient(HTTP_AUTHORIZATION=f"Token {key}") for key in keys]

    assert [client.get(ADDRESS).status_code for client in clients * 2] == [200, 200, 200, 429]
    assert codes(program_for(city.commerce), 1) == [200]


def test_a_person_has_one_count_in_all_browsers(city: City, clerk: User, client_for: ClientFor, rates: Any) -> None:
    assert [client_for(clerk).get(ADDRESS).status_code for _time in range(4)] == [200, 200, 200, 429]


def test_strangers_and_wrong_tokens_are_counted_by_address(city: City, rates: Any) -> None:
    stranger = APIClient()
    guessing = APIClient(HTTP_AUTHORIZATION="Token hzt_guess")

    answers = [stranger.get(ADDRESS), guessing.get(ADDRESS), guessing.get(ADDRESS), stranger.get("/api/v1/schema/")]

    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]
    assert answers[2]["Retry-After"] == str(SECONDS_LEFT)
    assert codes(stranger, 1, REMOTE_ADDR="10.9.9.9") == [401]


def test_counts_are_kept_where_every_process_finds_them_and_forgotten(
    city: City, clerk: User, client_for: ClientFor, rates: Any, valkey: redis.Redis
) -> None:
    codes(client_for(clerk), 2)

    [key] = valkey.keys("hztargets:rate:*")
    assert (key.decode().split(":")[2:4], int(valkey.get(key) or 0)) == (["read", str(clerk.pk)], 2)
    assert 0 < valkey.ttl(key) <= 60


def test_in_another_process_the_count_goes_on(
    city: City, clerk: User, client_for: ClientFor, rates: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes(client_for(clerk), 2)
    other_process = throttling.Counter(rates.API_COUNTER_URL)
    monkeypatch.setattr(throttling, "counter", lambda _url: other_process)

    assert codes(client_for(clerk), 2) == [200, 429]


def test_without_valkey_everybody_passes_and_that_is_counted(
    city: City, clerk: User, client_for: ClientFor, rates: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens on the port; only the first request finds out."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        counter = throttling.Counter(f"redis://127.0.0.1:{unused.getsockname()[1]}/0")
    monkeypatch.setattr(throttling, "counter", lambda _url: counter)

    with structlog.testing.capture_logs() as logs:
        assert codes(client_for(clerk), 5) == [200] * 5

    assert counter.failures == 1
    assert [line["failures"] for line in logs if line["event"] == "requests_not_counted"] == [1]


def test_rates_are_settings(city: City, clerk: User, client_for: ClientFor, settings: Any) -> None:
    assert base.API_RATES == {"read": (600, 60), "write": (300, 60), "anonymous": (60, 60)}
    settings.API_RATES = {}
    assert codes(client_for(make_user("office")), 5) == [200] * 5

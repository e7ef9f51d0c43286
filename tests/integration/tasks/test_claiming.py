"""Several workers and several schedulers at once, each with its own connection."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hztargets.models import Delivery, Document, Job, Role, User
from hztargets.models.jobs import LEASE
from hztargets.services import job_kinds
from hztargets.services.job_kinds import MAX_ATTEMPTS, RETRY_AFTER, run_next_job, schedule_assessment
from hztargets.services.jobs import add_job
from hztargets.services.notices.delivering import deliver_next_notice
from tests.factories import AUGUST, City, approved_report, make_city, make_user
from tests.integration.tasks.conftest import Mailbox

ROWS = 40


def in_threads(number: int, work: Callable[[], Any]) -> list[Any]:
    """Runs `work` that many times at the same moment; each thread closes the connection it opened."""
    together = threading.Barrier(number)

    def run(_number: int) -> Any:
        try:
            together.wait(10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def queue(number: int = ROWS) -> None:
    Job.objects.bulk_create(
        Job(name="assess", slot=str(slot), arguments={}, created_at=AUGUST, next_at=AUGUST) for slot in range(number)
    )


def claim_all() -> list[int]:
    claimed = []
    while True:
        with transaction.atomic():
            job = Job.objects.all().claim(AUGUST)
        if job is None:
            return claimed
        claimed.append(job.pk)


@pytest.mark.django_db(transaction=True)
def test_workers_claiming_at_once_never_share_a_row() -> None:
    queue()
    claimed = Counter(pk for part in in_threads(6, claim_all) for pk in part)
    assert claimed == Counter(Job.objects.values_list("pk", flat=True))
    assert set(Job.objects.values_list("state", "attempts")) == {("claimed", 1)}


@contextmanager
def plans_without(*methods: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        for method in methods:
            cursor.execute(f"SET enable_{method} = off")
        yield
        for method in methods:
            cursor.execute(f"RESET enable_{method}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "methods",
    [
        (),
        ("hashjoin", "mergejoin"),
        ("hashjoin", "mergejoin", "material", "hashagg"),
        ("hashjoin", "nestloop", "hashagg"),
        ("hashjoin", "mergejoin", "material", "hashagg", "sort", "indexscan", "bitmapscan"),
    ],
)
def test_a_claim_takes_one_row_whatever_plan_the_database_makes(methods: tuple[str, ...]) -> None:
    queue()
    with plans_without(*methods):
        claimed = [Job.objects.all().claim(AUGUST) for _ in range(3)]
    assert [job.slot for job in claimed if job] == ["0", "1", "2"]
    assert Job.objects.filter(state="claimed").count() == 3


@pytest.mark.django_db
def test_a_claim_takes_the_longest_waiting_first_and_none_before_it_is_due() -> None:
    for slot, minutes in (("later", 1), ("now", 0), ("overdue", -5)):
        Job.objects.create(name="assess", slot=slot, created_at=AUGUST, next_at=AUGUST + timedelta(minutes=minutes))
    add_job(name="assess", slot="at once", arguments={}, now=AUGUST + timedelta(days=9))
    taken = [Job.objects.all().claim(AUGUST) for _ in range(4)]
    assert [job and job.slot for job in taken] == ["at once", "overdue", "now", None]


@pytest.mark.django_db
def test_a_lease_protects_the_row_until_it_has_run_out() -> None:
    queue(1)
    first = Job.objects.all().claim(AUGUST)
    assert Job.objects.all().claim(AUGUST + LEASE) is None
    second = Job.objects.all().claim(AUGUST + LEASE + timedelta(seconds=1))
    assert first is not None and second is not None
    assert (second.pk, second.attempts, first.token == second.token) == (first.pk, 2, False)
    assert not Job.objects.all().held(first.pk, first.token).exists()
    assert Job.objects.all().held(second.pk, second.token).exists()


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_write_one_job_a_slot() -> None:
    make_city("测政函〔2024〕1号")
    make_city("测政函〔2024〕2号")
    new = in_threads(4, lambda: schedule_assessment(now=AUGUST))
    slots = list(Job.objects.order_by("slot").values_list("slot", flat=True))
    assert slots == sorted(f"2024-08-09:{pk}" for pk in Document.objects.values_list("pk", flat=True))
    assert sum(new) == len(slots) == 2


@pytest.mark.django_db
def test_the_slot_is_the_day_in_hangzhou(city: City) -> None:
    """17:00 UTC is 01:00 of the next day there."""
    evening = AUGUST.replace(hour=17)
    assert [schedule_assessment(now=now) for now in (AUGUST, evening, evening)] == [1, 1, 0]
    arguments = Job.objects.order_by("pk").values_list("slot", "arguments__as_of")
    assert list(arguments) == [(f"{day}:{city.document.pk}", day) for day in ("2024-08-09", "2024-08-10")]


@pytest.mark.django_db
def test_a_document_with_no_open_period_is_not_scheduled(city: City) -> None:
    assert schedule_assessment(now=AUGUST.replace(month=1)) == 0


@pytest.mark.django_db
def test_a_failing_job_is_tried_again_later_holds_up_no_other_and_is_given_up(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_arguments: object, _now: object) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr(job_kinds, "HANDLERS", {**job_kinds.HANDLERS, "failing": fail})
    add_job(name="failing", slot="1", arguments={}, now=AUGUST - timedelta(hours=1))
    schedule_assessment(now=AUGUST)
    assert [run_next_job(clock=lambda: AUGUST) for _ in range(3)] == [True, True, False]
    assert dict(Job.objects.values_list("name", "state")) == {"failing": "waiting", "assess": "done"}

    for attempt in range(1, MAX_ATTEMPTS):
        assert run_next_job(clock=partial(AUGUST.__add__, attempt * RETRY_AFTER))
    failing = Job.objects.get(name="failing")
    assert (failing.state, failing.attempts) == ("dead", MAX_ATTEMPTS)
    assert "no space left" in failing.last_error
    assert not run_next_job(clock=lambda: AUGUST + timedelta(days=9))


@pytest.mark.django_db(transaction=True)
def test_the_attempt_is_committed_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another connection sees the counted attempt while the job still works; a killed worker leaves exactly that."""
    committed: list[tuple[str, int]] = []

    def read(_arguments: object, _now: object) -> None:
        committed.extend(in_threads(1, lambda: Job.objects.values_list("state", "attempts").get()))

    monkeypatch.setattr(job_kinds, "HANDLERS", {"reading": read})
    add_job(name="reading", slot="1", arguments={}, now=AUGUST)
    assert run_next_job(clock=lambda: AUGUST)
    assert (committed, Job.objects.get().state) == ([("claimed", 1)], "done")


@pytest.mark.django_db
def test_a_job_whose_document_is_gone_is_done() -> None:
    add_job(name="assess", slot="x", arguments={"document": 0, "as_of": "2024-08-09"}, now=timezone.now())
    assert run_next_job(clock=timezone.now)
    assert Job.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_workers_sending_at_once_send_each_notice_once(city: City, clerk: User, office: User, mailbox: Mailbox) -> None:
    for number in range(8):
        make_user(Role.OFFICE, username=f"office.{number}")
    approved_report(city.fdi, 7, 41)

    def send_all() -> int:
        return sum(iter(lambda: deliver_next_notice(clock=lambda: AUGUST), False))

    sent = in_threads(4, send_all)
    expected = Counter(Delivery.objects.values_list("message_id", flat=True))
    assert (sum(sent), Counter(mailbox.ids()), len(expected)) == (10, expected, 10)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}

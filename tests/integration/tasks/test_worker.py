"""The whole way of a notice through a real worker, a real broker and real SMTP, and what happens when they fail."""

import time
from collections.abc import Callable

import pytest
import redis
import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hztargets.models import AssessmentRun, Delivery, Job, Notice, User
from hztargets.services.job_kinds import schedule_assessment
from hztargets.services.jobs import add_job
from hztargets.services.review.reviewing import approve_report, return_report
from hztargets.tasks import deliver_notices, drain_jobs, nudge_delivery, nudge_jobs
from tests.factories import AUGUST, City, approved_report, submitted_report
from tests.integration.conftest import chinese
from tests.integration.tasks.conftest import Mailbox, Worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def states() -> list[tuple[str, str, int]]:
    return list(Delivery.objects.order_by("pk").values_list("notice__recipient__email", "state", "attempts"))


def test_a_notice_travels_to_the_mailbox_with_text_html_and_link(
    city: City, clerk: User, office: User, mailbox: Mailbox, worker: Worker
) -> None:
    User.objects.filter(pk=office.pk).update(language="en")
    approved_report(city.fdi, 7, 41)
    nudge_delivery()
    wait_until(lambda: len(mailbox.taken) == 2, "the arrival of both notices")
    by_recipient = {str(message["To"]): message for message in mailbox.taken}
    assert set(by_recipient) == {clerk.email, office.email}
    stored = {notice.recipient.email: notice for notice in Notice.objects.select_related("recipient")}
    for address, message in by_recipient.items():
        assert message["Message-ID"] == stored[address].deliveries.get().message_id
        assert str(message["Subject"]).strip() == stored[address].subject
        assert message["From"] == settings.DEFAULT_FROM_EMAIL
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        assert text is not None and html is not None
        link = settings.BASE_URL + reverse("goal", args=[city.document.pk, "A6-01"])
        assert link in text.get_content() and f'href="{link}' in html.get_content()
        arrived = [part.get_content().split() for part in (text, html)]
        assert arrived == [stored[address].text.split(), stored[address].html.split()]
    english = "[Goals] 实际利用外资: amber light for 2024-07"
    assert stored[office.email].subject == english
    in_chinese = chinese("【目标预警】实际利用外资：2024-07 黄灯", english=english)
    assert stored[clerk.email].subject == in_chinese
    assessment = city.fdi.assessments.current().get(period__month=7)
    assert assessment.sentence in stored[clerk.email].text and assessment.sentence_en in stored[office.email].text
    wait_until(lambda: {state for _email, state, _attempts in states()} == {"done"}, "the record of both sendings")
    assert states() == [(clerk.email, "done", 1), (office.email, "done", 1)]
    assert set(Delivery.objects.values_list("address", "lease_until", "last_error")) == {
        (clerk.email, None, ""), (office.email, None, ""),
    }  # fmt: skip


def test_the_request_id_reaches_the_worker(city: City, office: User, worker: Worker) -> None:
    approved_report(city.fdi, 7, 41)
    with structlog.contextvars.bound_contextvars(request_id="req-4711"):
        nudge_delivery()
    wait_until(lambda: worker.events("task_succeeded"), "the task's end")
    events = {line["event"]: line.get("request_id") for line in worker.log() if line["event"].startswith("task_")}
    assert events == {"task_started": "req-4711", "task_succeeded": "req-4711"}


def test_a_worker_does_the_job_a_scheduler_wrote(city: City, worker: Worker) -> None:
    assert schedule_assessment(now=timezone.now()) == 1
    drain_jobs.apply_async()
    wait_until(lambda: Job.objects.filter(state="done").exists(), "the job's end")
    run = AssessmentRun.objects.get()
    assert (run.document, run.as_of, run.goals, run.failed) == (city.document, timezone.localdate(), 3, [])
    assert Job.objects.get().attempts == 1


def kill_while_sending(mailbox: Mailbox, start_worker: Callable[[], Worker]) -> None:
    """Kills the worker after it handed the first message over and before the server answered."""
    mailbox.release.clear()
    worker = start_worker()
    deliver_notices.apply_async()
    wait_until(lambda: mailbox.received, "the first message")
    worker.kill()
    mailbox.release.set()


def test_a_killed_worker_loses_no_notice_and_repeats_one_with_the_same_message_id(
    city: City, clerk: User, head: User, office: User, mailbox: Mailbox, start_worker: Callable[[], Worker]
) -> None:
    approved_report(city.fdi, 6, 20, now=AUGUST)
    approved_report(city.fdi, 7, 21)
    kill_while_sending(mailbox, start_worker)
    expected = set(Delivery.objects.values_list("message_id", flat=True))
    claimed = Delivery.objects.get(state="claimed")
    assert (claimed.attempts, mailbox.ids(), len(expected)) == (1, [claimed.message_id], 5)

    start_worker()
    deliver_notices.apply_async()
    wait_until(lambda: Delivery.objects.filter(state="done").count() == 4, "the other notices")
    assert Delivery.objects.get(pk=claimed.pk).state == "claimed"
    assert mailbox.ids().count(claimed.message_id) == 1

    Delivery.objects.filter(pk=claimed.pk).update(lease_until=timezone.now())
    deliver_notices.apply_async()
    wait_until(lambda: not Delivery.objects.exclude(state="done").exists(), "the repeated notice")
    counts = {message_id: mailbox.ids().count(message_id) for message_id in expected}
    assert counts == {message_id: 2 if message_id == claimed.message_id else 1 for message_id in expected}
    assert Delivery.objects.get(pk=claimed.pk).attempts == 2


def queued(broker: str) -> int:
    with redis.Redis.from_url(broker) as client:
        return int(client.llen("celery"))


def test_only_a_row_that_waits_wakes_a_worker(city: City, office: User, broker: str) -> None:
    """Filing, returning and an approval that changes no light publish nothing; one that turns a light does."""
    with transaction.atomic():
        report = submitted_report(city.fdi, 6, 20)
        nudge_delivery()
        nudge_jobs()
    with transaction.atomic():
        return_report(report=report, reason="unclear", by=office, now=AUGUST)
        nudge_delivery()
    with transaction.atomic():
        approved_report(city.trade, 7, 100)
        nudge_delivery()
    assert (Delivery.objects.count(), queued(broker)) == (0, 0)
    with transaction.atomic():
        approve_report(report=submitted_report(city.fdi, 7, 41), by=office, now=AUGUST)
        nudge_delivery()
    assert (Delivery.objects.count() > 0, queued(broker)) == (True, 1)
    with transaction.atomic():
        add_job(name="assess", slot="x", arguments={"document": 0, "as_of": "2024-08-09"}, now=AUGUST)
        nudge_jobs()
    assert queued(broker) == 2


@pytest.mark.parametrize("port", ["dead_port", "silent_port"])
def test_a_broker_that_is_away_neither_stops_nor_slows_approving(
    port: str,
    city: City,
    clerk: User,
    office: User,
    mailbox: Mailbox,
    start_worker: Callable[[], Worker],
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as away:
        away.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{request.getfixturevalue(port)}/0")
        started = time.monotonic()
        report = submitted_report(city.fdi, 7, 41)
        with transaction.atomic():
            approve_report(report=report, by=office, now=AUGUST)
            nudge_delivery()
        seconds = time.monotonic() - started
    assert seconds < 5
    report.refresh_from_db()
    assert (report.state, states()) == ("approved", [(clerk.email, "waiting", 0), (office.email, "waiting", 0)])

    start_worker()
    deliver_notices.apply_async()  # what beat does every minute
    wait_until(lambda: len(mailbox.taken) == 2, "the catching up")

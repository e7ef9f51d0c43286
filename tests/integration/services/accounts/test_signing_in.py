"""Counting failures: five for an account at an address, and what a guesser cannot get round."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from hztargets.models import AuditEvent, LoginAttempt, PasswordChoice, Role, User
from hztargets.services.accounts.passwords import change_password, needs_new_password
from hztargets.services.accounts.signing_in import (
    LOCKED_FOR,
    MAX_FAILURES_FROM_ADDRESS,
    MAX_FAILURES_OF_ACCOUNT,
    LockedOut,
    begin_attempt,
    complete_attempt,
    fail_attempt,
)
from hztargets.services.errors import ServiceError
from tests.factories import AUGUST, City, make_user
from tests.integration.conftest import Refused, chinese, refusal

HERE, THERE = "10.1.1.1", "10.2.2.2"
SECOND = timedelta(seconds=1)


@pytest.fixture
def user(db: None) -> User:
    return make_user(Role.LEADER, username="leader")


def fail(username: str, address: str | None, times: int = 1, now: datetime = AUGUST) -> bool:
    """Whether the last of them locked."""
    return [
        fail_attempt(attempt=begin_attempt(username=username, address=address, now=now), now=now) for _ in range(times)
    ][-1]


def is_locked(username: str, address: str | None, now: datetime = AUGUST) -> bool:
    try:
        begin_attempt(username=username, address=address, now=now)
    except LockedOut:
        return True
    return False


def test_the_fifth_failure_locks_and_the_sentence_says_for_how_long(user: User) -> None:
    assert [fail("leader", HERE) for _ in range(5)] == [False, False, False, False, True]
    refused = refusal(begin_attempt, username="leader", address=HERE, now=AUGUST)
    english = "Too many failed attempts. Wait 15 minutes, then try again."
    assert refused == Refused(
        LockedOut, "locked_out", "", english, chinese("失败次数过多，请15分钟后再试。", english=english)
    )


def test_a_name_nobody_has_is_counted_and_answered_alike(user: User) -> None:
    outcomes = []
    for name in ("leader", "nobody"):
        locked = [fail(name, HERE) for _ in range(5)]
        with pytest.raises(ServiceError) as caught:
            begin_attempt(username=name, address=HERE, now=AUGUST)
        outcomes.append((locked, caught.value.code, caught.value.message))
    assert outcomes[0] == outcomes[1]


def test_the_lock_ends_after_a_quarter_of_an_hour(user: User) -> None:
    fail("leader", HERE, 5)
    assert is_locked("leader", HERE, AUGUST + LOCKED_FOR)
    assert not is_locked("leader", HERE, AUGUST + LOCKED_FOR + SECOND)


def test_trying_while_locked_does_not_prolong_the_lock(user: User) -> None:
    fail("leader", HERE, 5)
    for minute in range(15):
        assert is_locked("leader", HERE, AUGUST + timedelta(minutes=minute))
    assert not is_locked("leader", HERE, AUGUST + LOCKED_FOR + SECOND)


def test_old_failures_are_forgotten(user: User) -> None:
    fail("leader", HERE, 4)
    assert not fail("leader", HERE, 4, AUGUST + LOCKED_FOR + SECOND)


def test_nobody_locks_a_colleague_out_from_another_place(user: User) -> None:
    fail("leader", THERE, 5)
    assert (is_locked("leader", THERE), is_locked("leader", HERE)) == (True, False)


def test_changing_the_address_helps_a_guesser_only_so_far(user: User) -> None:
    for number in range(MAX_FAILURES_OF_ACCOUNT // 4):
        fail("leader", f"10.3.0.{number}", 4)
    assert is_locked("leader", "10.4.4.4")


def test_trying_one_password_on_many_names_locks_the_address(user: User) -> None:
    for number in range(MAX_FAILURES_FROM_ADDRESS):
        fail(f"name{number}", HERE)
    assert (is_locked("leader", HERE), is_locked("leader", THERE)) == (True, False)


def test_logging_in_starts_the_account_afresh_and_costs_the_address_nothing(user: User) -> None:
    fail("leader", HERE, 4)
    fail("other", HERE, 2)
    complete_attempt(attempt=begin_attempt(username="leader", address=HERE, now=AUGUST), user=user, now=AUGUST)
    assert sorted(LoginAttempt.objects.values_list("failures", flat=True)) == [2, 2, 6]
    assert not fail("leader", HERE, 4)


def test_an_unknown_address_is_one_address(user: User) -> None:
    assert fail("leader", None, 5)


def test_guesses_sent_at_the_same_moment_count_as_well(transactional_db: None) -> None:
    """Of 12 at once only five get as far as the password."""
    together = threading.Barrier(12)

    def guess(_: int) -> bool:
        try:
            together.wait(10)
            return not is_locked("leader", HERE)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(guess, range(12))) == 5


def test_what_is_audited_and_what_is_never_written_down(user: User) -> None:
    fail("leader", HERE, 5)
    fail("my-Secret-in-the-wrong-field", HERE)
    complete_attempt(attempt=begin_attempt(username="leader", address=THERE, now=AUGUST), user=user, now=AUGUST)
    noted = AuditEvent.objects.order_by("pk").values_list("action", "object_type", "object_id", "by__username")
    assert list(noted) == [
        *[("login.failed", "user", user.pk, None)] * 5,
        ("login.locked", "user", user.pk, None),
        ("login.failed", "user", 0, None),
        ("login", "user", user.pk, "leader"),
    ]
    assert "Secret" not in str([*AuditEvent.objects.values(), *LoginAttempt.objects.values()])


def test_counters_nobody_needs_any_more_go_away(user: User) -> None:
    fail("somebody", THERE, 2)
    later = AUGUST + LOCKED_FOR + SECOND
    complete_attempt(attempt=begin_attempt(username="leader", address=HERE, now=later), user=user, now=later)
    assert list(LoginAttempt.objects.values_list("failures", flat=True)) == [0]


MAX_AGE = timedelta(days=90)


def test_a_password_holds_for_ninety_days_under_rotation(user: User) -> None:
    change_password(user=user, password="Rivers-and-lakes-8", now=AUGUST)
    user.refresh_from_db()
    assert user.check_password("Rivers-and-lakes-8")
    required = {
        days: needs_new_password(user=user, max_age=MAX_AGE, now=AUGUST + timedelta(days=days)) for days in (0, 90, 91)
    }
    assert required == {0: False, 90: False, 91: True}
    assert not needs_new_password(user=user, max_age=None, now=AUGUST + timedelta(days=1000))


def test_a_password_set_by_somebody_else_has_to_be_changed(user: User) -> None:
    assert needs_new_password(user=user, max_age=MAX_AGE, now=AUGUST)
    change_password(user=user, password="Rivers-and-lakes-8", now=AUGUST)
    user.set_password("set by the administrator")
    user.save()
    assert needs_new_password(user=user, max_age=MAX_AGE, now=AUGUST)


def test_changing_the_password_is_audited_without_it(city: City, user: User) -> None:
    change_password(user=user, password="Rivers-and-lakes-8", now=AUGUST)
    event = AuditEvent.objects.get()
    assert (event.action, event.object_id, event.by, event.before, event.after) == (
        "password.change", user.pk, user, None, None,
    )  # fmt: skip
    assert user.password not in str(PasswordChoice.objects.values())

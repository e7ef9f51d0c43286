"""Every named constraint refuses, in the database itself, the row it was made against."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, F

from hztargets.models import (
    ApiToken,
    Area,
    AreaLead,
    Assessment,
    Clause,
    ClauseDepartment,
    Evidence,
    Flag,
    FlagTransition,
    GoalDeadline,
    GoalDepartment,
    GoalDueDay,
    GoalProfile,
    GoalVersion,
    IdempotencyKey,
    Job,
    Notice,
    Period,
    ReferenceYear,
    Report,
    Role,
    RuleSetVersion,
    SheetUpload,
    User,
)
from hztargets.models.reports import PeriodExtension
from tests.factories import AUGUST, City, make_user, submitted_report

TODAY = date(2024, 8, 9)


def judged(city: City, **columns: Any) -> Assessment:
    known = {
        "document": city.document,
        "goal": city.fdi,
        "period": city.period(7),
        "rule_set": city.document.rule_sets.get(),
        "known_from": TODAY,
        "recorded_at": AUGUST,
        "colour": "amber",
        "status_colour": "amber",
        "sentence": "落后",
        "sentence_en": "behind",
        "fingerprint": "0" * 32,
    }
    return Assessment.objects.create(**{**known, **columns})


def attached(city: City, **columns: Any) -> Evidence:
    report = Report.objects.first() or draft(city)
    known = {
        "report": report,
        "name": "证明.pdf",
        "content_type": "application/pdf",
        "size": 1,
        "sha256": "0" * 64,
        "uploaded_at": AUGUST,
        "uploaded_by": report.created_by,
    }
    return Evidence.objects.create(**{**known, **columns})


def token_of(city: City, **columns: Any) -> ApiToken:
    known = {
        "account": make_user(Role.CLERK, city.commerce),
        "scope": "read",
        "prefix": "hzt_",
        "digest": "0" * 64,
        "created_at": AUGUST,
        "created_by": make_user(Role.SECURITY_ADMIN),
        "expires_at": AUGUST + timedelta(days=1),
    }
    return ApiToken.objects.create(**{**known, **columns})


def _uploaded_twice(user: User, city: City) -> None:
    for _time in range(2):
        SheetUpload.objects.create(
            user=user,
            period=city.period(7),
            name="a.csv",
            digest="0" * 64,
            language="en",
            step="waiting",
            created_at=AUGUST,
        )


def flagged(city: City, **columns: Any) -> Flag:
    opened = {"document": city.document, "goal": city.fdi, "colour": "amber", "opened_on": TODAY, "opened_at": AUGUST}
    return Flag.objects.create(**{**opened, **columns})


def moved(flag: Flag, said: Assessment, before: str, after: str) -> FlagTransition:
    return FlagTransition.objects.create(
        flag=flag, period=said.period, assessment=said, from_colour=before, to_colour=after, as_of=TODAY, at=AUGUST
    )


def draft(city: City, **columns: Any) -> Report:
    clerk = User.objects.filter(role=Role.CLERK).first() or make_user(Role.CLERK, city.commerce)
    started = {
        "document": city.document, "goal": city.fdi, "period": city.period(7), "created_at": AUGUST,
        "created_by": clerk, "value": Decimal(41),
    }  # fmt: skip
    return Report.objects.create(**{**started, **columns})


def _twice(make: Callable[[], Any]) -> None:
    make()
    make()


def _delivered_twice(recipient: User, city: City) -> None:
    notice = Notice.objects.create(
        document=city.document, recipient=recipient, kind="flags", dedupe_key="1", created_at=AUGUST
    )
    for number in range(2):
        notice.deliveries.create(channel="email", message_id=f"<{number}@test>", created_at=AUGUST)


def _same_key_twice(user: User) -> None:
    _twice(lambda: IdempotencyKey.objects.create(user=user, key="push-1", request_hash="0" * 64, created_at=AUGUST))


def _update(report: Report, **columns: Any) -> None:
    Report.objects.filter(pk=report.pk).update(**columns)


def _period(city: City, **columns: Any) -> None:
    Period.objects.filter(pk=city.period(7).pk).update(**columns)


def _extension(city: City, **columns: Any) -> None:
    period = city.period(7)
    values = {"reason": "台风", "due_on": date(2024, 8, 9), "previous_due_on": date(2024, 8, 7)} | columns
    PeriodExtension.objects.create(period=period, granted_by=make_user(Role.OFFICE), granted_at=AUGUST, **values)


def _reviewer_is_author(city: City) -> None:
    report = submitted_report(city.fdi, 7, 41)
    _update(report, state="endorsed", reviewed_at=AUGUST, reviewed_by=F("created_by"))


def _endorser_is_author(city: City) -> None:
    report = submitted_report(city.fdi, 7, 41)
    _update(report, state="endorsed", endorsed_at=AUGUST, endorsed_by=F("submitted_by"))


def _move_twice(city: City) -> None:
    flag, said = flagged(city), judged(city)
    moved(flag, said, "", "amber")
    moved(flag, said, "amber", "")


BREAKING: dict[str, Callable[[City], Any]] = {
    "user_department_fits_role": lambda city: make_user(Role.OFFICE, city.commerce),
    "area_number_unique": lambda city: Area.objects.create(document=city.document, number=6, title="再来"),
    "area_lead_unique": lambda city: AreaLead.objects.create(area=city.fdi.area, department=city.commerce, position=9),
    "clause_number_unique": lambda city: Clause.objects.create(
        document=city.document, area=city.fdi.area, number=0, text="再来"
    ),
    "clause_department_unique": lambda city: ClauseDepartment.objects.create(
        clause=city.fdi.clause, department=city.commerce, position=9
    ),
    "clause_department_position": lambda city: ClauseDepartment.objects.update(position=0),
    "goal_code_unique": lambda city: city.document.goals.filter(pk=city.trade.pk).update(code=city.fdi.code),
    "goal_milestone_has_due_date": lambda city: city.document.goals.update(kind="milestone"),
    "goal_department_unique": lambda city: GoalDepartment.objects.create(
        goal=city.fdi, department=city.commerce, position=9
    ),
    "goal_version_number_unique": lambda city: GoalVersion.objects.create(goal=city.fdi, number=1),
    "goal_version_month": lambda city: GoalVersion.objects.update(effective_month=13),
    "goal_version_decided_whole": lambda city: GoalVersion.objects.update(decided_at=AUGUST),
    "goal_version_later_has_reason": lambda city: GoalVersion.objects.create(
        goal=city.fdi, number=2, decided_by=make_user(Role.OFFICE), decided_at=AUGUST, reason=""
    ),
    "goal_due_day_number_unique": lambda city: _twice(lambda: GoalDueDay.objects.create(goal=city.fdi, number=1)),
    "goal_due_day_in_range": lambda city: GoalDueDay.objects.create(goal=city.fdi, number=1, working_day=16),
    "goal_due_day_decided_whole": lambda city: GoalDueDay.objects.create(goal=city.fdi, number=1, decided_at=AUGUST),
    "goal_due_day_decided_has_reason": lambda city: GoalDueDay.objects.create(
        goal=city.fdi, number=1, decided_by=make_user(Role.OFFICE), decided_at=AUGUST
    ),
    "goal_deadline_unique": lambda city: _twice(
        lambda: GoalDeadline.objects.create(goal=city.fdi, period=city.period(7), due_on=TODAY)
    ),
    "goal_profile_number_unique": lambda city: _twice(lambda: GoalProfile.objects.create(goal=city.fdi, number=1)),
    "period_extension_has_reason": lambda city: _extension(city, reason=""),
    "period_extension_moves": lambda city: _extension(city, due_on=date(2024, 8, 7)),
    "goal_profile_decided_whole": lambda city: GoalProfile.objects.create(goal=city.fdi, number=1, decided_at=AUGUST),
    "period_closed_whole": lambda city: _period(city, closed_at=AUGUST),
    "goal_profile_plan_given": lambda city: GoalProfile.objects.create(
        goal=city.fdi, number=1, kind="plan", plan=[Decimal(1)] * 11
    ),
    "reference_year_unique": lambda city: _twice(
        lambda: ReferenceYear.objects.create(goal=city.fdi, year=2023, values=[None] * 12)
    ),
    "idempotency_key_unique": lambda city: _same_key_twice(make_user(Role.SERVICE)),
    "period_month_unique": lambda city: _period(city, month=8),
    "period_month": lambda city: _period(city, month=13),
    "period_days_in_order": lambda city: _period(city, due_on=date(2024, 7, 31)),
    "report_version_unique": lambda city: _twice(lambda: draft(city, state="withdrawn")),
    "report_one_open_version": lambda city: (draft(city), draft(city, version=2)),
    "report_four_eyes": _reviewer_is_author,
    "report_four_eyes_endorsing": _endorser_is_author,
    "report_approved_is_reviewed": lambda city: _update(submitted_report(city.fdi, 7, 41), state="approved"),
    "report_returned_has_reason": lambda city: _update(submitted_report(city.fdi, 7, 41), state="returned"),
    "report_says_something": lambda city: _update(submitted_report(city.fdi, 7, 41), value=None, expected_on=None),
    "report_submitted_whole": lambda city: _update(submitted_report(city.fdi, 7, 41), submitted_at=None),
    "report_endorsed_whole": lambda city: _update(draft(city), endorsed_at=AUGUST),
    "report_reviewed_whole": lambda city: _update(draft(city), reviewed_by=make_user(Role.OFFICE)),
    "rule_set_version_unique": lambda city: RuleSetVersion.objects.create(
        document=city.document, version=1, name="再来", rules={}, created_at=AUGUST
    ),
    "assessment_one_current": lambda city: _twice(lambda: judged(city)),
    "assessment_known_in_order": lambda city: judged(city, known_until=date(2024, 8, 8)),
    "flag_one_open": lambda city: _twice(lambda: flagged(city)),
    "flag_transition_once": _move_twice,
    "flag_transition_changes": lambda city: moved(flagged(city), judged(city), "red", "red"),
    "evidence_once": lambda city: _twice(lambda: attached(city)),
    "evidence_size": lambda city: attached(city, size=0),
    "evidence_has_name": lambda city: attached(city, name=""),
    "api_token_scope_known": lambda city: token_of(city, scope="all"),
    "api_token_ends": lambda city: token_of(city, expires_at=AUGUST),
    "api_token_revoked_whole": lambda city: token_of(city, revoked_at=AUGUST),
    "sheet_upload_one_waiting": lambda city: _uploaded_twice(make_user(Role.CLERK, city.commerce), city),
    "job_slot_unique": lambda city: _twice(
        lambda: Job.objects.create(name="assess", slot="2024-08-09:1", created_at=AUGUST, next_at=AUGUST)
    ),
    "delivery_channel_unique": lambda city: _delivered_twice(make_user(Role.CLERK, city.commerce), city),
}


@pytest.mark.parametrize("name", sorted(BREAKING))
def test_the_database_refuses_what_breaks(name: str, city: City) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        BREAKING[name](city)
    assert caught.value.__cause__.diag.constraint_name == name  # type: ignore[union-attr]


def test_every_named_constraint_is_tested_here() -> None:
    named = {
        constraint.name
        for model in apps.get_app_config("hztargets").get_models()
        for constraint in model._meta.constraints
    }
    assert named == set(BREAKING)


def test_a_raw_update_cannot_get_around_four_eyes(city: City) -> None:
    report = submitted_report(city.fdi, 7, 41)
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hztargets_report SET state = 'approved', reviewed_by_id = submitted_by_id, reviewed_at = now(),"
            " known_on = '2024-08-09' WHERE id = %s",
            [report.pk],
        )
    report.refresh_from_db()
    assert (caught.value.__cause__.diag.constraint_name, report.state) == ("report_four_eyes", "submitted")  # type: ignore[union-attr]


@pytest.mark.parametrize("role", [role.value for role in Role])
def test_exactly_department_roles_belong_to_a_department(role: str, city: City) -> None:
    accepted = []
    for department in (None, city.commerce):
        try:
            with transaction.atomic():
                make_user(role, department)
        except IntegrityError:
            continue
        accepted.append(department)
    assert accepted == ([city.commerce] if role in ("clerk", "department_head") else [None])


def test_closed_versions_leave_room_for_an_open_one(city: City) -> None:
    draft(city, state="withdrawn")
    draft(city, state="draft", version=2)
    assert list(Report.objects.order_by("version").values_list("state", flat=True)) == ["withdrawn", "draft"]


def test_a_closed_flag_leaves_room_for_an_open_one(city: City) -> None:
    flagged(city, closed_on=TODAY, closed_at=AUGUST)
    still_open = flagged(city)
    assert list(Flag.objects.open()) == [still_open]


def test_a_superseded_assessment_leaves_room_for_the_current_one(city: City) -> None:
    judged(city, known_until=TODAY)
    current = judged(city)
    assert list(Assessment.objects.current()) == [current]


def test_rules_people_can_break_carry_a_sentence() -> None:
    messages = {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_app_config("hztargets").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint)
        and constraint.violation_error_message != CheckConstraint.default_violation_error_message
    }
    assert set(messages) == {
        "user_department_fits_role",
        "api_token_scope_known",
        "api_token_ends",
        "evidence_size",
        "evidence_has_name",
        "goal_milestone_has_due_date",
        "period_extension_has_reason",
        "goal_due_day_decided_has_reason",
        "goal_version_later_has_reason",
        "goal_profile_plan_given",
        "report_four_eyes",
        "report_four_eyes_endorsing",
        "report_returned_has_reason",
        "report_says_something",
    }
    assert all(messages.values())

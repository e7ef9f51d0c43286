"""Deadlines of single goals, and a wider four eyes: nobody reviews what they once wrote, edited or handed in.

A trigger keeps `written_by` and the report's past, so that neither can be rewritten with the application's own rights.
"""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import F, Q, Value

from hztargets.models.reports import IsAmong

# Reviews made under the narrower rule stand: their reviewers are left out.
FORWARD = """
UPDATE hztargets_report report SET written_by = ARRAY(
    SELECT writer FROM (
        SELECT report.created_by_id AS writer
        UNION SELECT report.submitted_by_id
        UNION SELECT event.by_id FROM hztargets_auditevent event
            WHERE event.object_type = 'report' AND event.object_id = report.id
                AND event.action IN ('report.create', 'report.edit', 'report.submit')
    ) writers
    WHERE writer IS NOT NULL AND writer IS DISTINCT FROM report.reviewed_by_id
        AND writer IS DISTINCT FROM report.endorsed_by_id
    ORDER BY writer
);

CREATE FUNCTION hztargets_report_keeps_its_past() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'approved' AND NEW IS DISTINCT FROM OLD THEN
            RAISE EXCEPTION 'an approved report is never changed; a correction is a new version'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'report_approved_stays';
        END IF;
        IF (NEW.document_id, NEW.goal_id, NEW.period_id, NEW.version, NEW.created_by_id, NEW.created_at)
            IS DISTINCT FROM
            (OLD.document_id, OLD.goal_id, OLD.period_id, OLD.version, OLD.created_by_id, OLD.created_at) THEN
            RAISE EXCEPTION 'what a report is about, who started it and when never changes'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'report_origin_stays';
        END IF;
        NEW.written_by := OLD.written_by || NEW.written_by;
    END IF;
    NEW.written_by := ARRAY(
        SELECT DISTINCT writer FROM unnest(NEW.written_by || NEW.created_by_id || NEW.submitted_by_id) writer
        WHERE writer IS NOT NULL ORDER BY writer
    );
    RETURN NEW;
END
$$;
CREATE TRIGGER report_keeps_its_past BEFORE INSERT OR UPDATE ON hztargets_report
    FOR EACH ROW EXECUTE FUNCTION hztargets_report_keeps_its_past();
"""
BACKWARD = """
DROP TRIGGER report_keeps_its_past ON hztargets_report;
DROP FUNCTION hztargets_report_keeps_its_past();
"""


def _four_eyes(name: str, person: str, sentence: str) -> migrations.AddConstraint:
    others = (
        ~Q(**{person: F("submitted_by")}) & ~Q(**{person: F("created_by")}) & ~Q(IsAmong(F(person), F("written_by")))
    )
    condition = Q(**{f"{person}__isnull": True}) | others
    constraint = models.CheckConstraint(condition=condition, name=name, violation_error_message=sentence)
    return migrations.AddConstraint(model_name="report", constraint=constraint)


class Migration(migrations.Migration):
    dependencies = [("hztargets", "0018_sheet_upload")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="due_working_day",
            field=models.PositiveSmallIntegerField(
                default=5, editable=False, verbose_name="reports are due on working day"
            ),
        ),
        migrations.CreateModel(
            name="GoalDeadline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="deadlines", to="hztargets.goal"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="goal_deadlines",
                        to="hztargets.period",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("period", "goal"), name="goal_deadline_unique")],
            },
        ),
        migrations.CreateModel(
            name="GoalDueDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField()),
                ("working_day", models.PositiveSmallIntegerField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="due_days", to="hztargets.goal"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("goal", "number"), name="goal_due_day_number_unique"),
                    models.CheckConstraint(
                        condition=Q(working_day__isnull=True) | Q(working_day__gte=1, working_day__lte=15),
                        name="goal_due_day_in_range",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                        | Q(decided_at__isnull=False, decided_by__isnull=False),
                        name="goal_due_day_decided_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(decided_by__isnull=True) | ~Q(reason=""),
                        name="goal_due_day_decided_has_reason",
                        violation_error_message="Give a reason; it is kept with the period.",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="report",
            name="written_by",
            field=ArrayField(
                base_field=models.BigIntegerField(),
                db_default=Value([], output_field=ArrayField(models.BigIntegerField())),
                default=list,
                help_text="Ids of all who wrote in it or handed it in. A trigger adds them and lets none leave.",
                size=None,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RemoveConstraint(model_name="report", name="report_four_eyes"),
        migrations.RemoveConstraint(model_name="report", name="report_four_eyes_endorsing"),
        _four_eyes("report_four_eyes", "reviewed_by", "Nobody reviews a report they wrote or submitted."),
        _four_eyes("report_four_eyes_endorsing", "endorsed_by", "Nobody endorses a report they wrote or submitted."),
        # The administration's lists.
        migrations.AlterModelOptions(
            name="user", options={"verbose_name": "account", "verbose_name_plural": "accounts"}
        ),
        migrations.AlterModelOptions(
            name="department", options={"verbose_name": "department", "verbose_name_plural": "departments"}
        ),
        migrations.AlterModelOptions(
            name="notice", options={"verbose_name": "notice", "verbose_name_plural": "notices sent or waiting"}
        ),
        migrations.AlterModelOptions(
            name="job", options={"verbose_name": "job", "verbose_name_plural": "jobs in the background"}
        ),
        migrations.AlterModelOptions(
            name="assessmentrun", options={"verbose_name": "run of judging", "verbose_name_plural": "runs of judging"}
        ),
    ]

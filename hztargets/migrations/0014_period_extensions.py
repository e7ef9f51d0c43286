import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hztargets", "0013_sign_in")]

    operations = [
        migrations.CreateModel(
            name="PeriodExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("previous_due_on", models.DateField()),
                ("due_on", models.DateField()),
                ("reason", models.TextField()),
                ("granted_at", models.DateTimeField()),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extensions",
                        to="hztargets.department",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extensions", to="hztargets.period"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="period_extension_has_reason",
                        violation_error_message="Give a reason; it is kept with the period.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on", models.F("previous_due_on")), _negated=True),
                        name="period_extension_moves",
                    ),
                ],
            },
        ),
    ]

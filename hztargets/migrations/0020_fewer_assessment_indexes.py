import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two indexes nobody reads, which every stored judgement had to write."""

    dependencies = [("hztargets", "0019_goal_deadlines")]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="document",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="assessments",
                to="hztargets.document",
            ),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="rule_set",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="hztargets.rulesetversion"
            ),
        ),
    ]

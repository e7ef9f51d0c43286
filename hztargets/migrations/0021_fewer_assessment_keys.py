import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two foreign keys that the other three imply, which every stored judgement had to have checked."""

    dependencies = [("hztargets", "0020_fewer_assessment_indexes")]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="document",
            field=models.ForeignKey(
                db_constraint=False,
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
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="hztargets.rulesetversion",
            ),
        ),
    ]

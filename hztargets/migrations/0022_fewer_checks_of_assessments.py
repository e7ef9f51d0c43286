import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two indexes nobody reads and a foreign key to a row of the same transaction, a fifth of what a stored judgement
    cost the database."""

    dependencies = [("hztargets", "0021_fewer_assessment_keys")]

    operations = [
        migrations.AlterField(
            model_name="assessment",
            name="period",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="hztargets.period",
            ),
        ),
        migrations.AlterField(
            model_name="assessment",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="hztargets.assessmentrun",
            ),
        ),
    ]

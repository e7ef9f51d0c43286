import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("hztargets", "0016_evidence")]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(choices=[("read", "read"), ("file", "read and file")], max_length=10, verbose_name="scope")),
                ("prefix", models.CharField(max_length=12)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(null=True)),
                ("last_used_from", models.GenericIPAddressField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("account", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="api_tokens", to=settings.AUTH_USER_MODEL, verbose_name="account")),
                ("created_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("revoked_by", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("scope__in", ["read", "file"])), name="api_token_scope_known", violation_error_message="A token may read, or read and file."),
                    models.CheckConstraint(condition=models.Q(("expires_at__gt", models.F("created_at"))), name="api_token_ends", violation_error_message="A token ends after it was made."),
                    models.CheckConstraint(condition=models.Q(models.Q(("revoked_at__isnull", True), ("revoked_by__isnull", True)), models.Q(("revoked_at__isnull", False), ("revoked_by__isnull", False)), _connector="OR"), name="api_token_revoked_whole"),
                ],
            },
        ),
        # Django REST framework's tokens lay here in the clear; nothing reads them any more.
        migrations.RunSQL("DROP TABLE IF EXISTS authtoken_token", migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="idempotencykey", name="idempotency_key_unique"),
        migrations.AddField(
            model_name="idempotencykey", name="path", field=models.CharField(default="", max_length=200), preserve_default=False
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("user", "path", "key"), name="idempotency_key_unique"),
        ),
        migrations.AddIndex(
            model_name="idempotencykey", index=models.Index(models.F("created_at"), name="idempotency_key_created")
        ),
    ]

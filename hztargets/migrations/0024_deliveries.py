import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

STATES = [
    ('waiting', 'waiting'), ('claimed', 'being worked on'), ('done', 'done'), ('failed', 'failed'),
    ('dead', 'given up'), ('cancelled', 'cancelled'),
]
MOVE = """
INSERT INTO hztargets_delivery (notice_id, channel, address, message_id, state, attempts, next_at, lease_until, token,
    last_error, created_at, done_at)
SELECT id, 'email', CASE state WHEN 'waiting' THEN '' ELSE email END, message_id, state, attempts, next_at, lease_until, token, last_error, created_at, done_at
FROM hztargets_notice ORDER BY id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('hztargets', '0023_language_choices'),
    ]

    operations = [
        migrations.AlterField('job', 'state', models.CharField(choices=STATES, default='waiting', max_length=9)),
        migrations.AlterField('job', 'next_at', models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            'notice', 'kind', models.CharField(choices=[('flags', 'changed lights')], default='flags', max_length=20),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=STATES, default='waiting', max_length=9)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('token', models.UUIDField(blank=True, null=True, unique=True)),
                ('last_error', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('channel', models.CharField(choices=[('email', 'e-mail')], max_length=10)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='hztargets.notice')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'notices sent or waiting',
                'indexes': [models.Index(models.F('state'), models.F('next_at'), name='delivery_ready')],
                'constraints': [models.UniqueConstraint(fields=('notice', 'channel'), name='delivery_channel_unique')],
            },
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.RemoveIndex('notice', 'notice_ready'),
        *(
            migrations.RemoveField('notice', name)
            for name in (
                'email', 'message_id', 'state', 'attempts', 'next_at', 'lease_until', 'token', 'last_error', 'done_at'
            )
        ),
        migrations.AlterModelOptions('notice', {'verbose_name': 'notice', 'verbose_name_plural': 'notices'}),
    ]

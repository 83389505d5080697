from django.db import migrations, models


def drop_triggers(apps, schema_editor):
    """Without the table nothing could be written any more."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS renew_edition() CASCADE")
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_renews_edition'")
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0003_asked_links'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('writer', models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name='schrijver')),
                ('number', models.BigIntegerField(default=0, verbose_name='nummer')),
            ],
            options={
                'verbose_name': 'editie',
                'verbose_name_plural': 'edities',
            },
        ),
        migrations.RunPython(migrations.RunPython.noop, drop_triggers, elidable=True),
    ]

from django.db import migrations

TABLES = ("igs_outline", "igs_municipality", "igs_membership")
EVENTS = ("insert", "update", "delete")


def drop_triggers(apps, schema_editor):
    """The edition of all content says it now, and these triggers write to the table that goes."""
    on = " ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
    for table in TABLES:
        for event in EVENTS:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_{event}_renews_map{on.format(table=table)}")
    if on:
        schema_editor.execute("DROP FUNCTION IF EXISTS renew_map_version()")


class Migration(migrations.Migration):

    dependencies = [
        ('igs', '0006_yearly_life'),
        ('records', '0004_edition'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop, elidable=True),
        migrations.DeleteModel(name='MapVersion'),
    ]

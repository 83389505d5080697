"""The groups that come with the portal decide on proposals; whose, each of their rows tells."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GROUPS = ("Consulent", "Redactie", "Beheerder")
GRANTED = ("view_proposal", "change_proposal")


def grant(apps, schema_editor):
    """Give the groups their rights; the permissions too, which Django itself makes only after the last migration."""
    using = schema_editor.connection.alias
    app = apps.get_app_config("proposals")
    app.models_module = True
    create_permissions(app, apps=apps, using=using, verbosity=0)
    app.models_module = None
    Permission, Group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    granted = Permission.objects.using(using).filter(content_type__app_label="proposals", codename__in=GRANTED)
    for group in Group.objects.using(using).filter(name__in=GROUPS):
        group.permissions.add(*granted)


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0001_initial"),
        ("staff", "0001_groups"),
    ]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]

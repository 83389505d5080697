"""Who may keep the rules of the decree, and merge municipalities: which makes former ones."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

RULE = "decreerule"
GRANTED = {
    "Consulent": [f"view_{RULE}", "add_formermunicipality"],
    "Redactie": [f"{verb}_{RULE}" for verb in ("view", "add", "change")],
    "Beheerder": [f"{verb}_{RULE}" for verb in ("view", "add", "change", "delete")],
}


def grant(apps, schema_editor):
    """Give the groups that are there what is new; the permissions are made first, which Django does only later."""
    using = schema_editor.connection.alias
    app = apps.get_app_config("igs")
    app.models_module = True
    create_permissions(app, apps=apps, using=using, verbosity=0)
    app.models_module = None
    Permission, Group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    for name, codenames in GRANTED.items():
        for group in Group.objects.using(using).filter(name=name):
            group.permissions.add(
                *Permission.objects.using(using).filter(content_type__app_label="igs", codename__in=codenames)
            )


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_groups"), ("igs", "0006_yearly_life")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]

"""The three groups, with rights to begin with: from then on those are kept in the admin."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READ = (
    "igs.consultant igs.formermunicipality igs.keyfigure igs.membership igs.municipality igs.outline igs.place"
    " igs.population igs.region igs.regionname igs.subsidyround libraries.library libraries.librarynetwork"
    " projects.audience projects.partner projects.project projects.projectimage projects.projectlink"
    " projects.testimony projects.theme records.step records.synonyms"
).split()
OF_REGIONS = (
    "igs.membership igs.place igs.population igs.regionname libraries.library libraries.librarynetwork"
    " projects.partner projects.project projects.projectimage projects.projectlink projects.testimony"
).split()
ONLY_CHANGED = ("igs.formermunicipality", "igs.municipality", "igs.region")
# Parts of a project and no records: a link that died, or somebody in a photograph who asks to be taken out.
PARTS = ("projects.projectimage", "projects.projectlink")
CONTENT = [model for model in READ if model not in ("igs.outline", "records.step")]


def permissions(verbs, models):
    return {(app, f"{verb}_{name}") for app, name in (model.split(".") for model in models) for verb in verbs.split()}


EVERYWHERE = {("igs", "serve_every_region")}
CONSULTANTS = (
    permissions("view", READ)
    | permissions("add change", OF_REGIONS)
    | permissions("change", ONLY_CHANGED)
    | permissions("delete", PARTS)
)
EDITORS = (
    permissions("view", READ)
    | permissions("add change", CONTENT)
    | permissions("delete", PARTS)
    | permissions("view add change", ["auth.user"])
    | EVERYWHERE
)
MANAGERS = EDITORS | permissions("delete", CONTENT) | permissions("view add change", ["auth.group"])
GROUPS = {"Consulent": CONSULTANTS, "Redactie": EDITORS, "Beheerder": MANAGERS}


def make_groups(apps, schema_editor):
    """Make the groups; the permissions too, which Django itself makes only after the last migration."""
    using = schema_editor.connection.alias
    for label in ("auth", "igs", "libraries", "projects", "records"):
        app = apps.get_app_config(label)
        app.models_module = True
        create_permissions(app, apps=apps, using=using, verbosity=0)
        app.models_module = None
    Permission, Group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    known = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    for name, wanted in GROUPS.items():
        group, made = Group.objects.using(using).get_or_create(name=name)
        if made:
            group.permissions.set([known[one] for one in sorted(wanted)])


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("igs", "0003_care_of_regions"),
        ("libraries", "0001_initial"),
        ("projects", "0002_reuse"),
        ("records", "0002_history"),
    ]

    # Back, the groups stay: accounts are in them.
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]

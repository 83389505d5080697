"""Load the fixtures into an empty database."""

from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import QuerySet

from optil_portal.records.history import paused
from optil_portal.records.index import rebuild

# In this order, because a record names those that it needs.
FIXTURES = (
    "municipalities",
    "former_municipalities",
    "regions",
    "region_names",
    "populations",
    "places",
    "memberships",
    "subsidy_rounds",
    "decree_rules",
    "key_figures",
    "tiles",
    "library_networks",
    "libraries",
    "themes",
    "audiences",
    "partners",
    "projects",
    "testimonies",
    "links",
    "synonyms",
)
APPS = ("igs", "libraries", "projects")


def tables() -> list[QuerySet]:
    """All records of each model that the fixtures are about."""
    models = (model for app in APPS for model in apps.get_app_config(app).get_models())
    return [model._base_manager.all() for model in models]


def is_empty() -> bool:
    """Whether the database holds not one record of the portal."""
    return not any(records.exists() for records in tables())


class Command(BaseCommand):
    """Everything from the fixtures, or nothing."""

    help = "Laad de gegevens uit fixtures/ in een lege database. Gegevens die er al zijn, blijven zoals ze zijn."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        """Load all fixtures, unless there is something already."""
        if not is_empty():
            self.stdout.write("De database bevat al gegevens en blijft zoals ze is.")
            return
        with paused():
            call_command("loaddata", *FIXTURES, verbosity=0)
        rebuild()  # fixtures are loaded behind the back of the index
        total = sum(records.count() for records in tables())
        self.stdout.write(f"{total} gegevens geladen uit {len(FIXTURES)} bestanden.")

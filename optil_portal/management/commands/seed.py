"""Load the fixtures into an empty database."""

from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import models

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
)
APPS = ("igs", "libraries", "projects")


def tables() -> list[models.QuerySet]:
    """All records of each model that the fixtures are about."""
    return [model._base_manager.all() for app in APPS for model in apps.get_app_config(app).get_models()]


def is_empty() -> bool:
    """Whether the database holds not one record of the portal."""
    return not any(records.exists() for records in tables())


class Command(BaseCommand):
    """Everything from the fixtures, or nothing."""

    help = "Laad de gegevens uit fixtures/ in een lege database. Gegevens die er al zijn, blijven zoals ze zijn."

    def handle(self, **options: Any) -> None:
        """Load all fixtures in one transaction, unless there is something already."""
        if not is_empty():
            self.stdout.write("De database bevat al gegevens en blijft zoals ze is.")
            return
        call_command("loaddata", *FIXTURES, verbosity=0)
        total = sum(records.count() for records in tables())
        self.stdout.write(f"{total} gegevens geladen uit {len(FIXTURES)} bestanden.")

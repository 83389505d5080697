"""The app of the IGS'en cultuur and their municipalities."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IgsConfig(AppConfig):
    """The regions, the municipalities, and who is a member of what on which day."""

    name = "igs"
    verbose_name = "IGS cultuur"

    def ready(self) -> None:
        """Have other names of a region lead to it in a search, and keep the triggers of memberships.

        They are put back after each migration, for SQLite drops them when it rebuilds a table.
        """
        from igs.constraints import install_triggers
        from igs.models.region import other_names
        from optil_portal.records.lexicon import ALIASES

        ALIASES.append(other_names)
        post_migrate.connect(install_triggers, sender=self)

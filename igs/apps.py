"""The app of the IGS'en cultuur and their municipalities."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class IgsConfig(AppConfig):
    """The regions, the municipalities, and who is a member of what on which day."""

    name = "igs"
    verbose_name = "IGS cultuur"

    def ready(self) -> None:
        """Put the membership triggers back after each migration, for SQLite drops them when it rebuilds a table."""
        from igs.constraints import install_triggers

        post_migrate.connect(install_triggers, sender=self)

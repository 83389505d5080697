"""The app of what every record has."""

from django.apps import AppConfig
from django.db.models.signals import m2m_changed, post_migrate


class RecordsConfig(AppConfig):
    """Provenance, publication state, pictures and lists, whatever the record is about."""

    name = "optil_portal.records"
    verbose_name = "gegevens"

    def ready(self) -> None:
        """Keep the history and the index of the search as links between records change, and editions of the content."""
        from optil_portal.records import edition, history, index

        m2m_changed.connect(history.follow_links)
        m2m_changed.connect(index.follow_links)
        post_migrate.connect(edition.keep_edition, sender=self)

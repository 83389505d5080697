"""The app of what every record has."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Provenance, publication state, pictures and lists, whatever the record is about."""

    name = "optil_portal.records"
    verbose_name = "gegevens"

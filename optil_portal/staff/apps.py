"""The people who keep the records."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Accounts, what their groups may do, and how they come in."""

    name = "optil_portal.staff"
    verbose_name = "medewerkers"

"""The roof: what knows all apps."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Home, contact, about, the error pages, and the commands that run the portal."""

    name = "optil_portal"
    verbose_name = "portaal"

"""The roof: what knows all apps."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.signals import got_request_exception
from django.db.backends.signals import connection_created


class PortalConfig(AppConfig):
    """Home, contact, about, the error pages, and the commands that run the portal."""

    name = "optil_portal"
    verbose_name = "portaal"

    def ready(self) -> None:
        """Follow what is written, for the pages that are kept, and count what the database fails."""
        from optil_portal import metrics
        from optil_portal.pagecache.version import watch_connection

        connection_created.connect(watch_connection)
        got_request_exception.connect(metrics.count_database_error)


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the site of our staff; `default` is off, for it is not the app of this package."""

    default = False
    default_site = "optil_portal.staff.site.StaffSite"

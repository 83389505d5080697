"""The sessions of staff, in the database."""

from typing import Any

from django.contrib.sessions.backends import base, db

from optil_portal.errors import DATABASE_GONE


class SessionStore(db.SessionStore):
    """As Django's, but a database that is gone is no session that somebody else ended."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the session; raises OperationalError or InterfaceError while the database is gone."""
        try:
            super().save(*args, **kwargs)
        except base.UpdateError as error:
            if isinstance(error.__context__, DATABASE_GONE):
                raise error.__context__ from None
            raise

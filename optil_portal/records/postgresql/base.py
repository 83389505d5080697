"""PostgreSQL as Django knows it, but with a connection that is checked by a question that pages ask anyway."""

from django.db.backends.postgresql import base
from psycopg import Error

from optil_portal.records.known_edition import CURRENT, know


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that, once a request, is asked whether it still works and for the edition in one."""

    def is_usable(self) -> bool:
        """Whether the database answers; what asks for the edition in the same request knows it then."""
        if self.connection is None:
            return False
        try:
            with self.connection.cursor() as cursor:
                know(tuple(number for (number,) in cursor.execute(CURRENT)))
        except Error:
            return False
        return True

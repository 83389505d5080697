"""Which migrations the database has, beside those that the code knows."""

from django.db import connection
from django.db.migrations.loader import MigrationLoader


def migrations() -> tuple[list[str], list[str]]:
    """The migrations of the code that the database has, and those that it still lacks, as "igs.0001_initial"."""
    loader = MigrationLoader(connection)
    names = {key: ".".join(key) for key in sorted(loader.graph.nodes)}
    applied = [name for key, name in names.items() if key in loader.applied_migrations]
    return applied, [name for key, name in names.items() if key not in loader.applied_migrations]

"""Make the index of the search anew."""

from typing import Any

from django.core.management.base import BaseCommand

from optil_portal.records.index import rebuild


class Command(BaseCommand):
    """The whole index from the records as they are, for after a change behind the back of Django."""

    help = "Maak de index van de zoekfunctie opnieuw, uit de gegevens zoals ze nu zijn."

    def handle(self, **options: Any) -> None:
        """Write all of it in one transaction."""
        self.stdout.write(f"{rebuild()} gegevens in de index van de zoekfunctie.")

"""Make the portal what a backup holds."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from optil_portal.backup.archive import BackupError
from optil_portal.backup.contents import put_back


class Command(BaseCommand):
    """All that the file holds, or nothing of it."""

    help = "Zet alles uit een back-up terug in een leeg portaal, op SQLite of PostgreSQL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and whether it may take the place of what is there."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Ook als het portaal niet leeg is: alles wordt vervangen."
        )

    def handle(self, file: Path, replace: bool, **options: Any) -> None:
        """Put the file back; raises CommandError, with the reason, when nothing was touched."""
        try:
            manifest = put_back(file, replace)
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{rows} rijen teruggezet uit de back-up van {manifest['made']}.")

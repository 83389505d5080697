"""Write all that the portal holds to one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from optil_portal.backup.archive import BackupError
from optil_portal.backup.contents import back_up

DATED = "portaal-*.tar"


def dated() -> Path:
    """Where a backup of this moment goes; in the order of their names, the last one is the newest."""
    return settings.BACKUPS_DIR / f"portaal-{timezone.now():%Y%m%dT%H%M%SZ}.tar"


def at_least_one(text: str) -> int:
    """A whole number from 1 on; raises ValueError for anything else."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


class Command(BaseCommand):
    """All of the portal, as it is at one moment, while it is in use."""

    help = "Schrijf alles wat het portaal bevat, gegevens en beelden, in één bestand dat restore kan terugzetten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and how many stay."""
        parser.add_argument("file", nargs="?", type=Path, help="Zonder naam: met de datum, in PORTAL_VAR/backups.")
        parser.add_argument(
            "--keep", type=at_least_one, help="Bewaar in PORTAL_VAR/backups de zoveel nieuwste, en verwijder de rest."
        )

    def handle(self, file: Path | None, keep: int | None, **options: Any) -> None:
        """Write the file, then throw older ones away; raises CommandError when it cannot be made."""
        path = file or dated()
        try:
            gone = back_up(path)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{path} is niet te schrijven ({error.strerror}).") from error
        for name in gone:
            self.stderr.write(f"{name} verdween terwijl de back-up gemaakt werd, en staat er niet in.")
        for older in sorted(settings.BACKUPS_DIR.glob(DATED))[: -keep if keep else 0]:
            older.unlink()
        self.stdout.write(f"{path} bevat alles ({path.stat().st_size / 1e6:.1f} MB).")

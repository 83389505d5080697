"""Serve the portal: make everything ready, then hand over to gunicorn."""

import os
import secrets
import socket
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection, connections, transaction

from optil_portal.management.commands.seed import is_empty
from optil_portal.server import start_gunicorn

DEMO_USER = "consulent"


def require_free(host: str, port: str) -> None:
    """Raise CommandError when nobody can listen on `host` and `port`."""
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise CommandError(f"PORT is een getal van 1 tot 65535, niet {port}.")
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            # As gunicorn does, for the system keeps a port for a while after who listened there has gone.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CommandError(
            f"Op {host} is poort {port} niet beschikbaar ({error.strerror}). Kies een andere: make run PORT=8001"
        ) from error


def require_database() -> None:
    """Raise CommandError when the database does not answer."""
    # libpq waits two minutes for a machine that does not answer.
    os.environ.setdefault("PGCONNECT_TIMEOUT", "10")
    try:
        connection.ensure_connection()
    except Error as error:
        reason = str(error).partition("\n")[0]
        raise CommandError(f"De database is niet bereikbaar; kijk DATABASE_URL na ({reason}).") from error


def create_demo_user() -> str:
    """Create the demo consultant; return the password, which is kept nowhere else."""
    password = secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser(DEMO_USER, password=password)
    return password


def static_fingerprint() -> str:
    """A text that changes when a static file does."""
    found = (storage.path(name) for finder in get_finders() for name, storage in finder.list([]))
    facts = sorted((path, Path(path).stat().st_mtime_ns, Path(path).stat().st_size) for path in found)
    return sha256(repr(facts).encode()).hexdigest()


def collect_static_files() -> None:
    """Collect the static files anew when one of them changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / "stamp"
    fingerprint = static_fingerprint()
    if not stamp.exists() or stamp.read_text() != fingerprint:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(fingerprint)


class Command(BaseCommand):
    """All that lies between an empty folder and a portal that answers."""

    help = "Zet de database en de bestanden klaar en start het portaal op HOST en PORT."
    # A check may ask the database, and the first to ask must be able to say in one line that it is unreachable.
    requires_system_checks = ()

    def handle(self, **options: Any) -> None:
        """Prepare and serve; raise CommandError when the port or the database is not available."""
        host = os.environ.get("HOST") or "127.0.0.1"
        port = os.environ.get("PORT") or "8000"
        bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        require_free(host, port)
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        require_database()
        call_command("migrate", interactive=False, verbosity=0)
        self.fill()
        collect_static_files()
        connections.close_all()
        self.stdout.write(f"Het portaal staat op http://{bind}")
        self.stdout.flush()
        start_gunicorn(bind)

    def fill(self) -> None:
        """Load the fixtures into an empty database, and give it its first user."""
        with transaction.atomic():
            first_run = is_empty() and not get_user_model().objects.exists()
            call_command("seed", stdout=self.stdout)
            password = create_demo_user() if first_run else ""
        if password:
            self.stdout.write(f"Log in op /beheer/ als {DEMO_USER} met het wachtwoord {password}")
            self.stdout.write("Dat wachtwoord verschijnt alleen deze keer.")

"""Forget the second factor of an account, when nobody else is left who can in the admin."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from optil_portal.staff.second_factor import reset


class Command(BaseCommand):
    """One account, by its name."""

    help = "Vergeet de tweede stap van een account, dat er bij het aanmelden een nieuwe instelt."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name of the account."""
        parser.add_argument("username", metavar="GEBRUIKERSNAAM")

    def handle(self, username: str, **options: Any) -> None:
        """Forget it; raise CommandError when there is no such account."""
        account = User.objects.filter(username=username).first()
        if not account:
            raise CommandError(f"Er is geen account met de gebruikersnaam {username}.")
        reset(account)
        self.stdout.write(f"{username} stelt bij het aanmelden een nieuwe tweede stap in.")

"""Send every consultant what asks for their care: for cron, once a week."""

from smtplib import SMTPException
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from optil_portal.records.clock import today
from optil_portal.staff.accounts import consultants_to_write_to
from optil_portal.staff.letters import letter_of


class Command(BaseCommand):
    """One letter for each active account of a consultant that has an address, unless nothing asks for care."""

    help = "Stuurt elke consulent wat op het portaal zorg vraagt. Voor cron, één keer per week."

    def handle(self, **options: Any) -> None:
        """Send the letters; raise CommandError at the end with those that were not accepted."""
        failed, sent = [], 0
        for account in consultants_to_write_to():
            letter = letter_of(account, today())
            try:
                sent += letter.send() if letter else 0
            except (SMTPException, OSError) as error:
                failed.append(f"{account} ({error})")
        self.stdout.write(f"{sent} {'brief' if sent == 1 else 'brieven'} verstuurd.")
        if failed:
            raise CommandError(f"Niet verstuurd: {', '.join(failed)}.")

"""Publish and archive what is due: for cron, every day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from optil_portal.records.clock import today
from optil_portal.records.models import State
from optil_portal.records.workflow import carry_out


class Command(BaseCommand):
    """What is planned for today, or for a day on which this did not run."""

    help = "Publiceert en archiveert wat daarvoor gepland is. Voor cron, elke dag."

    def handle(self, **options: Any) -> None:
        """Carry it out; raise CommandError at the end with what could not be, and why."""
        done = carry_out(today())
        self.stdout.write(f"{done.moved[State.PUBLISHED]} gepubliceerd, {done.moved[State.ARCHIVED]} gearchiveerd.")
        if done.failed:
            raise CommandError("\n".join(["Niet uitgevoerd:", *done.failed]))

"""Throw away the portraits that may not be shown any more: for cron, every day."""

from typing import Any

from django.core.management.base import BaseCommand

from igs.models import Consultant
from optil_portal.records.clock import today
from optil_portal.records.history import Step, step


class Command(BaseCommand):
    """The portraits whose consent ended; the page hides them from the day itself."""

    help = "Gooit portretten weg waarvoor geen toestemming meer is. Voor cron, elke dag."

    def handle(self, **options: Any) -> None:
        """Do it in one step."""
        with step(Step.Kind.OTHER, "De toestemming voor het portret is voorbij."):
            gone = Consultant.objects.forget_portraits(today())
        self.stdout.write(f"{len(gone)} portretten weggegooid.")

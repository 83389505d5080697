"""Forget who sent a proposal, once nobody needs to know: for cron, once a day."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from optil_portal.proposals.models import Proposal, Trace
from optil_portal.records.clock import today


class Command(BaseCommand):
    """Empties names and addresses some time after the decision, and throws away what counted the last hour."""

    help = "Wist van meldingen en voorstellen wie ze verstuurde, zodra dat niet meer nodig is. Voor cron, elke dag."

    def handle(self, **options: Any) -> None:
        """Forget them."""
        Trace.objects.stale(timezone.now()).delete()
        number = Proposal.objects.forget_senders(today())
        self.stdout.write(f"Van {number} {'voorstel' if number == 1 else 'voorstellen'} is de afzender gewist.")

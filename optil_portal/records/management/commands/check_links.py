"""Ask every link in the records whether it still answers: for cron, once a week."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from optil_portal.records.calling import Caller
from optil_portal.records.clock import today
from optil_portal.records.links import addresses_in, ask_all
from optil_portal.records.models import Record


class Command(BaseCommand):
    """Every address in the records that people may see."""

    help = "Vraagt elke link op het portaal of hij nog antwoordt. Voor cron, één keer per week."

    def handle(self, **options: Any) -> None:
        """Ask them all; raise CommandError when nothing answers, for then it is our own line."""
        kinds = [model for model in apps.get_models() if issubclass(model, Record)]
        addresses = set().union(*(addresses_in(model._default_manager.published()) for model in kinds))
        heard = ask_all(addresses, Caller(f"OP-TIL-portaal ({settings.PORTAL_URL})").ask, today())
        failed = sum(map(bool, heard.values()))
        if heard and failed == len(heard):
            raise CommandError("Geen enkele link antwoordt. Heeft deze computer internet? Er is niets bewaard.")
        self.stdout.write(f"{len(heard)} links gevraagd, {failed} daarvan antwoorden niet.")

"""The weekly letter to a consultant, with what the cockpit holds."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from optil_portal.staff.cockpit import Cockpit


def letter_of(account: User, on: date) -> EmailMessage | None:
    """What asks for care of an account on a day, as a letter to it; None when nothing does."""
    cockpit = Cockpit(account, on)
    if not cockpit:
        return None
    name = account.get_short_name() or account.get_username()
    told = {"cockpit": cockpit, "name": name, "on": on, "portal": settings.PORTAL_URL}
    text = render_to_string("staff/cockpit.txt", told)
    return EmailMessage("Wat deze week je zorg vraagt op het portaal", text, to=[account.email])

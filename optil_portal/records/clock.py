"""The day on which the portal looks at its dated facts."""

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """The day given by the setting TODAY, otherwise today in Belgium."""
    return settings.TODAY or timezone.localdate()

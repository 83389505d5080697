"""On what terms others may use what the portal tells, as OP/TIL decides."""

from typing import NamedTuple

from django.conf import settings

ATTRIBUTION = "OP/TIL, portaal IGS cultuur, met de bron die elk gegeven noemt"


class Licence(NamedTuple):
    """The name of a licence, and the address of its text or ""."""

    name: str
    url: str


def licence() -> Licence:
    """The licence of the settings; one that says so as long as OP/TIL has not decided."""
    if settings.LICENCE_NAME:
        return Licence(settings.LICENCE_NAME, settings.LICENCE_URL)
    return Licence("licentie nog te bevestigen door OP/TIL", "")

"""How other things refer to a region or a municipality."""

from typing import Protocol

from optil_portal.records.addresses import address
from optil_portal.records.linked_data import Thing


class Named(Protocol):
    """What has a name and a place in the addresses."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def slug(self) -> str:
        """How it is called in an address."""


def region_of(base: str, region: Named) -> Thing:
    """A region by its identifier and its name."""
    here = address("igs:region_detail", region.slug)
    return {"@type": "Organization", "@id": f"{base}{here}#regio", "name": region.name}


def municipality_of(base: str, municipality: Named) -> Thing:
    """A municipality by its identifier and its name."""
    here = address("igs:municipality_detail", municipality.slug)
    return {"@type": "AdministrativeArea", "@id": f"{base}{here}#gemeente", "name": municipality.name}

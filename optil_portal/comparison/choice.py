"""Which regions an address asks to compare."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from igs.models import Region
from optil_portal.records.folding import as_asked

MOST = 4


class Choice(NamedTuple):
    """The regions to compare in the order asked, those too many, and the slugs of which there is no region."""

    regions: list[Region]
    surplus: list[Region]
    unknown: list[str]

    @classmethod
    def of(cls, asked: Iterable[str], regions: Sequence[Region]) -> "Choice":
        """The choice that slugs make out of the regions of a day, each once."""
        there = {region.slug: region for region in regions}
        slugs = dict.fromkeys(filter(None, map(as_asked, asked)))
        chosen = [there[slug] for slug in slugs if slug in there]
        return cls(chosen[:MOST], chosen[MOST:], [slug for slug in slugs if slug not in there][:MOST])

    @property
    def columns(self) -> list[tuple[Region, str]]:
        """Each of the regions with the query of the choice without it."""
        return [(region, query(one for one in self.regions if one != region)) for region in self.regions]


def query(regions: Iterable[Region]) -> str:
    """The query that asks for regions."""
    return "?" + "&".join(f"regio={region.slug}" for region in regions)

"""What is compared: the facts of some regions, one beside the other."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.text import get_text_list

from igs.models import Membership, Region
from igs.models.municipality import Province
from libraries.models import Library
from optil_portal.records.addresses import address
from optil_portal.records.models import Precision
from optil_portal.records.templatetags.records_tags import day
from projects.models.spread import Spread
from projects.models.theme import ThemeTile

UNKNOWN = "onbekend"


class Value(NamedTuple):
    """What is known of a region: a number or words, what is told under it, and where all of it stands."""

    shown: int | str
    more: str = ""
    address: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it can be drawn as a bar."""
        return isinstance(self.shown, int)


class Fact(NamedTuple):
    """A row of the comparison: each region with its value."""

    label: str
    note: str
    cells: list[tuple[Region, Value]]

    @property
    def most(self) -> int:
        """The largest of its numbers, against which the bars are drawn; 0 where there is none."""
        return max((value.shown for _, value in self.cells if isinstance(value.shown, int)), default=0)


class Comparison:
    """The facts on a day of some regions, which come with their figures; the groups of facts by name in `groups`."""

    def __init__(self, regions: Sequence[Region], themes: Sequence[ThemeTile], spread: Spread, on: date) -> None:
        """Ask what the figures do not tell, and put all facts together."""
        self.regions = regions
        self.members = Membership.grounds_of(regions, on)
        self.libraries = {region: Library.rows_of_region(region, on) for region in regions}
        self.groups = {
            "Omvang": [*self.size()],
            "Vereniging": [*self.association()],
            "Bibliotheken": [*self.library()],
            "Projecten": [*self.project(themes, spread)],
        }

    def size(self) -> Iterable[Fact]:
        """How large the regions are."""
        counted = {ground.counted_on for ground in self.members if ground.counted_on}
        when = day(counted.pop()) if len(counted) == 1 else "van elke gemeente de laatste"
        yield self.fact("Inwoners", lambda region: Value(region.inhabitants or UNKNOWN), f"telling: {when}")
        yield self.fact("Gemeenten", lambda region: Value(region.municipality_count, self.names(region)))
        yield self.fact("Oppervlakte", self.area, "in km²")
        yield self.fact("Provincie", self.provinces)

    def names(self, region: Region) -> str:
        """The members of a region."""
        return ", ".join(ground.municipality for ground in self.members if ground.region == region.pk)

    def area(self, region: Region) -> Value:
        """How many square kilometres a region covers."""
        return Value(round(sum(ground.area_km2 for ground in self.members if ground.region == region.pk)) or UNKNOWN)

    def provinces(self, region: Region) -> Value:
        """The provinces that the members of a region are in."""
        found = {ground.province for ground in self.members if ground.region == region.pk}
        return Value(get_text_list(sorted(Province(one).label for one in found), "en") or UNKNOWN)

    def association(self) -> Iterable[Fact]:
        """In what form the municipalities work together, and since when."""
        yield self.fact("Opgericht", founded)
        yield self.fact("Rechtsvorm", lambda region: Value(region.legal_form or UNKNOWN))
        yield self.fact("Erkend IGS sinds", lambda region: Value(day(region.first_day) or UNKNOWN))
        if any(region.last_day for region in self.regions):
            yield self.fact("Laatste dag", lambda region: Value(day(region.last_day) or "geen einde bekend"))

    def library(self) -> Iterable[Fact]:
        """The libraries, and the networks they work in."""
        yield self.fact("Bibliotheken", self.library_count, "die een bron bij naam noemt; de lijst is niet volledig")
        yield self.fact("Netwerk", self.networks)

    def library_count(self, region: Region) -> Value:
        """How many libraries of a region are known."""
        where = f"{address('libraries:library_list')}?regio={region.slug}"
        return Value(len(self.libraries[region]), address=where)

    def networks(self, region: Region) -> Value:
        """The networks that the libraries of a region work in."""
        names = {row.network for row in self.libraries[region] if row.network}
        return Value(get_text_list(sorted(names), "en") or UNKNOWN)

    def project(self, themes: Sequence[ThemeTile], spread: Spread) -> Iterable[Fact]:
        """How many projects are known, and about what; one counts for each theme it names."""
        yield self.fact("Projecten", project_count, "die we kennen")
        for theme in themes:
            cells = [(region, spread.cell(region, theme)) for region in self.regions]
            yield Fact(
                theme.short_name, "", [(region, Value(cell.projects, "", cell.address)) for region, cell in cells]
            )

    def fact(self, label: str, value: Callable[[Region], Value], note: str = "") -> Fact:
        """A fact from the value that each region has."""
        return Fact(label, note, [(region, value(region)) for region in self.regions])


def founded(region: Region) -> Value:
    """When a region was founded, as far as it is known."""
    if region.founded_precision == Precision.YEAR and region.founded:
        return Value(f"{region.founded.year}", region.founded_note)
    return Value(day(region.founded) or UNKNOWN, region.founded_note)


def project_count(region: Region) -> Value:
    """How many projects of a region are known: a figure that the app of the projects adds."""
    where = f"{address('projects:project_list')}?regio={region.slug}"
    return Value(region.project_count, address=where)  # type: ignore[attr-defined]  # igs knows no projects

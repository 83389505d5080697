"""Where the projects are: how many of each theme in each region."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from django.db import models
from django.db.models import Value

from igs.models import Region
from igs.models.region import RegionRow
from optil_portal.records.addresses import address
from optil_portal.records.prepared import Prepared
from projects.models.project import Project
from projects.models.theme import Theme, ThemeTile

MANY = 3  # from here on, more is drawn no stronger


class Cell(NamedTuple):
    """How many public projects a region leads or joins on a theme, first or further."""

    region: Region | RegionRow
    theme: ThemeTile
    projects: int

    @property
    def step(self) -> int:
        """How strongly the count is drawn, from 0 to MANY."""
        return min(self.projects, MANY)

    @property
    def told(self) -> str:
        """The cell in words."""
        return f"{self.region.name}: {self.projects or 'nog geen'} project{'' if self.projects < 2 else 'en'}"

    @property
    def address(self) -> str:
        """The list of these projects."""
        return f"{address('projects:project_list')}?thema={self.theme.slug}&regio={self.region.slug}"


class Spread:
    """The number of public projects for each region and theme, counted when it is made."""

    def __init__(self) -> None:
        """Count each project once for every region it names with every theme it names."""
        named: defaultdict[int, dict[str, set[str]]] = defaultdict(lambda: {"region": set(), "theme": set()})
        for field, project, slug in spread_query():
            named[project][field].add(slug)
        self.counts = Counter(pair for one in named.values() for pair in product(one["region"], one["theme"]))

    def cell(self, region: Region | RegionRow, theme: ThemeTile) -> Cell:
        """The cell of a region and a theme."""
        return Cell(region, theme, self.counts[region.slug, theme.slug])

    def empty(self, regions: Iterable[Region], themes: Sequence[Theme]) -> list[tuple[Region, Theme]]:
        """The region and the theme of each cell without a project, region by region."""
        return [
            (region, theme) for region, theme in product(regions, themes) if not self.counts[region.slug, theme.slug]
        ]


def named_in_published() -> models.QuerySet:
    """Each region and each theme that a public project names, as "region" or "theme", the project and the slug."""
    published = Project.objects.published().order_by()
    joined = Project.other_regions.through.objects.filter(project__in=published)
    further = Project.further_themes.through.objects.filter(project__in=published)
    first, *others = (
        rows.annotate(field=Value(field)).values_list("field", project, f"{field}__slug")
        for rows, field, project in (
            (published, "region", "pk"),
            (published, "theme", "pk"),
            (joined, "region", "project"),
            (further, "theme", "project"),
        )
    )
    return first.union(*others, all=True)


spread_query = Prepared(named_in_published)

"""What search engines may find: every public page, from the same querysets as the pages themselves."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from igs.models import Municipality, Region
from libraries.models import Library
from optil_portal.records.models import Record
from projects.models import Project, Theme

PAGES = (
    *("home", "about", "contact", "accessibility", "privacy", "open_data"),
    *("igs:region_list", "compare", "igs:municipality_list", "igs:consultant_list"),
    *("projects:theme_list", "projects:project_list", "projects:embedding", "libraries:library_list"),
    "proposals:project",
)


class Pages(Sitemap):
    """The pages that are about no single record."""

    def items(self) -> tuple[str, ...]:
        """Their names."""
        return PAGES

    def location(self, item: str) -> str:
        """Where a page is."""
        return reverse(item)


class Records(Sitemap):
    """The pages of the records in a queryset."""

    def __init__(self, records: QuerySet) -> None:
        """Keep the queryset, which every sitemap asks anew."""
        self.records = records

    def items(self) -> QuerySet:
        """The records of now."""
        return self.records.all()

    def lastmod(self, item: Record) -> datetime:
        """When a record changed last."""
        return item.changed


SITEMAPS = {
    "pages": Pages(),
    "regions": Records(Region.objects.order_by("pk")),
    "municipalities": Records(Municipality.objects.order_by("pk")),
    "themes": Records(Theme.objects.order_by("pk")),
    "projects": Records(Project.objects.listed()),
    "libraries": Records(Library.objects.listed()),
}

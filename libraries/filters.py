"""What the address of the list of libraries may ask."""

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet, ModelChoiceFilter

from igs.models import Region
from libraries.models import LibraryQuerySet
from optil_portal.records.clock import today


class LibraryFilter(FilterSet):
    """A region, and words."""

    regio = ModelChoiceFilter(queryset=Region.objects.all(), to_field_name="slug", method="in_region")
    q = CharFilter(method="search")

    def in_region(self, libraries: LibraryQuerySet, name: str, region: Region) -> QuerySet:
        """The libraries in the members of the region, today or on its last day."""
        return libraries.in_region(region, region.seen_on(today()))

    def search(self, libraries: LibraryQuerySet, name: str, words: str) -> QuerySet:
        """The libraries with the words."""
        return libraries.search(words)

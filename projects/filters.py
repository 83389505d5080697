"""What the address of the list of projects may ask."""

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet, ModelChoiceFilter, ModelMultipleChoiceFilter

from igs.models import Region
from projects.models import Theme
from projects.models.project import ProjectQuerySet


class ProjectFilter(FilterSet):
    """One or more themes, a region, and words."""

    thema = ModelMultipleChoiceFilter(queryset=Theme.objects.all(), to_field_name="slug", method="on_themes")
    regio = ModelChoiceFilter(queryset=Region.objects.all(), to_field_name="slug", method="in_region")
    q = CharFilter(method="search")

    def on_themes(self, projects: ProjectQuerySet, name: str, themes: list[Theme]) -> QuerySet:
        """The projects on one of the themes; all when none is chosen."""
        return projects.on_themes(themes) if themes else projects

    def in_region(self, projects: ProjectQuerySet, name: str, region: Region) -> QuerySet:
        """The projects of the region."""
        return projects.in_region(region)

    def search(self, projects: ProjectQuerySet, name: str, words: str) -> QuerySet:
        """The projects with the words."""
        return projects.search(words)

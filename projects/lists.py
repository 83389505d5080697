"""The lists of themes and projects."""

from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from optil_portal.records.listing import RecordList
from projects.columns import PROJECTS, THEMES
from projects.filters import PROJECT_SORTS, ProjectFilter
from projects.models import Project, Theme
from projects.models.project import CARD_FIELDS, Card


class ThemeList(RecordList):
    """The five themes."""

    template_name = "projects/theme_list.html"
    dataset = THEMES

    def records(self) -> QuerySet[Theme]:
        """All themes, in the order of the brochure."""
        return Theme.objects.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The themes as tiles, and the one of which `?thema=` asks the map."""
        themes = Theme.tiles()
        chosen = next((theme for theme in themes if theme.slug == self.request.GET.get("thema")), None)
        return super().get_context_data(**kwargs) | {"themes": themes, "chosen": chosen}


class ProjectList(RecordList):
    """The projects, narrowed by words and by all that they name."""

    template_name = "projects/project_list.html"
    dataset = PROJECTS
    filterset_class = ProjectFilter
    name_field = "title"
    sorts = PROJECT_SORTS
    row = Card
    fields = CARD_FIELDS
    paginate_by = 18

    def records(self) -> QuerySet[Project]:
        """The public projects with their years."""
        return listed_on(self.day).all()


@lru_cache(maxsize=4)
def listed_on(on: date) -> QuerySet[Project]:
    """The public projects with their years on a day, for whoever takes a copy: to make it anew costs a page much."""
    return Project.objects.listed().with_years(on)

"""The pages of themes and projects."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import DetailView, TemplateView

from optil_portal.records.clock import today
from optil_portal.records.listing import RecordList
from projects.filters import ProjectFilter
from projects.models import Project, Testimony, Theme


class ThemeList(TemplateView):
    """The five themes."""

    template_name = "projects/theme_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The themes as tiles, and the one of which `?thema=` asks the map."""
        themes = Theme.tiles()
        chosen = next((theme for theme in themes if theme.slug == self.request.GET.get("thema")), None)
        return super().get_context_data(**kwargs) | {"themes": themes, "chosen": chosen}


class ThemeDetail(DetailView):
    """A theme with its projects."""

    template_name = "projects/theme_detail.html"
    queryset = Theme.objects.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The theme, its projects, and what people say of them."""
        return super().get_context_data(**kwargs) | {
            "cards": Project.objects.listed().on_theme(self.object).cards(),
            "testimonies": Testimony.told_on_theme(self.object),
        }


class ProjectList(RecordList):
    """The projects, narrowed by theme, region and words."""

    template_name = "projects/project_list.html"
    filterset_class = ProjectFilter
    paginate_by = 18

    def records(self) -> QuerySet[Project]:
        """The public projects."""
        return Project.objects.listed()


def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A project, what it names, what people say of it, and projects like it."""
    project = Project.at(slug, today())
    if project is None:
        raise Http404
    named = project.named()
    context = {
        "project": project,
        "named": named,
        "images": project.images.all() if named["images"] else [],
        "links": Project.links_of(project),
        "testimonies": Testimony.told_about(project),
        "cards": Project.related_cards(project),
    }
    return render(request, "projects/project_detail.html", context)

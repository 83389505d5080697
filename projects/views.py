"""The pages of a theme and of a project."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import DetailView

from optil_portal.records.clock import today
from projects.models import Project, Testimony, Theme


class ThemeDetail(DetailView):
    """A theme with its projects."""

    template_name = "projects/theme_detail.html"
    queryset = Theme.objects.all()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The theme, its projects, and what people say of them."""
        return super().get_context_data(**kwargs) | {
            "cards": Project.objects.listed().on_theme(self.object).cards(),
            "testimonies": Testimony.told_on_theme(self.object, today()),
        }


def project_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A project, what it names, what people say of it, and projects like it."""
    on = today()
    project = Project.at(slug, on)
    if project is None:
        raise Http404
    return render(request, "projects/project_detail.html", told_about(project, on))


def told_about(project: Project, on: date) -> dict[str, Any]:
    """What the page of a project tells on a day."""
    named = project.named()
    return {
        "project": project,
        "named": named,
        "images": project.images.all() if named["images"] else [],
        "links": Project.links_of(project) if named["links"] else [],
        "testimonies": Testimony.told_about(project, on),
        "cards": Project.related_cards(project),
    }

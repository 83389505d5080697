"""What pages show of the projects and the testimonies."""

from typing import Any

from django import template
from django_filters import FilterSet

from igs.models import Municipality, Region
from libraries.models import Library
from projects.models import Project, Testimony, Theme
from projects.models.project import ProjectQuerySet

register = template.Library()


@register.inclusion_tag("projects/_cards.html")
def project_cards(projects: ProjectQuerySet) -> dict[str, Any]:
    """A card for each of the projects."""
    return {"cards": projects.cards()}


@register.inclusion_tag("projects/_choice.html")
def theme_choice(filterset: FilterSet) -> dict[str, Any]:
    """A form field to choose themes, in which those that `filterset` was asked for are ticked."""
    return {
        "choices": Theme.choices(),
        "chosen": [theme.slug for theme in filterset.form.cleaned_data.get("thema", [])],
    }


@register.inclusion_tag("projects/_by_theme.html")
def region_projects(region: Region) -> dict[str, Any]:
    """The projects of a region under their themes."""
    return {"region": region, "cards": Project.cards_of_region(region)}


@register.inclusion_tag("projects/_testimonies.html")
def region_testimonies(region: Region) -> dict[str, Any]:
    """What people tell of the work in a region."""
    return {"testimonies": Testimony.told_in_region(region)}


@register.inclusion_tag("projects/_with.html")
def municipality_projects(municipality: Municipality) -> dict[str, Any]:
    """The projects in which a municipality takes part."""
    return {"cards": Project.objects.listed().in_municipality(municipality).cards(), "who": municipality}


@register.inclusion_tag("projects/_with.html")
def library_projects(library: Library) -> dict[str, Any]:
    """The projects in which a library takes part."""
    return {"cards": Project.objects.listed().with_library(library).cards(), "who": library}

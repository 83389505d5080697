"""What other pages show of the projects and the testimonies."""

from typing import Any

from django import template

from igs.models import Municipality, Region
from libraries.models import Library
from projects.models import Project, Testimony

register = template.Library()


@register.inclusion_tag("projects/_by_theme.html")
def region_projects(region: Region) -> dict[str, Any]:
    """The projects of a region under their themes."""
    return {"region": region, "projects": Project.objects.listed().in_region(region).by_theme()}


@register.inclusion_tag("projects/_testimonies.html")
def region_testimonies(region: Region) -> dict[str, Any]:
    """What people tell of the work in a region."""
    return {"testimonies": Testimony.objects.told().in_region(region)}


@register.inclusion_tag("projects/_with.html")
def municipality_projects(municipality: Municipality) -> dict[str, Any]:
    """The projects in which a municipality takes part."""
    return {"projects": Project.objects.listed().in_municipality(municipality), "who": municipality}


@register.inclusion_tag("projects/_with.html")
def library_projects(library: Library) -> dict[str, Any]:
    """The projects in which a library takes part."""
    return {"projects": Project.objects.listed().with_library(library), "who": library}

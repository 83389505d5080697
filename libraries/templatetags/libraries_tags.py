"""What other pages show of the libraries."""

from datetime import date
from typing import Any

from django import template

from igs.models import Municipality, Region
from libraries.models import Library

register = template.Library()


@register.inclusion_tag("libraries/_libraries.html")
def region_libraries(region: Region, on: date) -> dict[str, Any]:
    """The libraries in the members of a region on a day, with the networks they work in."""
    libraries = Library.objects.listed().in_region(region, on)
    networks = {library.network for library in libraries if library.network}
    return {"libraries": libraries, "networks": sorted(networks, key=str), "who": region}


@register.inclusion_tag("libraries/_libraries.html")
def municipality_libraries(municipality: Municipality) -> dict[str, Any]:
    """The libraries of a municipality."""
    return {"libraries": Library.objects.listed().in_municipality(municipality), "who": municipality}

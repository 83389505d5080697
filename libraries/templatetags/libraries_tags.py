"""What pages show of the libraries."""

from datetime import date
from typing import Any

from django import template

from igs.models import Municipality, Region
from libraries.models import Library, LibraryQuerySet

register = template.Library()


@register.inclusion_tag("libraries/_rows.html")
def library_rows(libraries: LibraryQuerySet) -> dict[str, Any]:
    """A row for each of the libraries."""
    return {"rows": libraries.rows()}


@register.inclusion_tag("libraries/_libraries.html")
def region_libraries(region: Region, on: date) -> dict[str, Any]:
    """The libraries in the members of a region on a day, with the networks they work in."""
    rows = Library.rows_of_region(region, on)
    return {
        "rows": rows,
        "networks": sorted({(row.network, row.network_website) for row in rows if row.network}),
        "who": region,
    }


@register.inclusion_tag("libraries/_libraries.html")
def municipality_libraries(municipality: Municipality) -> dict[str, Any]:
    """The libraries of a municipality."""
    return {"rows": Library.objects.listed().in_municipality(municipality).rows(), "who": municipality}

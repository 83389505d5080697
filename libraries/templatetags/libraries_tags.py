"""What pages show of the libraries."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from igs.models import Municipality, Region
from libraries.models import Library
from optil_portal.records.templatetags.records_tags import drawn

register = template.Library()


@register.simple_tag
def region_libraries(region: Region, on: date) -> SafeString:
    """The libraries in the members of a region on a day, with the networks they work in."""
    rows = Library.rows_of_region(region, on)
    networks = sorted({(row.network, row.network_website) for row in rows if row.network})
    return drawn("libraries/_libraries.html", rows=rows, networks=networks, who=str(region))


@register.simple_tag
def municipality_libraries(municipality: Municipality) -> SafeString:
    """The libraries of a municipality."""
    rows = Library.objects.listed().in_municipality(municipality).rows()
    return drawn("libraries/_libraries.html", rows=rows, who=str(municipality))

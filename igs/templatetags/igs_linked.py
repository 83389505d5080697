"""What machines read of the pages of regions and municipalities."""

from collections.abc import Sequence

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from igs.columns import known_part
from igs.linked_data import municipality_of, region_of
from igs.models import Municipality, Region
from igs.models.membership import Members
from optil_portal.records.addresses import address, base_of
from optil_portal.records.clock import today
from optil_portal.records.linked_data import described
from optil_portal.records.prose import plain

register = template.Library()


@register.simple_tag(takes_context=True)
def linked_region(context: Context, region: Region, names: Sequence[tuple[str, str]], members: Members) -> SafeString:
    """A region with its members."""
    base, here = base_of(context["request"]), region.get_absolute_url()
    thing = region_of(base, region) | {
        "url": f"{base}{here}",
        "legalName": region.official_name,
        "alternateName": [name for name, _ in names],
        "description": plain(region.about),
        "sameAs": region.website,
        "email": region.email,
        "telephone": region.phone,
        "address": region.seat,
        "foundingDate": known_part(region.founded, region.founded_precision),
        "dissolutionDate": region.last_day.isoformat() if region.last_day and region.last_day < today() else None,
        "areaServed": [municipality_of(base, member) for member in members.now if not member.successor],
    }
    return described(context["request"], [("Regio’s", address("igs:region_list")), (region.name, here)], thing)


@register.simple_tag(takes_context=True)
def linked_municipality(context: Context, municipality: Municipality, region: Region | None) -> SafeString:
    """A municipality, and the region that it is in."""
    base, here = base_of(context["request"]), municipality.get_absolute_url()
    reference = municipality_of(base, municipality)
    thing = reference | {
        "url": f"{base}{here}",
        "sameAs": municipality.uri,
        "identifier": {"@type": "PropertyValue", "propertyID": "NIS", "value": municipality.nis_code},
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": municipality.latitude,
            "longitude": municipality.longitude,
        },
        "containedInPlace": {"@type": "AdministrativeArea", "name": municipality.get_province_display()},
    }
    around = [region_of(base, region) | {"areaServed": {"@id": reference["@id"]}}] if region else []
    trail = [("Gemeenten", address("igs:municipality_list")), (municipality.name, here)]
    return described(context["request"], trail, thing, *around)

"""What machines read of the page of a library."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from igs.linked_data import Named, municipality_of
from libraries.models import Library, LibraryNetwork
from optil_portal.records.addresses import address, base_of
from optil_portal.records.linked_data import Thing, described, known

register = template.Library()


def library_of(base: str, library: Named) -> Thing:
    """A library by its identifier and its name."""
    here = address("libraries:library_detail", library.slug)
    return {"@type": "Library", "@id": f"{base}{here}#bibliotheek", "name": library.name}


@register.simple_tag(takes_context=True)
def linked_library(context: Context, library: Library) -> SafeString:
    """A library, where it is and with whom it works."""
    base, here = base_of(context["request"]), library.get_absolute_url()
    thing = library_of(base, library) | {
        "url": f"{base}{here}",
        "sameAs": library.website,
        "address": known(
            {
                "@type": "PostalAddress",
                "streetAddress": library.street,
                "postalCode": library.postal_code,
                "addressLocality": library.city,
                "addressCountry": "BE",
            }
        ),
        "containedInPlace": municipality_of(base, library.municipality),
        "memberOf": network(library.network),
    }
    trail = [("Bibliotheken", address("libraries:library_list")), (library.name, here)]
    return described(context["request"], trail, thing)


def network(network: LibraryNetwork | None) -> Thing | None:
    """A network, as far as a library is in one."""
    return known({"@type": "Organization", "name": network.name, "url": network.website}) if network else None

"""What machines read of the pages that are about no record."""

from html import unescape

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from optil_portal.records.addresses import address, base_of
from optil_portal.records.linked_data import NAME, described, publisher, site_of

register = template.Library()


@register.simple_tag(takes_context=True)
def linked_page(context: Context, title: str) -> SafeString:
    """A page by its title, which stands in the template as HTML."""
    request = context["request"]
    base, name = base_of(request), unescape(title)
    here = f"{base}{request.path}"
    page = {
        "@type": "WebPage",
        "@id": here,
        "url": here,
        "name": name,
        "inLanguage": "nl-BE",
        "isPartOf": site_of(base),
    }
    return described(request, [(name, request.path)], page)


@register.simple_tag(takes_context=True)
def linked_site(context: Context) -> SafeString:
    """The portal, and how to search it."""
    request = context["request"]
    base = base_of(request)
    search = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{base}{address('search')}?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    site = site_of(base) | {
        "@type": "WebSite",
        "name": NAME,
        "url": f"{base}{address('home')}",
        "inLanguage": "nl-BE",
        "publisher": publisher(),
        "potentialAction": search,
    }
    return described(request, [], site)

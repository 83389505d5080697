"""The addresses of pages, remembered: on a page with many links, `reverse` alone costs more than the queries."""

from functools import lru_cache
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

SLUG = "-slug-"


@lru_cache(maxsize=256)
def pattern(prefix: str, name: str, *arguments: str) -> str:
    """The address of a page by its URL name and its arguments, for a portal that is mounted at `prefix`."""
    return reverse(name, args=arguments)


def base_of(request: HttpRequest) -> str:
    """The host that somebody asked, as what goes before a path to make it an address for the whole world."""
    return f"{request.scheme}://{request.get_host()}"


def asked_but(request: HttpRequest, *keys: str) -> str:
    """What somebody asks in an address, but for some keys, as another address can ask it; "" for nothing."""
    return urlencode([(key, one) for key, some in request.GET.lists() if key not in keys for one in some])


def address(name: str, slug: str = "") -> str:
    """The address of a page by its URL name and, where there are many of its kind, its slug."""
    prefix = get_script_prefix()
    return pattern(prefix, name, SLUG).replace(SLUG, slug) if slug else pattern(prefix, name)

"""The addresses of pages, remembered: on a page with many links, `reverse` alone costs more than the queries."""

from functools import cache

from django.urls import reverse

SLUG = "-slug-"


@cache
def pattern(name: str, *arguments: str) -> str:
    """The address of a page by its URL name and its arguments."""
    return reverse(name, args=arguments)


def address(name: str, slug: str = "") -> str:
    """The address of a page by its URL name and, where there are many of its kind, its slug."""
    return pattern(name, SLUG).replace(SLUG, slug) if slug else pattern(name)

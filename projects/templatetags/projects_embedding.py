"""The code with which a website shows a page of the portal in a frame."""

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import escape

from optil_portal.records.addresses import address, asked_but

register = template.Library()

ONE, SOME = 460, 640  # how high a frame is, in pixels, around one project and around a list
ELSEWHERE = ("pagina", "lijst")  # what an address may ask that says nothing of which projects there are


@register.simple_tag(takes_context=True)
def frame(context: Context, title: str, name: str, slug: str = "", question: str = "") -> str:
    """The code for the page of a URL name, of which `title` tells who cannot see it what is there."""
    page = context["request"].build_absolute_uri(address(name, slug))
    source = escape(f"{page}?{question}" if question else page)
    height = ONE if slug else SOME
    return (
        f'<iframe src="{source}" title="{escape(title)}" width="100%" height="{height}" loading="lazy" '
        'style="border: 0"></iframe>'
    )


@register.filter
def question(request: HttpRequest) -> str:
    """What an address asks of the projects, as another address can ask it."""
    return asked_but(request, *ELSEWHERE)

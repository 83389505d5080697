"""How a page tells that its list can be taken along."""

from django import template
from django.template import Context
from django.urls import get_script_prefix
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from optil_portal.records.addresses import address, asked_but
from optil_portal.records.formats import FORMATS

register = template.Library()


@register.simple_tag(takes_context=True)
def other_formats(context: Context) -> SafeString:
    """Where the list that a page shows is in other formats, with the same question."""
    dataset, query = context["view"].dataset, question(context)
    beside = f"{get_script_prefix()}{dataset.name}"
    links = " · ".join(f'<a href="{beside}.{name}{query}">{FORMATS[name].label}</a>' for name in dataset.formats)
    about = f'<a href="{address("open_data")}#{dataset.explained}">Wat staat erin?</a>'
    return mark_safe(f'<p class="take-along">Neem deze lijst mee: {links}. {about}</p>')  # noqa: S308 - escaped


@register.simple_tag(takes_context=True)
def feed_link(context: Context) -> SafeString:
    """What tells a reader of news where the feed of the list that a page shows is."""
    dataset = context["view"].dataset
    feed = f"{get_script_prefix()}{dataset.name}.atom{question(context)}"
    return format_html(
        '<link rel="alternate" type="application/atom+xml" href="{}" title="{}">', feed, f"{dataset.title} als Atom"
    )


def question(context: Context) -> SafeString:
    """The query string of a page, but for which part of the list it shows, as it stands in an attribute."""
    asked = asked_but(context["request"], "pagina")
    return escape(asked and f"?{asked}")

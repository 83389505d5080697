"""The cards of projects, drawn as text and not by a template, for a page has dozens of them."""

from collections.abc import Sequence
from html import escape

from django import template
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from projects.models.project import Card, Found

register = template.Library()


@register.simple_tag
def project_grid(
    cards: Sequence[Card], kept: Sequence[int] | str | None = (), found: Sequence[tuple[int, Found]] = ()
) -> SafeString:
    """The cards with their covers, each with a box to tick, already ticked for the numbers `kept`; none for None.

    Of those in `found` it tells why they were found.
    """
    covers, reasons = static("covers.svg"), dict(found or ())
    drawn = (
        f'<article class="card {card.colour}">'
        f'<svg class="cover" aria-hidden="true"><use href="{covers}#{card.cover}"/></svg>'
        f'<div class="text">{box(card, kept)}{labels(card)}'
        f"{texts(card, reasons.get(card.pk))}</div></article>"
        for card in cards
    )
    return mark_safe(f'<div class="cards">{"".join(drawn)}</div>')  # noqa: S308 - every text in it is escaped


def texts(card: Card, found: Found | None) -> str:
    """The title and the summary of a card, and why it was found."""
    if found is None:
        return f'<h3><a href="{card.address}">{escape(card.title)}</a></h3><p>{escape(card.summary)}</p>'
    title, summary, why = found
    told = f'<p class="fine">{why}</p>' if why else ""
    return f'<h3><a href="{card.address}">{title}</a></h3><p>{summary}</p>{told}'


@register.simple_tag
def project_rows(cards: Sequence[Card]) -> SafeString:
    """The cards without covers under a heading that already tells what they share, each with a box to tick."""
    drawn = (
        f'<li class="card {card.colour}"><div class="text">{box(card)}{labels(card)}'
        f'<p class="title"><a href="{card.address}">{escape(card.title)}</a></p>'
        f"<p>{escape(card.summary)}</p></div></li>"
        for card in cards
    )
    return mark_safe(f'<ul class="cards plain">{"".join(drawn)}</ul>')  # noqa: S308 - every text in it is escaped


def box(card: Card, kept: Sequence[int] | str | None = ()) -> str:
    """The box to tick a card, ticked when it is `kept` in the list already; a template without a list says ""."""
    if kept is None:
        return ""
    state = " checked disabled" if card.pk in (kept or ()) else ""
    name = f"Neem ‘{escape(card.title)}’ mee"
    return f'<label class="tick"><input type="checkbox" name="p" value="{card.pk}" aria-label="{name}"{state}></label>'


def labels(card: Card) -> str:
    """The theme, the region, the years, and whether it still runs."""
    theme, region = escape(card.theme), escape(card.region)
    return f'<p class="labels"><span class="pill">{theme}</span> {region} · {card.when}</p>'

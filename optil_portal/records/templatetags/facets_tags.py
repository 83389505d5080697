"""The form to narrow a list with, and what is asked of it as chips.

Drawn as text and not by templates, for a list has some two hundred options; and once for the same counts.
"""

from functools import lru_cache
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from optil_portal.records.facets import Choice, Facet, Option, Row
from optil_portal.records.filters import WORDS, FacetedFilterSet, Kind

register = template.Library()

Rows = tuple[Row, ...]
Choices = tuple[Choice, ...]

CROSS = '<svg viewBox="0 0 10 10" aria-hidden="true"><path d="M1 1l8 8M9 1L1 9"/></svg>'


@register.simple_tag
def facet_form(filterset: FacetedFilterSet) -> SafeString:
    """The form: the first facet in sight, then the words and the facets of which one is chosen, the others folded."""
    kind: Kind = type(filterset)
    first, *others = filterset.facets
    asked = {
        key: (kind, key, tuple(filterset.rows[key]), tuple(filterset.chosen_from(key))) for key in filterset.facets
    }
    sight = boxes(*asked[first])
    drawn = f"<fieldset><legend>{filterset.facets[first].label}</legend>{sight}</fieldset>" if sight else ""
    folds = "".join(fold(*asked[key]) for key in others if not filterset.facets[key].single)
    folded = f'<div class="folds">{folds}</div>' if folds else ""
    selects = "".join(select(*asked[key]) for key in others if filterset.facets[key].single)
    words = search(filterset) if WORDS in filterset.filters else ""
    beside = "".join(f'<input type="hidden" name="{key}" value="{escape(one)}">' for key, one in filterset.beside)
    return mark_safe(  # noqa: S308 - every text in it is escaped
        f'<form class="filter panel">{drawn}{folded}{words}{selects}'
        f'<div class="field">{beside}<button>Toon</button></div></form>'
    )


def facet_of(kind: Kind, key: str) -> Facet:
    """The facet that a kind of list declares under a key."""
    return kind.base_filters[key]


def search(filterset: FacetedFilterSet) -> str:
    """The field for words, with what was typed in it."""
    typed = escape(filterset.data.get(WORDS, ""))
    return (
        '<div class="field"><label for="woorden">Woorden</label>'
        f'<input type="search" id="woorden" name="{WORDS}" value="{typed}" maxlength="100"></div>'
    )


@lru_cache(maxsize=256)
def fold(kind: Kind, key: str, rows: Rows, choices: Choices) -> str:
    """A facet that opens, with how many of its options are asked; "" when it has none."""
    facet, drawn = facet_of(kind, key), boxes(kind, key, rows, choices)
    asked = len(choices)
    many = f' <span class="count">{asked}<span class="unseen"> gekozen</span></span>' if asked else ""
    return drawn and (
        f'<details name="facet"><summary>{facet.label}{many}</summary>'
        f'<fieldset aria-label="{facet.label}">{drawn}</fieldset></details>'
    )


@lru_cache(maxsize=64)
def boxes(kind: Kind, key: str, rows: Rows, choices: Choices) -> str:
    """A box to tick for each option of a facet."""
    asked = {choice.value: choice for choice in choices}
    options = facet_of(kind, key).all_options(rows, choices)
    return "".join(box(key, option, asked.get(option.value)) for option in options)


def box(key: str, option: Option, choice: Choice | None) -> str:
    """An option to tick, ticked when it is chosen; one that is excluded says so, and stays so unless it is unticked."""
    value, name = escape(option.value), escape(option.name)
    if choice and choice.excluded:
        return f'<label><input type="checkbox" name="{key}" value="-{value}" checked>niet {name}</label>'
    ticked = f'<input type="checkbox" name="{key}" value="{value}"{" checked" if choice else ""}>'
    return f"<label>{ticked}{name} <span>{option.records}</span></label>"


@lru_cache(maxsize=64)
def select(kind: Kind, key: str, rows: Rows, choices: Choices) -> str:
    """A facet of which one option is chosen from a list; "" when it has none."""
    facet, asked = facet_of(kind, key), {choice.value: choice for choice in choices}
    options = "".join(entry(option, asked.get(option.value)) for option in facet.all_options(rows, choices))
    return options and (
        f'<div class="field"><label for="{key}">{facet.label}</label>'
        f'<select id="{key}" name="{key}"><option value="">alles</option>{options}</select></div>'
    )


def entry(option: Option, choice: Choice | None) -> str:
    """An option in a list, as a box has it."""
    value, name = escape(option.value), escape(option.name)
    if choice and choice.excluded:
        return f'<option value="-{value}" selected>niet {name}</option>'
    return f'<option value="{value}"{" selected" if choice else ""}>{name} ({option.records})</option>'


@register.simple_tag
def facet_chips(filterset: FacetedFilterSet) -> SafeString:
    """What is asked, each to be taken away or turned into its opposite; "" when nothing is."""
    chips = [words_chip(filterset)] if filterset.words else []
    chips += [chip(choice, filterset) for choice in filterset.choices]
    if not chips:
        return SafeString("")
    clear = f'<li class="clear"><a href="{escape(filterset.address([]))}">Wis alles</a></li>'
    return mark_safe(f'<ul class="chips" aria-label="Wat je vraagt">{"".join(chips)}{clear}</ul>')  # noqa: S308 - idem


def words_chip(filterset: FacetedFilterSet) -> str:
    """The words, to be taken away."""
    words = escape(filterset.words)
    others = [pair for pair in filterset.pairs if pair[0] != WORDS]
    return f"<li><span>‘<strong>{words}</strong>’</span>{take_away(words, filterset.address(others))}</li>"


def chip(choice: Choice, filterset: FacetedFilterSet) -> str:
    """A choice, to be taken away or, when its facet allows more than one, turned into its opposite."""
    facet = filterset.facets[choice.key]
    name = escape(choice.name)
    others = [pair for pair in filterset.pairs if pair != choice.pair]
    opposite = choice._replace(excluded=not choice.excluded)
    turned = [opposite.pair if pair == choice.pair else pair for pair in filterset.pairs]
    kind, no, turn = (' class="not"', "niet ", "Neem mee") if choice.excluded else ("", "", "Sluit uit")
    told = f"<span>{facet.label}: {no}<strong>{name}</strong></span>"
    turning = "" if facet.single else link(filterset.address(turned), f'{turn}<span class="unseen"> {name}</span>')
    return f"<li{kind}>{told}{turning}{take_away(name, filterset.address(others))}</li>"


def take_away(name: str, address: str) -> str:
    """The cross of a chip."""
    return link(address, f'{CROSS}<span class="unseen">Laat {name} weg</span>')


def link(address: str, text: str) -> str:
    """A link of a chip, not for machines: they would ask the list in more ways than it has records."""
    return f'<a rel="nofollow" href="{escape(address)}">{text}</a>'

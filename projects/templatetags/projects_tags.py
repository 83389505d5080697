"""What pages show of the projects and the testimonies."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from igs.models import Municipality, Region
from igs.templatetags.igs_map import Mark, flanders
from libraries.models import Library
from optil_portal.records.addresses import address
from optil_portal.records.clock import today
from optil_portal.records.periods import axis
from optil_portal.records.search import Question
from optil_portal.records.templatetags.records_tags import drawn
from projects.models import Project, Testimony
from projects.models.project import Card
from projects.models.spread import Spread
from projects.models.theme import ThemeTile
from projects.take_along import Selection

register = template.Library()

STEPS = ("nog geen project", "één project", "twee projecten", "drie of meer")  # as Cell.step counts


@register.simple_tag(takes_context=True)
def project_cards(context: Context, cards: list[Card], question: Question) -> SafeString:
    """The cards of projects; those of the list in `?lijst=`, to which one came to add, are ticked.

    Where words were asked, the cards tell why they answer.
    """
    kept = Selection.asked(context["request"].GET.getlist("lijst"))
    return drawn("projects/_cards.html", cards=cards, kept=kept, found=Project.found_on(cards, question))


@register.simple_tag
def region_projects(region: Region) -> SafeString:
    """The most recent projects of a region under their themes, and over the years."""
    cards, are_more = Project.cards_of_region(region)
    dated = [(card, year, card.year_until) for card in cards if (year := card.year_from or card.year_until)]
    years = axis(dated, today().year)
    return drawn(
        "projects/_by_theme.html",
        region=str(region),
        every=f"{address('projects:project_list')}?regio={region.slug}" if are_more else "",
        cards=cards,
        axis=years,
        unsure=any(period.unsure for period in years.periods),
        undated=len(cards) - len(dated),
    )


@register.inclusion_tag("projects/_matrix.html")
def theme_matrix(themes: Sequence[ThemeTile]) -> dict[str, Any]:
    """How many projects each region of today has on each of the themes."""
    spread = Spread()
    regions = Region.rows(today())
    return {
        "themes": themes,
        "rows": [(region, [spread.cell(region, theme) for theme in themes]) for region in regions],
    }


@register.inclusion_tag("projects/_theme_map.html")
def theme_map(theme: ThemeTile) -> dict[str, Any]:
    """How many projects each region of today has on a theme, on the map and in a table."""
    spread = Spread()
    cells = [spread.cell(region, theme) for region in Region.rows(today())]
    marks = [Mark(cell.region.pk, f"n{cell.step}", f"{cell.projects}", cell.told, cell.address) for cell in cells]
    label = f"Schematische kaart van Vlaanderen met per regio het aantal projecten over {theme.short_name}"
    return {"theme": theme, "cells": cells, "steps": STEPS, "map": flanders(marks, label)}


@register.simple_tag
def region_testimonies(region: Region) -> SafeString:
    """What people tell of the work in a region."""
    return drawn("projects/_testimonies.html", testimonies=Testimony.told_in_region(region, today()))


@register.inclusion_tag("projects/_with.html")
def municipality_projects(municipality: Municipality) -> dict[str, Any]:
    """The projects in which a municipality takes part."""
    return {"cards": Project.objects.listed().in_municipality(municipality).cards(), "who": municipality}


@register.inclusion_tag("projects/_with.html")
def library_projects(library: Library) -> dict[str, Any]:
    """The projects in which a library takes part."""
    return {"cards": Project.objects.listed().with_library(library).cards(), "who": library}

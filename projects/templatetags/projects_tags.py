"""What pages show of the projects and the testimonies."""

from collections.abc import Sequence
from typing import Any

from django import template
from django_filters import FilterSet

from igs.models import Municipality, Region
from igs.templatetags.igs_map import Mark, flanders
from libraries.models import Library
from optil_portal.records.clock import today
from optil_portal.records.periods import axis
from projects.models import Project, Testimony, Theme
from projects.models.project import ProjectQuerySet
from projects.models.spread import Spread
from projects.models.theme import ThemeTile

register = template.Library()

STEPS = ("nog geen project", "één project", "twee projecten", "drie of meer")  # as Cell.step counts


@register.inclusion_tag("projects/_cards.html")
def project_cards(projects: ProjectQuerySet) -> dict[str, Any]:
    """A card for each of the projects."""
    return {"cards": projects.cards()}


@register.inclusion_tag("projects/_choice.html")
def theme_choice(filterset: FilterSet) -> dict[str, Any]:
    """A form field to choose themes, in which those that `filterset` was asked for are ticked."""
    return {
        "choices": Theme.choices(),
        "chosen": [theme.slug for theme in filterset.form.cleaned_data.get("thema", [])],
    }


@register.inclusion_tag("projects/_by_theme.html")
def region_projects(region: Region) -> dict[str, Any]:
    """The projects of a region under their themes, and over the years."""
    cards = Project.cards_of_region(region)
    dated = [(card, year, card.year_until) for card in cards if (year := card.year_from or card.year_until)]
    years = axis(dated, today().year)
    return {
        "region": region,
        "cards": cards,
        "axis": years,
        "unsure": any(period.unsure for period in years.periods),
        "undated": len(cards) - len(dated),
    }


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


@register.inclusion_tag("projects/_testimonies.html")
def region_testimonies(region: Region) -> dict[str, Any]:
    """What people tell of the work in a region."""
    return {"testimonies": Testimony.told_in_region(region)}


@register.inclusion_tag("projects/_with.html")
def municipality_projects(municipality: Municipality) -> dict[str, Any]:
    """The projects in which a municipality takes part."""
    return {"cards": Project.objects.listed().in_municipality(municipality).cards(), "who": municipality}


@register.inclusion_tag("projects/_with.html")
def library_projects(library: Library) -> dict[str, Any]:
    """The projects in which a library takes part."""
    return {"cards": Project.objects.listed().with_library(library).cards(), "who": library}

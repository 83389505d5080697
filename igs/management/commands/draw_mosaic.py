"""Draws the tiles of the map anew."""

import csv
from collections.abc import Mapping
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from igs import cartography
from igs.models import Membership, Municipality, Outline
from optil_portal.records.clock import today


class Command(BaseCommand):
    """Computes a tile for each municipality from the middle of its territory."""

    help = "Tekent het mozaïek opnieuw: één tegel per gemeente."

    def handle(self, **options) -> None:
        """Replace the mosaic and say how many tiles it has."""
        cells = cartography.cells(_middles(), _brussels())
        shades = cartography.shades(_regions(), cartography.neighbours(cells))
        redraw(Outline.Layer.MOSAIC, cartography.mosaic(cells), shades)
        self.stdout.write(f"Het mozaïek telt {len(cells)} tegels.")


def _middles() -> dict[str, tuple[float, float]]:
    """The middle of each municipality by NIS code: latitude and longitude, in degrees."""
    rows = Municipality.objects.order_by("nis_code").values_list("nis_code", "latitude", "longitude")
    return {nis_code: (latitude, longitude) for nis_code, latitude, longitude in rows}


def _brussels() -> list[tuple[float, float]]:
    """The middles of the municipalities of Brussels, which stay open on our map: latitude and longitude."""
    with (settings.BASE_DIR / "fixtures" / "brussels_points.csv").open(newline="") as file:
        return [(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)]


def _regions() -> dict[str, int]:
    """The region of today by the NIS code of each municipality that has one."""
    memberships = Membership.objects.on(today()).exclude(municipality=None)
    return dict(memberships.values_list("municipality__nis_code", "region"))


def redraw(layer: Outline.Layer, outlines: Mapping[str, cartography.Outline], shades: Mapping[str, int]) -> None:
    """Replace a layer of the map as a whole by these outlines by NIS code; without a shade it is 0."""
    municipalities = dict(Municipality.objects.values_list("nis_code", "pk"))
    with transaction.atomic():
        Outline.objects.filter(layer=layer).delete()
        Outline.objects.bulk_create(
            Outline(municipality_id=municipalities[code], layer=layer, shade=shades.get(code, 0), **asdict(outline))
            for code, outline in outlines.items()
        )

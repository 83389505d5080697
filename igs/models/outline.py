"""How a municipality is drawn on the map: a tile of the mosaic, or its true borders."""

from datetime import date
from operator import attrgetter
from typing import ClassVar, NamedTuple, Self

from django.db import models
from django.db.models import Exists, FilteredRelation, OuterRef, Q

from igs.models.membership import Membership, later_than, no_later_than
from optil_portal.records.edition import kept_of
from optil_portal.records.history import Remembered, RememberedQuerySet
from optil_portal.records.prepared import Prepared


class Tile(NamedTuple):
    """What a page needs to draw one municipality; `region` is the id of the region it is in, active or not, or None."""

    path: str
    shade: int
    x: int
    y: int
    name: str
    slug: str
    region: int | None


class OutlineQuerySet(RememberedQuerySet):
    """The words for outlines."""

    def drawn(self) -> Self:
        """One outline a municipality: its true borders where we have them, its tile elsewhere."""
        borders = Outline.objects.filter(municipality=OuterRef("municipality"), layer=Outline.Layer.BOUNDARY)
        return self.filter(Q(layer=Outline.Layer.BOUNDARY) | ~Exists(borders)).select_related("municipality")


class Outline(Remembered):
    """A shape on the map, in whole pixels of the map's own frame."""

    derived_from = "municipality"

    class Layer(models.TextChoices):
        """Which drawing an outline belongs to."""

        MOSAIC = "mosaic", "mozaïek"
        BOUNDARY = "boundary", "ware grenzen"

    municipality = models.ForeignKey(
        "igs.Municipality", on_delete=models.CASCADE, related_name="outlines", verbose_name="gemeente"
    )
    layer = models.CharField("laag", max_length=8, choices=Layer)
    path = models.TextField("vorm", help_text="SVG-pad in het kader van de kaart.")
    label_x = models.IntegerField("x van het naamplaatje")
    label_y = models.IntegerField("y van het naamplaatje")
    shade = models.PositiveSmallIntegerField("tint", default=0, help_text="0, 1 of 2: buren krijgen een andere tint.")

    objects: ClassVar = OutlineQuerySet.as_manager()

    class Meta:
        verbose_name = "kaartvorm"
        verbose_name_plural = "kaartvormen"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["municipality", "layer"],
                name="outline_once_a_layer",
                violation_error_message="Deze gemeente heeft al een vorm in die laag.",
            ),
            models.CheckConstraint(
                condition=Q(shade__lte=2),
                name="outline_shade_is_0_1_or_2",
                violation_error_message="Een tint is 0, 1 of 2.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.municipality} ({self.get_layer_display()})"

    @staticmethod
    def tiles(on: date) -> list[Tile]:
        """The whole map as it is drawn on a day, by name."""
        return kept_of(on, "map", lambda: read(on))  # reading it costs a page more than drawing it

    @staticmethod
    def tiles_then(on: date) -> list[Tile]:
        """The map of a day in the past, on which a municipality of now stands for those that merged into it.

        Only today's municipalities have a tile: one that was in no region itself shows that of the first of them.
        """
        inherited = dict(reversed(regions_of_former_query(on=on)))
        return [tile if tile.region else tile._replace(region=inherited.get(tile.slug)) for tile in Outline.tiles(on)]


def read(on: date) -> list[Tile]:
    """The whole map of a day, from the database."""
    return sorted(map(Tile._make, tiles_query(on=on)), key=attrgetter("name"))


def tiles_on(on: date) -> models.QuerySet:
    """What is drawn on a day as the fields of Tile."""
    memberships = "municipality__memberships"
    holds = no_later_than(f"{memberships}__since", on) & later_than(f"{memberships}__until", on)
    drawn = Outline.objects.drawn().annotate(held=FilteredRelation(memberships, condition=holds))
    shape = ("path", "shade", "label_x", "label_y", "municipality__name", "municipality__slug", "held__region")
    return drawn.values_list(*shape)


tiles_query = Prepared(tiles_on, on=date(1, 2, 3))
regions_of_former_query = Prepared(
    lambda on: Membership.objects.on(on).of_former().values_list("former_municipality__successor__slug", "region"),
    on=date(1, 2, 3),
)

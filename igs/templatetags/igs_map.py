"""The map: the mosaic of all municipalities, or the part of it around one region or municipality.

Drawn as text and not by a template, for a page has some three hundred tiles.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import escape
from operator import attrgetter
from typing import NamedTuple, Self

from django import template
from django.utils.safestring import SafeString, mark_safe

from igs.models import Municipality, Outline, Region
from igs.models.outline import Tile
from igs.models.region import RegionRow
from igs.moment import Moment
from optil_portal.records.addresses import address
from optil_portal.records.clock import today

register = template.Library()

FRAME = "0 0 2000 812"
MARGIN = 75  # around the labels of the tiles that a detail is about: a little more than a tile is wide
AROUND = 190  # around a municipality that stands alone
NAMES_ACROSS = 42  # how many times the height of a name goes into the width of a detail
LINE, LETTER = (
    1.4,
    0.8,
)  # how far names stay apart, and how wide a letter is, in their height: on a phone they are larger
BADGE = 17  # radius of the plate with a region's number


class Mark(NamedTuple):
    """How a region stands on the map: its id, its class, the text on its plate, its name and where its link leads."""

    region: int
    kind: str
    plate: str
    name: str
    address: str


class Mount(NamedTuple):
    """What the links of the map begin and end with: the address of the municipalities, and the day they stay on."""

    municipalities: str
    query: str

    @classmethod
    def at(cls, moment: Moment | None) -> Self:
        """Those of a moment, or of today."""
        return cls(address("igs:municipality_list"), moment.query if moment else "")


@register.simple_tag
def region_map(regions: Sequence[Region | RegionRow], moment: Moment | None = None) -> SafeString:
    """All of Flanders, each of the regions a link with its number, in its own colour; today or at a moment."""
    query = moment.query if moment else ""
    marks = [
        Mark(region.pk, region.colour, f"{region.number or ''}", region.name, region.get_absolute_url() + query)
        for region in regions
    ]
    return flanders(marks, f"Schematische kaart van Vlaanderen met {len(regions)} regio's", moment)


def flanders(marks: Sequence[Mark], label: str, moment: Moment | None = None) -> SafeString:
    """All of Flanders, each of the regions a link, the other municipalities calm tiles that answer too."""
    return whole(tuple(tiles_at(moment)), tuple(marks), label, Mount.at(moment))


@lru_cache(maxsize=32)
def whole(tiles: Sequence[Tile], marks: Sequence[Mark], label: str, mount: Mount) -> SafeString:
    """All of Flanders, which is drawn once for the same tiles and marks."""
    inside: dict[int | None, list[Tile]] = {mark.region: [] for mark in marks}
    outside: list[Tile] = []
    for tile in tiles:
        inside.get(tile.region, outside).append(tile)
    shapes = "".join(shape(mark, inside[mark.region], place) for place, mark in enumerate(marks, start=1))
    return drawing("map", FRAME, label, f'<g aria-hidden="true">{linked(outside, mount)}</g>{shapes}')


def tiles_at(moment: Moment | None) -> list[Tile]:
    """The tiles as they are drawn at a moment, or today."""
    return Outline.tiles_then(moment.day) if moment and moment.query else Outline.tiles(today())


@register.simple_tag
def region_rows(regions: Sequence[RegionRow]) -> SafeString:
    """The list that stands beside the map, which lights up with it."""
    rows = (
        f'<li class="{region.colour} r{place}"><a href="{region.get_absolute_url()}">'
        f'<span class="number" aria-hidden="true">{region.number or ""}</span>{escape(region.name)}</a> '
        f'<span class="count">{region.municipality_count}<span class="unseen"> gemeenten</span></span></li>'
        for place, region in enumerate(regions, start=1)
    )
    return mark_safe(f'<ol class="region-rows">{"".join(rows)}</ol>')  # noqa: S308 - every text in it is escaped


@register.simple_tag
def area_map(
    region: Region | None, municipality: Municipality | None = None, moment: Moment | None = None
) -> SafeString:
    """The tiles of a region with their names, or those around a municipality, which stands out when it is given."""
    tiles = tuple(tiles_at(moment))
    key, slug = region and region.pk, municipality and municipality.slug
    inside = tuple(tile for tile in tiles if tile.region == key) if region else ()
    here = tuple(tile for tile in tiles if tile.slug == slug) if municipality else ()
    if not (inside or here):
        return SafeString("")
    colour = region.colour if region else "ink"
    label = f"Schematische kaart van {region or municipality}"
    return detail(Area(tiles, inside, here, colour, label), Mount.at(moment))


class Area(NamedTuple):
    """All tiles of a day, those in a region and those of a municipality, and how the region is coloured and called."""

    tiles: tuple[Tile, ...]
    inside: tuple[Tile, ...]
    here: tuple[Tile, ...]
    colour: str
    label: str


@lru_cache(maxsize=64)
def detail(area: Area, mount: Mount) -> SafeString:
    """The part of the map around an area, which is drawn once for the same tiles."""
    tiles, inside, here, colour, label = area
    left, top, width, height = box = around(inside or here, MARGIN if inside else AROUND)
    columns, rows = range(left - MARGIN, left + width + MARGIN), range(top - MARGIN, top + height + MARGIN)
    named = inside or here
    calm = linked((tile for tile in tiles if tile.x in columns and tile.y in rows and tile not in named), mount)
    own = linked(named, mount, lambda tile: "here" if tile in here else f"s{tile.shade}")
    size = round(max(width / NAMES_ACROSS, 8), 1)
    names = "".join(name(tile, y) for tile, y in apart(named, size))
    body = (
        f'<g aria-hidden="true">{calm}</g><g class="{colour}" aria-hidden="true">{own}</g>'
        f'<g class="names" font-size="{size}" aria-hidden="true">{names}</g>'
    )
    return drawing("map area", " ".join(map(str, box)), label, body)


def drawing(kind: str, box: str, label: str, body: str) -> SafeString:
    """The map itself, which a screen reader announces by its label."""
    svg = f'<svg class="{kind}" viewBox="{box}" role="group" aria-label="{escape(label)}">{body}</svg>'
    return mark_safe(svg)  # noqa: S308 - every text in it is escaped


def around(tiles: Iterable[Tile], margin: int) -> tuple[int, int, int, int]:
    """The part of the frame around the labels of tiles: left, top, width and height."""
    xs, ys = [tile.x for tile in tiles], [tile.y for tile in tiles]
    return (
        min(xs) - margin,
        min(ys) - margin,
        max(xs) - min(xs) + 2 * margin,
        max(ys) - min(ys) + 2 * margin,
    )


def linked(tiles: Iterable[Tile], mount: Mount, kind: Callable[[Tile], str] = lambda tile: "outside") -> str:
    """Tiles that lead each to its municipality, of a `kind`; the list beside the map is there for the keyboard."""
    return "".join(
        f'<a href="{mount.municipalities}{tile.slug}/{mount.query}" tabindex="-1"><title>{escape(tile.name)}</title>'
        f'<path class="{kind(tile)}" d="{tile.path}"/></a>'
        for tile in tiles
    )


def shape(mark: Mark, tiles: Sequence[Tile], place: int) -> str:
    """A region as one link: its tiles by strength, and its plate on the tile nearest to its middle."""
    if not tiles:
        return ""
    strengths = ["".join(tile.path for tile in tiles if tile.shade == shade) for shade in range(3)]
    paths = "".join(f'<path class="s{shade}" d="{path}"/>' for shade, path in enumerate(strengths) if path)
    x, y = sum(tile.x for tile in tiles) / len(tiles), sum(tile.y for tile in tiles) / len(tiles)
    middle = min(tiles, key=lambda tile: (tile.x - x) ** 2 + (tile.y - y) ** 2)
    return (
        f'<a href="{escape(mark.address)}" class="{mark.kind} r{place}" aria-label="{escape(mark.name)}">'
        f"<title>{escape(mark.name)}</title>{paths}"
        f'<circle cx="{middle.x}" cy="{middle.y}" r="{BADGE}"/>'
        f'<text x="{middle.x}" y="{middle.y}" dy=".35em">{mark.plate}</text></a>'
    )


def apart(tiles: Sequence[Tile], size: float) -> list[tuple[Tile, float]]:
    """The tiles with the height at which their names, of a size, stand: lower where they would meet one before them."""
    heights: dict[Tile, float] = {}
    for tile in sorted(tiles, key=attrgetter("x")):
        y: float = tile.y
        while any(
            abs(y - at) < LINE * size * (len(lines_of(tile)) + len(lines_of(other))) / 2
            and abs(tile.x - other.x) < LETTER * size * (broad(tile) + broad(other)) / 2
            for other, at in heights.items()
        ):
            y = round(y + LINE * size / 2, 1)
        heights[tile] = y
    return [(tile, heights[tile]) for tile in tiles]


def lines_of(tile: Tile) -> list[str]:
    """The name of a tile's municipality, a line for each part of a long one."""
    return tile.name.replace("-", "-\n").splitlines() if len(tile.name) > 12 else [tile.name]


def broad(tile: Tile) -> int:
    """The letters of the longest line of a name."""
    return max(map(len, lines_of(tile)))


def name(tile: Tile, y: float) -> str:
    """The name of a tile's municipality around a height."""
    lines = lines_of(tile)
    steps = [f"{0.35 - (len(lines) - 1) / 2:g}em", *["1em"] * (len(lines) - 1)]
    spans = (f'<tspan x="{tile.x}" dy="{step}">{escape(line)}</tspan>' for step, line in zip(steps, lines, strict=True))
    return f'<text y="{y}">{"".join(spans)}</text>'

"""How the schematic map is drawn: a tile a municipality from points alone, or the true borders of an official file.

All shapes are in the pixels of one frame, WIDTH by HEIGHT, with x to the east and y to the south. Only management
commands import this module: the portal itself draws the paths that they stored.
"""

import json
import math
import re
import struct
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import shapefile
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from shapely import MultiPoint, MultiPolygon, Point, Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

WIDTH = 2000
HEIGHT = 812
PIXELS_PER_DEGREE = 917  # of latitude
WEST = 2.4713  # longitude of the left edge
NORTH = 51.5238  # latitude of the top edge
NARROWING = math.cos(math.radians(51))  # a degree of longitude against one of latitude, in Flanders

COLOURS = ("brick", "lagoon", "violet", "cobalt", "ochre", "moss", "rose")
SHADES = (0, 1, 2)

# The mosaic, in pixels of the frame.
LAND_AROUND_POINT = 59
BAY = 73  # a bay of the land narrower than twice this is filled
CAPE = 50  # a cape of the land narrower than twice this is cut off
GROUT = 4.8
SLIVER = 11  # a part of a tile narrower than this is cut off
CORNER = 9  # how far from a corner its rounding starts
NICK = 4  # a side straight for less than this would look like a flaw
DETAIL = 1.4  # a bend of a tile's side that stays under this is straightened
RELAXATIONS = 4

Coordinates = tuple[float, float]
Node = TypeVar("Node", str, int)
Choice = TypeVar("Choice", str, int)


class BoundaryFileError(ValueError):
    """A file with borders that we cannot use; the message says why, in Dutch, to the operator."""


@dataclass(frozen=True)
class Outline:
    """A shape to draw: SVG path data and a point inside it for a label, all in whole pixels of the frame."""

    path: str
    label_x: int
    label_y: int


def project(longitude: float, latitude: float) -> Coordinates:
    """The pixel (x, y) of a point given in degrees (WGS84); also takes arrays."""
    return (longitude - WEST) * NARROWING * PIXELS_PER_DEGREE, (NORTH - latitude) * PIXELS_PER_DEGREE


# From points to tiles.


def cells(points: Mapping[str, Coordinates], holes: Iterable[Coordinates]) -> dict[str, Polygon]:
    """The part of the land around each point, in pixels, without grout: neighbouring cells touch.

    `points` are (latitude, longitude) in degrees by code. `holes` are such points too: they hold the land around them
    free, so that it stays open. The cells are evened out, for a tile too small for a finger helps nobody.
    """
    centres = [project(longitude, latitude) for latitude, longitude in [*points.values(), *holes]]
    land = _land(centres)
    for _ in range(RELAXATIONS):
        centres = [_halfway(centre, cell) for centre, cell in zip(centres, _voronoi(centres, land), strict=True)]
    return dict(zip(points, _voronoi(centres, land), strict=False))


def _land(centres: Sequence[Coordinates]) -> Polygon | MultiPolygon:
    """The land around points: discs run together, with bays and capes smoothed until the coast flows."""
    discs = shapely.union_all([Point(centre).buffer(LAND_AROUND_POINT, quad_segs=24) for centre in centres])
    return discs.buffer(BAY, quad_segs=24).buffer(-BAY - CAPE, quad_segs=24).buffer(CAPE, quad_segs=24)


def _voronoi(centres: Sequence[Coordinates], land: BaseGeometry) -> list[Polygon]:
    """For each point, in order, the land that is nearer to it than to any other."""
    regions = shapely.voronoi_polygons(MultiPoint(centres), extend_to=land, ordered=True)
    return [_largest(region.intersection(land)) for region in regions.geoms]


def _halfway(centre: Coordinates, cell: Polygon) -> Coordinates:
    """The point between a centre and the middle of its cell, which makes small cells larger and large ones smaller."""
    return (centre[0] + cell.centroid.x) / 2, (centre[1] + cell.centroid.y) / 2


def _largest(geometry: BaseGeometry) -> Polygon:
    """The polygon itself, or the largest of several."""
    return max(_polygons(geometry), key=lambda polygon: polygon.area)


def _polygons(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons in a geometry of any kind, none when it has only points and lines."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def mosaic(cells: Mapping[str, Polygon]) -> dict[str, Outline]:
    """Each cell as a tile with even grout around it and soft corners."""
    return {code: _tile(cell) for code, cell in cells.items()}


def _tile(cell: Polygon) -> Outline:
    """The outline of one cell, smaller by half the grout."""
    core = cell.buffer(-(GROUT + SLIVER) / 2, join_style="mitre")
    # The mitre limit cuts sharp corners off, so that rounding leaves no thorns.
    tile = _largest(core.buffer(SLIVER / 2, join_style="mitre", mitre_limit=1.35)).simplify(DETAIL)
    pen = Pen()
    _draw_soft(pen, shapely.remove_repeated_points(tile.exterior, NICK).coords[:-1])
    return Outline(pen.data, *_label(tile))


def _label(polygon: Polygon) -> tuple[int, int]:
    """The whole pixel farthest from the border of a polygon."""
    x, y = shapely.maximum_inscribed_circle(polygon, tolerance=0.5).coords[0]
    return round(x), round(y)


# From shapes to path data.


@dataclass
class Pen:
    """Writes SVG path data in whole pixels, as short as the syntax allows: relative steps, no needless letters."""

    data: str = ""
    _at: tuple[int, int] = (0, 0)
    _command: str = ""

    def move(self, to: Coordinates) -> None:
        """Start a ring."""
        self._at = (0, 0)
        self._write("M", to)

    def line(self, to: Coordinates) -> None:
        """Draw a straight line; draws nothing when that is less than a pixel."""
        if _rounded(to) != self._at:
            self._write("l", to)

    def curve(self, control: Coordinates, to: Coordinates) -> None:
        """Draw a quadratic curve."""
        self._write("q", control, to)

    def close(self) -> None:
        """End the ring."""
        self.data += "z"
        self._command = "z"

    def _write(self, command: str, *points: Coordinates) -> None:
        """Add a command with its points; all are relative to where the pen is before it."""
        if command != self._command:
            self.data += command
            self._command = command
        for x, y in map(_rounded, points):
            self._write_number(x - self._at[0])
            self._write_number(y - self._at[1])
        self._at = _rounded(points[-1])

    def _write_number(self, number: int) -> None:
        """Add a number, after a space only where it would run into the one before."""
        apart = " " if self.data[-1].isdigit() and number >= 0 else ""
        self.data += f"{apart}{number}"


def _rounded(point: Coordinates) -> tuple[int, int]:
    """The whole pixel nearest to a point."""
    return round(point[0]), round(point[1])


def _draw_soft(pen: Pen, corners: Sequence[Coordinates]) -> None:
    """Draw a ring with each corner rounded; where corners lie close together the curves flow into one another."""
    pen.move(_towards(corners[-1], corners[0]))
    befores, afters = [corners[-1], *corners[:-1]], [*corners[1:], corners[0]]
    for before, corner, after in zip(befores, corners, afters, strict=True):
        pen.line(_towards(corner, before))
        pen.curve(corner, _towards(corner, after))
    pen.close()


def _towards(corner: Coordinates, other: Coordinates) -> Coordinates:
    """Where on a side the rounding of its corner ends: at CORNER pixels, on a short side halfway to the other."""
    length = math.dist(corner, other)
    part = CORNER / length if length > 2 * CORNER + NICK else 0.5
    return corner[0] + (other[0] - corner[0]) * part, corner[1] + (other[1] - corner[1]) * part


def _draw_straight(pen: Pen, corners: Iterable[Coordinates]) -> None:
    """Draw a ring with straight sides."""
    first, *others = corners
    pen.move(first)
    for corner in others:
        pen.line(corner)
    pen.close()


# Which tiles and which groups of tiles are neighbours, and what they get.


def neighbours(shapes: Mapping[str, BaseGeometry], reach: float = 1) -> dict[str, set[str]]:
    """For each code those of the shapes that lie within `reach` pixels of its own."""
    codes, geometries = list(shapes), list(shapes.values())
    pairs = shapely.STRtree(geometries).query(geometries, predicate="dwithin", distance=reach)
    touching: dict[str, set[str]] = {code: set() for code in codes}
    for one, other in pairs.T:
        if one != other:
            touching[codes[one]].add(codes[other])
    return touching


def shades(groups: Mapping[str, Node], touching: Mapping[str, set[str]]) -> dict[str, int]:
    """A strength for each member of a group; neighbours in the same group differ, but for the odd pair.

    `groups` gives the group of each code that has one, `touching` the neighbours of each code.
    """
    strengths: dict[str, int] = {}
    for group in set(groups.values()):
        members = {code for code in groups if groups[code] == group}
        strengths |= _share(SHADES, {code: touching[code] & members for code in members}, {})
    return strengths


def colours(groups: Mapping[str, Node], touching: Mapping[str, set[str]]) -> dict[Node, str]:
    """A colour for each group, all used about equally; touching groups differ, those one tile apart where possible.

    `groups` gives the group of each code that has one, `touching` the neighbours of each code.
    """
    near: dict[Node, set[Node]] = {group: set() for group in groups.values()}
    beside: dict[Node, set[Node]] = {group: set() for group in groups.values()}
    for code, others in touching.items():
        around = {groups[other] for other in others if other in groups}
        for group in around:
            near[group] |= around - {group}
        if code in groups:
            beside[groups[code]] |= around - {groups[code]}
    return _share(COLOURS, beside, near)


def _share(
    palette: Sequence[Choice], touching: Mapping[Node, set[Node]], near: Mapping[Node, set[Node]]
) -> dict[Node, Choice]:
    """One of the palette for each node: hardly ever that of a node it touches, rarely that of one near.

    Takes the most hemmed in node first, and for it the least used of what remains; the order of the nodes' own values
    decides between equals, so that the same graph always gives the same answer.
    """
    given: dict[Node, Choice] = {}
    while left := [node for node in touching if node not in given]:
        taken = {node: Counter(given[other] for other in touching[node] if other in given) for node in left}
        node = min(left, key=lambda node: (-len(taken[node]), -len(touching[node]), node))
        nearby = Counter(given[other] for other in near.get(node, ()) if other in given)
        used = Counter(given.values())
        given[node] = min(palette, key=lambda choice: (taken[node][choice], nearby[choice], used[choice]))
    return given


# The true borders, from an official file.

SHAPEFILE_SUFFIXES = (".shp", ".dbf", ".prj")
LAYER_SUFFIXES = (".shp", ".geojson", ".json")
NIS_PROPERTIES = ("niscode", "cd_munty_refnis", "nis_code", "nis", "refnis", "cd_refnis")
BORDER_DETAIL = 3  # pixels: the legs of the largest corner that may be cut off a border
WGS84 = "EPSG:4326"
LAMBERT_72 = "EPSG:31370"

# What a file raises when it is not what its name says.
UNREADABLE = (
    OSError,
    LookupError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    shapefile.ShapefileException,
    ShapelyError,
)

Feature = tuple[dict[str, Any], BaseGeometry]


def read_boundaries(path: Path) -> dict[str, BaseGeometry]:
    """The borders in a file by NIS code, in degrees (longitude, latitude; WGS84).

    Reads GeoJSON and ESRI shapefiles, zipped or not. Features with the same code become one shape, so that a file of
    smaller areas, such as statistical sectors, gives municipalities too. Raises BoundaryFileError.
    """
    features, declared = _read_features(path)
    if not features:
        raise BoundaryFileError(f"{path.name} bevat geen vlakken.")
    parts = _by_nis_code(features)
    if not parts:
        raise BoundaryFileError(f"{path.name} bevat geen eigenschap met NIS-codes van vijf cijfers.")
    to_degrees = _to_degrees(declared or _likely_system(features), path.name)
    return {
        code: shapely.transform(shapely.union_all(geometries), to_degrees, interleaved=False)
        for code, geometries in parts.items()
    }


def _read_features(path: Path) -> tuple[list[Feature], str | None]:
    """The polygons in a file with their properties, and the coordinate system it declares, if any."""
    try:
        layer = _layer(_files(path))
        features, declared = _read_shapefile(layer) if ".shp" in layer else _read_geojson(layer)
    except BoundaryFileError:
        raise
    except FileNotFoundError as error:
        raise BoundaryFileError(f"{path} bestaat niet.") from error
    except UNREADABLE as error:
        raise BoundaryFileError(f"{path.name} is niet te lezen als GeoJSON of shapefile.") from error
    areas = [(properties, MultiPolygon(_polygons(shapely.make_valid(geometry)))) for properties, geometry in features]
    return [(properties, area) for properties, area in areas if not area.is_empty], declared


def _files(path: Path) -> dict[str, bytes]:
    """The contents, by name, of the files in a zip, or of a file with, for a shapefile, its parts beside it."""
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    if path.suffix.lower() == ".shp":
        beside = [file for file in path.parent.iterdir() if file.stem == path.stem]
        return {file.name: file.read_bytes() for file in beside if file.suffix.lower() in SHAPEFILE_SUFFIXES}
    return {path.name: path.read_bytes()}


def _layer(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The contents, by suffix, of the files that make up the one layer of borders among `files`."""
    names = [name for name in files if Path(name).suffix.lower() in LAYER_SUFFIXES]
    if not names:
        raise BoundaryFileError("Geef een GeoJSON (.geojson, .json) of een shapefile (.shp, .zip).")
    if len(names) > 1:
        raise BoundaryFileError(f"Meer dan één kaartlaag: {', '.join(names)}. Pak de zip uit en kies de gemeenten.")
    stem = Path(names[0]).with_suffix("")
    return {Path(name).suffix.lower(): files[name] for name in files if Path(name).with_suffix("") == stem}


def _read_geojson(layer: Mapping[str, bytes]) -> tuple[list[Feature], str | None]:
    """The features of a GeoJSON and the coordinate system in its `crs` member, if any."""
    collection = json.loads(next(iter(layer.values())))
    features = [
        (feature.get("properties") or {}, shape(feature["geometry"]))
        for feature in collection["features"]
        if feature["geometry"]
    ]
    crs = collection.get("crs")
    return features, crs["properties"]["name"] if crs else None


def _read_shapefile(layer: Mapping[str, bytes]) -> tuple[list[Feature], str | None]:
    """The features of a shapefile and the coordinate system in its .prj, if any."""
    with shapefile.Reader(shp=BytesIO(layer[".shp"]), dbf=BytesIO(layer[".dbf"]), encodingErrors="replace") as reader:
        features = [
            (feature.record.as_dict(), shape(feature.shape.__geo_interface__)) for feature in reader.iterShapeRecords()
        ]
    return features, layer[".prj"].decode() if ".prj" in layer else None


def _by_nis_code(features: Sequence[Feature]) -> dict[str, list[BaseGeometry]]:
    """The areas of each NIS code, from the property that holds those of most features; empty when there is none.

    Statbel's files also hold codes of provinces and districts in the same form: the names we know go first, then the
    property that tells most features apart.
    """
    codes: dict[str, dict[int, str]] = defaultdict(dict)
    for index, (properties, _) in enumerate(features):
        for name, value in properties.items():
            if code := _nis_code(value):
                codes[name][index] = code
    complete = [name for name in codes if len(codes[name]) > len(features) / 2]
    if not complete:
        return {}
    best = min(complete, key=lambda name: (_familiarity(name), -len(set(codes[name].values()))))
    parts = defaultdict(list)
    for index, code in codes[best].items():
        parts[code].append(features[index][1])
    return dict(parts)


def _familiarity(name: str) -> int:
    """The place of a property among the names we know for a NIS code; the lower the more likely."""
    return NIS_PROPERTIES.index(name.lower()) if name.lower() in NIS_PROPERTIES else len(NIS_PROPERTIES)


def _nis_code(value: object) -> str | None:
    """The NIS code that a property's value holds, as text or as a number, or None."""
    text = re.sub(r"\.0+$", "", str(value).strip())
    return text if re.fullmatch(r"[1-9][0-9]{4}", text) else None


def _likely_system(features: Sequence[Feature]) -> str:
    """The coordinate system of a file that declares none: degrees when the numbers are small enough."""
    west, _, east, _ = shapely.total_bounds([area for _, area in features])
    return WGS84 if max(abs(west), abs(east)) <= 180 else LAMBERT_72


def _to_degrees(declared: str, name: str) -> Callable:
    """The function from coordinates in a declared system to degrees (WGS84); `name` is the file's, for the refusal."""
    try:
        system = CRS.from_user_input(declared)
        return Transformer.from_crs(system, WGS84, always_xy=True).transform
    except ProjError as error:
        raise BoundaryFileError(f"Het coördinatenstelsel van {name} is onbekend: {declared[:80]}") from error


def boundaries(geometries: Mapping[str, BaseGeometry]) -> dict[str, Outline]:
    """Each border, given in degrees (longitude, latitude), as an outline in the frame of the mosaic.

    Neighbours are simplified together, so that they stay joined. Raises BoundaryFileError for one outside the frame.
    """
    projected = {code: shapely.transform(area, project, interleaved=False) for code, area in geometries.items()}
    for code, area in projected.items():
        if not shapely.box(0, 0, WIDTH, HEIGHT).contains(area):
            raise BoundaryFileError(
                f"De grens van {code} valt buiten de kaart. Klopt het coördinatenstelsel van het bestand?"
            )
    simplified = shapely.coverage_simplify(list(projected.values()), BORDER_DETAIL)
    return {code: _border(area) for code, area in zip(projected, simplified, strict=True)}


def _border(area: BaseGeometry) -> Outline:
    """The outline of one municipality, without the parts that are smaller than a pixel."""
    # In normal form, so that the same border gives the same path whatever its file started with, and holes turn the
    # other way round: then both fill rules leave them open.
    snapped = shapely.normalize(shapely.set_precision(area, 1))
    parts = [part for part in _polygons(snapped) if part.area >= 1] or [_largest(area)]
    pen = Pen()
    for part in parts:
        for ring in (part.exterior, *part.interiors):
            _draw_straight(pen, ring.coords[:-1])
    return Outline(pen.data, *_label(_largest(MultiPolygon(parts))))

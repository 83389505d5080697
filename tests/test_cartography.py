"""The map: tiles from points, borders from files, and who gets which colour."""

import json
import re
import zipfile
from collections import Counter
from csv import DictReader
from functools import reduce
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import shapefile
import shapely
from pyproj import CRS, Transformer

from igs import cartography
from igs.cartography import BoundaryFileError, Outline

FIXTURES = Path(__file__).parent.parent / "fixtures"

# Two squares side by side and one far away, in degrees.
SQUARES = {
    "33011": shapely.box(2.80, 50.80, 2.90, 50.90),
    "33021": shapely.box(2.90, 50.80, 3.00, 50.90),
    "71016": shapely.box(5.40, 50.90, 5.55, 51.00),
}


def fields(name):
    return [json.loads(line)["fields"] for line in (FIXTURES / name).read_text().splitlines()]


def points_of_brussels():
    with (FIXTURES / "brussels_points.csv").open(newline="") as file:
        return [(float(row["lat"]), float(row["lon"])) for row in DictReader(file)]


MUNICIPALITIES = sorted(fields("municipalities.jsonl"), key=lambda row: row["nis_code"])
CENTRES = {row["nis_code"]: (row["latitude"], row["longitude"]) for row in MUNICIPALITIES}
REGIONS = {
    row["municipality"][0]: row["region"][0]
    for row in fields("memberships.jsonl")
    if row.get("municipality") and not row.get("until")
}
TILES = {row["municipality"][0]: row for row in fields("tiles.jsonl")}
CELLS = cartography.cells(CENTRES, points_of_brussels())
TOUCHING = cartography.neighbours(CELLS)


def rings(path):
    """The rings of path data, each as a list of points; of a curve its middle and its end."""
    return [list(points_on(ring)) for ring in path.split("z")[:-1]]


def points_on(ring):
    x, y = 0, 0
    for command, text in re.findall(r"([Mlq])([-0-9 ]+)", ring):
        numbers = [int(number) for number in re.findall(r"-?[0-9]+", text)]
        for step in batched(numbers, 4 if command == "q" else 2):
            if command == "q":
                yield x + (2 * step[0] + step[2]) / 4, y + (2 * step[1] + step[3]) / 4
            x, y = x + step[-2], y + step[-1]
            yield x, y


def batched(numbers, size):
    return zip(*[iter(numbers)] * size, strict=True)


def drawn(path):
    """The area of path data, with its holes."""
    return reduce(shapely.symmetric_difference, [shapely.Polygon(ring) for ring in rings(path)])


def write_geojson(path, shapes, crs=None, name="niscode"):
    features = [
        {"type": "Feature", "properties": {"naam": "Ergens", name: code}, "geometry": shapely.geometry.mapping(area)}
        for code, area in (shapes.items() if isinstance(shapes, dict) else shapes)
    ]
    collection: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(collection))
    return path


def write_shapefile(path, shapes, system=None):
    with shapefile.Writer(str(path)) as writer:
        writer.field("NISCODE", "C", size=5)
        for code, area in shapes.items():
            writer.record(code)
            writer.shape(shapely.geometry.mapping(area))
    if system:
        path.with_suffix(".prj").write_text(CRS(system).to_wkt("WKT1_ESRI"))
    return path


def zipped(path):
    archive = path.parent / "grenzen.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for part in path.parent.glob(f"{path.stem}.*"):
            file.write(part, f"map/{part.name}")
    return archive


def in_system(system, shapes):
    move = Transformer.from_crs("EPSG:4326", system, always_xy=True).transform
    return {code: shapely.transform(area, move, interleaved=False) for code, area in shapes.items()}


def outlines_in(path):
    return cartography.boundaries(cartography.read_boundaries(path))


# The mosaic.


def test_the_fixtures_hold_the_tile_of_every_municipality_as_drawn_from_its_centre():
    stored = {code: Outline(tile["path"], tile["label_x"], tile["label_y"]) for code, tile in TILES.items()}
    assert stored == cartography.mosaic(CELLS)
    assert list(stored) == list(CENTRES)


def test_the_same_points_always_give_the_same_tiles():
    assert cartography.mosaic(cartography.cells(CENTRES, points_of_brussels())) == cartography.mosaic(CELLS)


def test_there_is_grout_between_any_two_tiles():
    areas = [drawn(tile["path"]) for tile in TILES.values()]
    close = shapely.STRtree(areas).query(areas, predicate="dwithin", distance=3)
    assert [(one, other) for one, other in close.T if one != other] == []


def test_every_label_is_inside_its_tile():
    outside = [
        code
        for code, tile in TILES.items()
        if not drawn(tile["path"]).contains(shapely.Point(tile["label_x"], tile["label_y"]))
    ]
    assert outside == []


def test_no_tile_lies_on_brussels():
    brussels = shapely.MultiPoint(
        [cartography.project(longitude, latitude) for latitude, longitude in points_of_brussels()]
    )
    assert [code for code, tile in TILES.items() if drawn(tile["path"]).intersects(brussels)] == []


def test_every_tile_is_inside_the_frame():
    west, north, east, south = shapely.total_bounds([drawn(tile["path"]) for tile in TILES.values()])
    assert west > 0
    assert north > 0
    assert east < cartography.WIDTH
    assert south < cartography.HEIGHT


def test_the_tiles_together_are_light():
    assert sum(len(tile["path"]) for tile in TILES.values()) < 37_000


# Shades and colours.


def test_the_fixtures_hold_the_shade_of_every_tile():
    shades = cartography.shades(REGIONS, TOUCHING)
    assert {code: tile["shade"] for code, tile in TILES.items()} == {code: shades.get(code, 0) for code in TILES}


def test_three_neighbours_in_a_region_get_three_shades_and_one_elsewhere_starts_anew():
    triangle = {"a": {"b", "c", "d"}, "b": {"a", "c"}, "c": {"a", "b"}, "d": {"a"}}
    shades = cartography.shades({"a": 1, "b": 1, "c": 1, "d": 2}, triangle)
    assert sorted(shades[code] for code in "abc") == [0, 1, 2]
    assert shades["d"] == 0


def alike(pairs, colours):
    return [(one, other) for one, other in pairs if colours[one] == colours[other]]


def touching_regions():
    return {
        (REGIONS[code], REGIONS[other])
        for code in REGIONS
        for other in TOUCHING[code]
        if other in REGIONS and REGIONS[other] != REGIONS[code]
    }


def test_touching_regions_differ_in_colour():
    assert alike(touching_regions(), cartography.colours(REGIONS, TOUCHING)) == []


def test_touching_regions_differ_in_colour_in_the_fixtures():
    regions = [row["fields"] for row in json.loads((FIXTURES / "regions.json").read_text())]
    assert alike(touching_regions(), {region["slug"]: region["colour"] for region in regions}) == []


def test_regions_one_tile_apart_differ_in_colour():
    apart = {
        pair
        for others in TOUCHING.values()
        for pair in combinations({REGIONS[other] for other in others if other in REGIONS}, 2)
    }
    assert alike(apart, cartography.colours(REGIONS, TOUCHING)) == []


def test_the_seven_colours_are_used_about_equally():
    used = Counter(cartography.colours(REGIONS, TOUCHING).values())
    assert set(used) == set(cartography.COLOURS)
    assert set(used.values()) == {2, 3}


# Borders from a file.


@pytest.mark.parametrize(
    ("system", "crs"),
    [
        pytest.param("EPSG:4326", None, id="degrees, undeclared"),
        pytest.param("EPSG:4326", "urn:ogc:def:crs:OGC:1.3:CRS84", id="degrees, declared"),
        pytest.param("EPSG:31370", None, id="Lambert 72, undeclared"),
        pytest.param("EPSG:31370", "urn:ogc:def:crs:EPSG::31370", id="Lambert 72, declared"),
        pytest.param("EPSG:3812", "EPSG:3812", id="Lambert 2008, declared"),
    ],
)
def test_a_geojson_gives_the_same_outlines_in_every_coordinate_system(tmp_path, system, crs):
    path = write_geojson(tmp_path / "grenzen.geojson", in_system(system, SQUARES), crs)
    assert outlines_in(path) == cartography.boundaries(SQUARES)


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:31370", "EPSG:3812"])
def test_a_shapefile_gives_the_same_outlines_in_every_coordinate_system(tmp_path, system):
    path = write_shapefile(tmp_path / "grenzen.shp", in_system(system, SQUARES), system)
    assert outlines_in(path) == cartography.boundaries(SQUARES)


@pytest.mark.parametrize("write", [write_geojson, write_shapefile])
def test_a_zipped_file_reads_as_the_file_itself(tmp_path, write):
    path = write(tmp_path / ("g.geojson" if write is write_geojson else "g.shp"), SQUARES)
    assert outlines_in(zipped(path)) == outlines_in(path)


@pytest.mark.parametrize("name", ["NISCODE", "CD_MUNTY_REFNIS", "nis_code", "NIS", "gemeentecode"])
def test_the_nis_code_is_found_whatever_its_property_is_called(tmp_path, name):
    path = write_geojson(tmp_path / "grenzen.json", SQUARES, name=name)
    assert set(cartography.read_boundaries(path)) == set(SQUARES)


def test_the_code_of_the_municipality_goes_before_that_of_the_province(tmp_path):
    path = write_geojson(tmp_path / "grenzen.json", SQUARES, name="CD_MUNTY_REFNIS")
    path.write_text(path.read_text().replace('"naam": "Ergens"', '"CD_PROV_REFNIS": "30000"'))
    assert set(cartography.read_boundaries(path)) == set(SQUARES)


def test_a_code_may_be_a_number(tmp_path):
    path = write_geojson(tmp_path / "grenzen.json", {int(code): area for code, area in SQUARES.items()})
    assert set(cartography.read_boundaries(path)) == set(SQUARES)


def test_smaller_areas_with_the_same_code_become_one_municipality(tmp_path):
    sectors = [("33011", SQUARES["33011"]), ("33011", SQUARES["33021"])]
    path = write_geojson(tmp_path / "sectoren.geojson", sectors)
    [(code, area)] = cartography.read_boundaries(path).items()
    assert code == "33011"
    assert area.equals(shapely.box(2.80, 50.80, 3.00, 50.90))


def test_neighbours_stay_joined_when_their_border_is_simplified():
    jagged = [(2.9 + 0.001 * (step % 2), 50.8 + step * 0.002) for step in range(51)]
    west = shapely.Polygon([*jagged, (2.8, 50.9), (2.8, 50.8)])
    east = shapely.Polygon([*jagged, (3.0, 50.9), (3.0, 50.8)])
    outlines = cartography.boundaries({"33011": west, "33021": east})
    areas = [drawn(outline.path) for outline in outlines.values()]
    corners = [len(area.exterior.coords) for area in areas]
    assert max(corners) < len(jagged) / 2
    assert areas[0].intersection(areas[1]).area == 0
    assert shapely.union_all(areas).geom_type == "Polygon"
    assert shapely.union_all(areas).interiors[:] == []


def test_a_hole_stays_open_in_both_fill_rules():
    square, hole = shapely.box(2.8, 50.8, 2.9, 50.9), shapely.box(2.83, 50.83, 2.87, 50.87)
    outer, inner = rings(cartography.boundaries({"33011": square.difference(hole)})["33011"].path)
    assert shapely.Polygon(outer).contains(shapely.Polygon(inner))
    assert shapely.LinearRing(outer).is_ccw != shapely.LinearRing(inner).is_ccw


def test_a_part_of_less_than_a_pixel_is_left_out():
    speck = shapely.box(2.70, 50.8, 2.7005, 50.8005)
    with_speck = shapely.union_all([SQUARES["33011"], speck])
    assert cartography.boundaries({"33011": with_speck}) == cartography.boundaries({"33011": SQUARES["33011"]})


def test_a_speck_is_drawn_when_it_is_all_there_is():
    outline = cartography.boundaries({"33011": shapely.box(2.70, 50.8, 2.7005, 50.8005)})["33011"]
    assert outline.path.startswith(f"M{outline.label_x} {outline.label_y}")


def test_the_label_of_a_border_is_inside_its_largest_part():
    island = shapely.box(2.6, 50.8, 2.62, 50.82)
    outline = cartography.boundaries({"33011": shapely.union_all([island, SQUARES["33011"]])})["33011"]
    assert shapely.Point(outline.label_x, outline.label_y).within(
        shapely.transform(SQUARES["33011"], cartography.project, interleaved=False)
    )


# What is refused.


def refusal(path):
    with pytest.raises(BoundaryFileError) as caught:
        outlines_in(path)
    return str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    path = tmp_path / "weg.geojson"
    assert refusal(path) == f"{path} bestaat niet."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("kapot.geojson", "{", id="no JSON"),
        pytest.param("kapot.geojson", "[]", id="JSON without features"),
        pytest.param(
            "kapot.geojson", '{"features": [{"properties": {}, "geometry": {"type": "Vlak"}}]}', id="odd shape"
        ),
        pytest.param("kapot.zip", "geen zip", id="no zip"),
        pytest.param("kapot.shp", "geen shp", id="no shapefile"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content)
    assert refusal(path) == f"{name} is niet te lezen als GeoJSON of shapefile."


def test_another_kind_of_file_is_refused(tmp_path):
    path = tmp_path / "grenzen.txt"
    path.write_text("33011")
    assert refusal(path) == "Geef een GeoJSON (.geojson, .json) of een shapefile (.shp, .zip)."


def test_a_zip_with_two_layers_is_refused(tmp_path):
    write_geojson(tmp_path / "g.json", SQUARES)
    write_geojson(tmp_path / "g.geojson", SQUARES)
    answer = refusal(zipped(tmp_path / "g.json"))
    assert re.sub(r": .*\. ", ": … ", answer) == "Meer dan één kaartlaag: … Pak de zip uit en kies de gemeenten."


def test_a_file_without_nis_codes_is_refused(tmp_path):
    path = write_geojson(tmp_path / "grenzen.geojson", {"Ieper": SQUARES["33011"]})
    assert refusal(path) == "grenzen.geojson bevat geen eigenschap met NIS-codes van vijf cijfers."


def test_a_file_without_polygons_is_refused(tmp_path):
    path = write_geojson(tmp_path / "punten.geojson", {"33011": shapely.Point(2.88, 50.85)})
    assert refusal(path) == "punten.geojson bevat geen vlakken."


def test_an_unknown_coordinate_system_is_refused(tmp_path):
    path = write_geojson(tmp_path / "grenzen.geojson", SQUARES, crs="EPSG:99999")
    assert refusal(path) == "Het coördinatenstelsel van grenzen.geojson is onbekend: EPSG:99999"


def test_a_border_outside_the_frame_is_refused(tmp_path):
    path = write_geojson(tmp_path / "grenzen.geojson", {"33011": shapely.box(50.80, 2.80, 50.90, 2.90)})
    assert refusal(path) == "De grens van 33011 valt buiten de kaart. Klopt het coördinatenstelsel van het bestand?"

"""The map: each region one link, each municipality drawn once and answering, the names where they fit."""

import re
from collections import Counter
from datetime import date
from itertools import combinations
from xml.etree.ElementTree import Element

import pytest
from django.db import transaction

from igs.models import Membership, Municipality, Outline, Region
from igs.templatetags.igs_map import apart, area_map, broad, region_map
from optil_portal.records.clock import today
from tests.factories import make_membership, make_municipality, make_outline, make_region
from tests.visiting import classed, text, texts, tree


def regions_of_today() -> list[Region]:
    """The regions on the map, in its order."""
    return list(Region.objects.active(today()).by_number())


def drawn_regions() -> Element:
    """The map of all regions."""
    return tree(region_map(regions_of_today()))


def drawn_area(region: Region | None, municipality: Municipality | None = None) -> Element:
    """The map around a region or a municipality."""
    return tree(area_map(region, municipality))


def regions_in(drawing: Element) -> list[Element]:
    """The links to regions."""
    return [one for one in drawing.iter("a") if one.get("href", "").startswith("/regios/")]


def municipalities_in(drawing: Element) -> list[Element]:
    """The links to municipalities."""
    return [one for one in drawing.iter("a") if one.get("href", "").startswith("/gemeenten/")]


def title(link: Element) -> str:
    """What a link on the map is called."""
    return text(link.findall("title")[0])


def frame(drawing: Element) -> tuple[int, int, int, int]:
    """The left, top, right and bottom of a map."""
    left, top, width, height = map(int, drawing.get("viewbox", "").split())  # an attribute of HTML has no capitals
    return left, top, left + width, top + height


def rings(paths: list[str]) -> Counter[str]:
    """The closed lines of which paths are made, and how often each is there."""
    return Counter(ring for path in paths for ring in re.findall(r"M[^M]+", path))


def paths_in(element: Element) -> list[str]:
    """The shapes that an element draws."""
    return [one.get("d", "") for one in element.iter("path")]


def members(region: Region) -> list[str]:
    """The names of a region's members today."""
    return list(
        Membership.objects.on(today()).filter(region=region).by_name().values_list("municipality__name", flat=True)
    )


# All of Flanders.


def test_each_region_is_one_link_with_its_name():
    assert [
        (one.get("aria-label"), one.get("href"), text(one.findall("title")[0])) for one in regions_in(drawn_regions())
    ] == [(region.name, f"/regios/{region.slug}/", region.name) for region in regions_of_today()]


def test_each_region_shows_its_number_in_its_colour():
    assert [(text(one.findall("text")[0]), one.get("class")) for one in regions_in(drawn_regions())] == [
        (str(region.number), f"{region.colour} r{place}") for place, region in enumerate(regions_of_today(), start=1)
    ]


def test_the_number_stands_on_a_tile_of_the_region():
    for region, link in zip(regions_of_today(), regions_in(drawn_regions()), strict=True):
        (number,) = link.findall("text")
        tiles = Outline.objects.filter(municipality__name__in=members(region))
        assert (int(number.get("x", "")), int(number.get("y", ""))) in tiles.values_list("label_x", "label_y")


def test_every_municipality_is_drawn_once():
    drawing = drawn_regions()
    assert rings(paths_in(drawing)) == rings(list(Outline.objects.values_list("path", flat=True)))
    assert len(rings(paths_in(drawing))) == Municipality.objects.count() == 285


def test_each_region_is_drawn_with_the_tiles_of_its_members():
    drawn = {one.get("aria-label"): rings(paths_in(one)) for one in regions_in(drawn_regions())}
    assert drawn == {
        region.name: rings(
            list(Outline.objects.filter(municipality__name__in=members(region)).values_list("path", flat=True))
        )
        for region in regions_of_today()
    }


def test_each_tile_outside_the_regions_leads_to_its_municipality():
    outside = Municipality.objects.exclude(pk__in=Municipality.objects.members(today()))
    assert [(title(one), one.get("href")) for one in municipalities_in(drawn_regions())] == [
        (one.name, f"/gemeenten/{one.slug}/") for one in outside.order_by("name")
    ]
    assert len(outside) == 142


def test_the_keyboard_visits_the_regions_only():
    drawing = drawn_regions()
    hidden = {one for part in drawing.iter() if part.get("aria-hidden") == "true" for one in part.iter("a")}
    assert {one.get("tabindex") for one in municipalities_in(drawing)} == {"-1"}
    assert {one.get("tabindex") for one in regions_in(drawing)} == {None}
    assert hidden == set(municipalities_in(drawing))


def test_the_map_says_what_it_is():
    drawing = drawn_regions()
    assert (drawing.get("role"), drawing.get("aria-label")) == (
        "group",
        "Schematische kaart van Vlaanderen met 19 regio's",
    )


def test_everything_stands_within_the_frame():
    drawing = drawn_regions()
    left, top, right, bottom = frame(drawing)
    starts = [tuple(map(int, re.findall(r"-?\d+", ring)[:2])) for ring in rings(paths_in(drawing))]
    assert [(x, y) for x, y in starts if not (left <= x <= right and top <= y <= bottom)] == []


def test_from_2027_the_tiles_of_ginter_are_calm_and_lead_to_their_municipalities(settings):
    ginter = members(Region.objects.get(slug="ginter"))
    settings.TODAY = date(2027, 1, 1)
    drawing = drawn_regions()
    assert len(regions_in(drawing)) == 18
    assert set(ginter) <= {title(one) for one in municipalities_in(drawing)}
    assert len(rings(paths_in(drawing))) == 285


def test_a_region_without_members_is_not_on_the_map():
    make_region(name="Leeg", slug="leeg")
    assert "Leeg" not in [one.get("aria-label") for one in regions_in(drawn_regions())]


def test_true_borders_take_the_place_of_the_tile():
    ieper = Municipality.objects.get(name="Ieper")
    make_outline(municipality=ieper, layer="boundary", path="M7 7h7v7z")
    drawn = rings(paths_in(drawn_regions()))
    assert (drawn["M7 7h7v7z"], drawn[ieper.outlines.get(layer="mosaic").path], len(drawn)) == (1, 0, 285)


def test_a_name_with_signs_of_markup_stays_text():
    name = '<b>"Bos" & Beek</b>'
    municipality = make_municipality(name=name, slug="bos-en-beek")
    make_outline(municipality=municipality)
    drawn = municipalities_in(drawn_regions())
    assert [title(one) for one in drawn if one.get("href") == "/gemeenten/bos-en-beek/"] == [name]
    assert drawn_area(None, municipality).get("aria-label") == f"Schematische kaart van {name}"


# Around a region.


@pytest.mark.parametrize("slug", ["neteland", "zuidwest", "de-merode", "comeet"])
def test_the_map_of_a_region_shows_and_names_its_members(slug: str):
    region = Region.objects.get(slug=slug)
    drawing = drawn_area(region)
    (own,) = classed(drawing, region.colour)
    assert [title(one) for one in own.iter("a")] == members(region)
    assert [one.replace(" ", "") for one in texts(classed(drawing, "names")[0])] == [
        name.replace(" ", "") for name in members(region)
    ]


def test_the_map_of_a_region_leads_to_each_municipality_on_it():
    drawing = drawn_area(Region.objects.get(slug="neteland"))
    slugs = dict(Municipality.objects.values_list("name", "slug"))
    shown = {title(one): one.get("href") for one in drawing.iter("a")}
    assert shown == {name: f"/gemeenten/{slugs[name]}/" for name in shown}
    assert set(members(Region.objects.get(slug="neteland"))) < set(shown)


def test_the_map_of_a_region_draws_no_municipality_twice():
    for region in regions_of_today():
        assert set(rings(paths_in(drawn_area(region))).values()) == {1}


def test_the_names_on_the_map_of_a_region_stand_within_its_frame():
    for region in regions_of_today():
        drawing = drawn_area(region)
        left, top, right, bottom = frame(drawing)
        names = classed(drawing, "names")[0]
        places = [(float(one[0].get("x", "")), float(one.get("y", ""))) for one in names]
        assert [(x, y) for x, y in places if not (left < x < right and top < y < bottom)] == []


def test_a_municipality_stands_out_on_the_map_of_its_region():
    region, municipality = Region.objects.get(slug="neteland"), Municipality.objects.get(name="Olen")
    drawing = drawn_area(region, municipality)
    (here,) = classed(drawing, "here")
    assert rings([here.get("d", "")]) == rings([municipality.outlines.get().path])
    assert len(classed(drawing, "names")[0]) == 5


def test_a_municipality_outside_any_igs_is_shown_among_its_neighbours():
    drawing = drawn_area(None, Municipality.objects.get(name="Gent"))
    (here,) = classed(drawing, "here")
    assert (drawing.get("aria-label"), texts(classed(drawing, "names")[0])) == ("Schematische kaart van Gent", ["Gent"])
    assert {"Gent", "Destelbergen", "Evergem"} <= {title(one) for one in municipalities_in(drawing)}
    assert rings([here.get("d", "")]) == rings([Outline.objects.get(municipality__name="Gent").path])


def test_what_is_not_drawn_has_no_map():
    assert (area_map(make_region()), area_map(None, make_municipality())) == ("", "")
    assert area_map(make_membership().region) == ""


def test_a_long_name_stands_on_several_lines():
    drawing = drawn_area(Region.objects.get(slug="cultuurtuin-waas"))
    lines = {text(one): texts(one) for one in classed(drawing, "names")[0]}
    assert lines["Beveren-Kruibeke-Zwijndrecht"] == ["Beveren-", "Kruibeke-", "Zwijndrecht"]
    assert lines["Lokeren"] == ["Lokeren"]


# The map is remembered, but no longer than it holds.


def test_the_map_is_read_once_until_it_changes(django_assert_num_queries):
    Outline.tiles(today())
    with django_assert_num_queries(1):
        before = Outline.tiles(today())
    Municipality.objects.filter(slug="gistel").update(name="Aaigem")
    with django_assert_num_queries(2):  # which edition it is, and the map
        after = Outline.tiles(today())
    assert {tile.name for tile in after} - {tile.name for tile in before} == {"Aaigem"}


def test_a_change_that_is_taken_back_leaves_the_map_as_it_was():
    before = Outline.tiles(today())
    with transaction.atomic():
        Outline.objects.all().delete()
        assert Outline.tiles(today()) == []
        transaction.set_rollback(True)
    assert Outline.tiles(today()) == before


@pytest.mark.parametrize("region", ["midwest", "ginter", "zuidwest", "neteland"])
def test_no_name_on_the_map_of_a_region_meets_another(region: str):
    tiles = [tile for tile in Outline.tiles(today()) if tile.region == Region.objects.get(slug=region).pk]
    placed = apart(tiles, 10)
    near = [
        (one.name, other.name)
        for (one, high), (other, low) in combinations(placed, 2)
        if abs(high - low) < 14 and abs(one.x - other.x) < 4 * (broad(one) + broad(other))
    ]
    assert near == []

"""The commands that draw the map anew and that load true borders."""

from datetime import date

import pytest
import shapely
from django.core.management import CommandError, call_command

from igs.models import Membership, Municipality, Outline
from tests.test_cartography import SQUARES, in_system, write_geojson, write_shapefile

pytestmark = pytest.mark.django_db

MOSAIC, BOUNDARY = Outline.Layer.MOSAIC, Outline.Layer.BOUNDARY


@pytest.fixture(autouse=True)
def _on_the_day_of_the_fixtures(settings):
    settings.TODAY = date(2026, 11, 24)


def run(capsys, *arguments):
    call_command(*arguments)
    return capsys.readouterr().out.splitlines()


def outlines(layer):
    """What is stored of a layer, by NIS code."""
    fields = ("path", "label_x", "label_y", "shade")
    return {
        row[0]: row[1:] for row in Outline.objects.filter(layer=layer).values_list("municipality__nis_code", *fields)
    }


def drawn_with_borders():
    return set(Outline.objects.drawn().filter(layer=BOUNDARY).values_list("municipality__nis_code", flat=True))


@pytest.fixture
def geojson(tmp_path):
    """Three municipalities of ours and one that is not."""
    return write_geojson(tmp_path / "grenzen.geojson", SQUARES | {"62063": shapely.box(5.5, 50.6, 5.6, 50.7)})


# The mosaic.


def test_the_mosaic_is_drawn_as_in_the_fixtures(capsys):
    before = outlines(MOSAIC)
    Outline.objects.filter(layer=MOSAIC).update(path="M0 0z", shade=2)
    assert run(capsys, "draw_mosaic") == ["Het mozaïek telt 285 tegels."]
    assert outlines(MOSAIC) == before


def test_the_mosaic_leaves_borders_alone(capsys, geojson):
    run(capsys, "import_boundaries", geojson)
    before = outlines(BOUNDARY)
    run(capsys, "draw_mosaic")
    assert outlines(BOUNDARY) == before
    assert set(before) == set(SQUARES)


def test_a_tile_outside_every_region_has_the_first_shade(capsys):
    members = Membership.objects.on(date(2026, 11, 24)).values("municipality")
    run(capsys, "draw_mosaic")
    outside = Outline.objects.filter(layer=MOSAIC).exclude(municipality__in=members.exclude(municipality=None))
    assert outside.count() == 142
    assert set(outside.values_list("shade", flat=True)) == {0}


# True borders.


def test_borders_from_a_geojson_are_drawn_and_the_rest_keeps_its_tile(capsys, geojson):
    said = run(capsys, "import_boundaries", geojson)
    missing = sorted(Municipality.objects.exclude(nis_code__in=SQUARES).values_list("name", flat=True))
    assert said == [
        "3 gemeenten kregen hun ware grenzen.",
        "Onbekende NIS-codes in het bestand (1): 62063",
        f"Houden hun tegel, want niet in het bestand (282): {', '.join(missing)}",
    ]
    assert drawn_with_borders() == set(SQUARES)
    assert Outline.objects.drawn().count() == 285


def test_a_shapefile_in_lambert_72_gives_the_same_borders_as_a_geojson(capsys, geojson, tmp_path):
    lambert = write_shapefile(tmp_path / "grenzen.shp", in_system("EPSG:31370", SQUARES), "EPSG:31370")
    run(capsys, "import_boundaries", geojson)
    from_geojson = outlines(BOUNDARY)
    run(capsys, "import_boundaries", lambert)
    assert outlines(BOUNDARY) == from_geojson
    assert set(from_geojson) == set(SQUARES)


def test_borders_take_over_the_shade_of_the_tile(capsys, geojson):
    Outline.objects.filter(municipality__nis_code="33011").update(shade=2)
    Outline.objects.filter(municipality__nis_code="33021").update(shade=1)
    run(capsys, "import_boundaries", geojson)
    assert {code: outline[-1] for code, outline in outlines(BOUNDARY).items()} == {"33011": 2, "33021": 1, "71016": 0}


def test_a_second_file_replaces_the_first(capsys, geojson, tmp_path):
    run(capsys, "import_boundaries", geojson)
    second = write_geojson(tmp_path / "tweede.geojson", {"33011": SQUARES["33011"]})
    run(capsys, "import_boundaries", second)
    assert drawn_with_borders() == {"33011"}


def test_undo_shows_the_mosaic_again(capsys, geojson):
    mosaic = outlines(MOSAIC)
    run(capsys, "import_boundaries", geojson)
    said = run(capsys, "import_boundaries", "--undo")
    assert said == ["3 grenzen verwijderd; de kaart toont weer het mozaïek."]
    assert drawn_with_borders() == set()
    assert outlines(MOSAIC) == mosaic


# What is refused.


def unknown(tmp_path):
    return write_geojson(tmp_path / "elders.geojson", {"62063": shapely.box(5.5, 50.6, 5.6, 50.7)})


def broken(tmp_path):
    path = tmp_path / "kapot.geojson"
    path.write_text("{")
    return path


def elsewhere(tmp_path):
    return write_geojson(tmp_path / "omgekeerd.geojson", {"33011": shapely.box(50.8, 2.8, 50.9, 2.9)})


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (unknown, "Geen enkele NIS-code in elders.geojson is van een gemeente hier; er is niets gewijzigd."),
        (broken, "kapot.geojson is niet te lezen als GeoJSON of shapefile."),
        (elsewhere, "De grens van 33011 valt buiten de kaart. Klopt het coördinatenstelsel van het bestand?"),
    ],
)
def test_a_file_that_is_refused_changes_nothing(capsys, geojson, tmp_path, write, message):
    run(capsys, "import_boundaries", geojson)
    before = outlines(BOUNDARY)
    with pytest.raises(CommandError) as refusal:
        call_command("import_boundaries", write(tmp_path))
    assert str(refusal.value) == message
    assert outlines(BOUNDARY) == before
    assert set(before) == set(SQUARES)


def test_a_file_or_undo_is_asked_for():
    with pytest.raises(CommandError) as refusal:
        call_command("import_boundaries")
    assert str(refusal.value) == "Geef een bestand met grenzen, of --undo."

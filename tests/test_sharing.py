"""What goes along when a page is shared: its name and words, its whole address, and a picture drawn for it."""

import json
import re
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from igs.models import Colour, Region
from optil_portal.records.models import State
from optil_portal.sharing import cards, palette, tiles
from optil_portal.sharing.cards import TITLE_WIDTH, ShareCard, drawn, fitted, shortened, width
from projects.models import Project, Theme
from tests.factories import make_project, make_region
from tests.visiting import Page, text, type_of, visit

HOST = "http://testserver"
PORTAL = "/deel/portaal.png"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.CARDS_DIR = tmp_path / "cards"
    return settings.CARDS_DIR


@pytest.fixture
def site(site: dict[str, Page]) -> dict[str, Page]:
    """The pages that somebody can share; one in a frame is seen on the page around it."""
    return {address: page for address, page in site.items() if not type_of(address).startswith("projects:embedded_")}


def told(page: Page) -> dict[str, str]:
    """What the head of a page tells whoever shares it."""
    metas = (one for one in page.root.iter("meta") if one.get("property") or one.get("name", "").startswith("twitter:"))
    return {one.get("property", one.get("name", "")): one.get("content", "") for one in metas}


def linked(page: Page, rel: str) -> list[Element]:
    return [one for one in page.root.iter("link") if one.get("rel") == rel]


def image(response: HttpResponse) -> Image.Image:
    return Image.open(BytesIO(response.content))


# The head of each page.


def test_a_region_is_shared_with_its_name_its_words_and_its_card(client):
    page = visit(client, "/regios/midwest/?van=een-nieuwsbrief")
    assert told(page) == {
        "og:url": f"{HOST}/regios/midwest/",
        "og:title": "Midwest",
        "og:description": "Midwest: 8 gemeenten die samenwerken voor cultuur, met hun bibliotheken en projecten.",
        "og:type": "website",
        "og:site_name": "IGS cultuur",
        "og:locale": "nl_BE",
        "twitter:card": "summary_large_image",
        "og:image": f"{HOST}/deel/regio/midwest.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Midwest: de titel naast een mozaïek van gekleurde tegels",
    }


def test_each_page_is_shared_with_the_title_and_the_description_it_has(site: dict[str, Page]):
    shown = {
        address: [text(page.root.findall("head/title")[0]).removesuffix(" · IGS cultuur"), described(page)]
        for address, page in site.items()
    }
    shared = {address: [told(page).get("og:title"), told(page).get("og:description")] for address, page in site.items()}
    assert [address for address in site if shown[address] != [" ".join(str(s).split()) for s in shared[address]]] == []


def described(page: Page) -> str:
    """The description of a page."""
    (one,) = (one for one in page.root.iter("meta") if one.get("name") == "description")
    return " ".join(one.get("content", "").split())


def test_each_page_names_its_whole_address_without_what_was_asked(site: dict[str, Page]):
    named = {address: [one.get("href") for one in linked(page, "canonical")] for address, page in site.items()}
    assert {a: found for a, found in named.items() if found != [f"{HOST}{a.partition('?')[0]}"]} == {}


def test_each_page_is_shared_with_the_card_of_what_it_is_about(site: dict[str, Page]):
    own = re.compile(r"/(regio|thema|project)(?:s|en)?/(?!vergelijken)([\w-]+)/")
    cards = {address: told(page)["og:image"].removeprefix(HOST) for address, page in site.items()}
    expected = {
        address: f"/deel/{found[1]}/{found[2]}.png" if (found := own.fullmatch(address.partition("?")[0])) else PORTAL
        for address in site
    }
    assert cards == expected
    assert len(set(cards.values())) > 70


@pytest.mark.parametrize("address", ["/nergens/", "/regios/nergens/"])
def test_a_page_that_is_not_there_is_not_shared(client, address: str):
    page = visit(client, address)
    assert (page.status, told(page), linked(page, "canonical")) == (404, {}, [])


def test_a_title_with_signs_of_html_in_it_is_shared_as_it_is(client):
    project = make_project(title="Boeken & <b>brood</b> “samen”")
    page = visit(client, project.get_absolute_url())
    assert told(page)["og:title"] == "Boeken & <b>brood</b> “samen”"
    assert "<b>brood" not in page.content


# The cards.


@pytest.mark.parametrize(
    "address", [PORTAL, "/deel/regio/midwest.png", "/deel/thema/lezen.png", "/deel/project/winterse-vertellingen.png"]
)
def test_a_card_is_a_light_png_of_1200_by_630(client, address: str):
    response = client.get(address)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    assert (image(response).format, image(response).size) == ("PNG", (1200, 630))
    assert len(response.content) < 60_000


def test_every_public_record_has_a_card_and_none_of_them_is_like_another(client, monkeypatch):
    monkeypatch.setattr("optil_portal.sharing.kept.drawn", lambda card: repr(card).encode())
    records = [
        *(f"regio/{region.slug}" for region in Region.objects.all()),
        *(f"thema/{theme.slug}" for theme in Theme.objects.all()),
        *(f"project/{project.slug}" for project in Project.objects.published()),
    ]
    answers = [client.get(f"/deel/{record}.png") for record in records]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == len(answers) == 19 + 5 + 56


@pytest.mark.parametrize("state", [State.DRAFT, State.ARCHIVED])
def test_what_is_not_public_has_no_card(client, folder: Path, state: str):
    project = make_project(title="Geheim plan", slug="geheim-plan")
    assert client.get("/deel/project/geheim-plan.png").status_code == 200
    project.state = state
    project.save()
    assert client.get("/deel/project/geheim-plan.png").status_code == 404


@pytest.mark.parametrize("kind", ["regio", "thema", "project"])
def test_an_unknown_slug_has_no_card(client, folder: Path, kind: str):
    assert client.get(f"/deel/{kind}/nergens.png").status_code == 404
    assert not folder.exists()


@pytest.mark.parametrize(
    ("address", "most"),
    [
        (PORTAL, 0),
        ("/deel/regio/midwest.png", 1),
        ("/deel/thema/lezen.png", 1),
        ("/deel/project/winterse-vertellingen.png", 1),
    ],
)
def test_a_card_asks_one_query_at_most(client, address: str, most: int):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == most


def test_a_card_is_drawn_once(client, monkeypatch):
    first = client.get(PORTAL)
    monkeypatch.setattr("optil_portal.sharing.kept.drawn", lambda card: pytest.fail("drawn again"))
    again = client.get(PORTAL)
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert again.headers["Last-Modified"] == first.headers["Last-Modified"]


def test_another_title_gives_another_card_at_once_and_the_old_one_goes(client, folder: Path):
    region = make_region(name="Oude Naam")
    address = f"/deel/regio/{region.slug}.png"
    old = client.get(address)
    others = client.get(PORTAL)
    region.name = "Nieuwe Naam"
    region.save()
    new = client.get(address)
    assert new.headers["ETag"] != old.headers["ETag"]
    assert new.content != old.content
    assert sorted(path.read_bytes() for path in folder.iterdir()) == sorted([new.content, others.content])


def test_a_card_goes_only_with_what_it_belongs_to(client, folder: Path):
    regions = [make_region(pk=key, name=f"Regio {key}") for key in (9001, 90010)]
    for region in regions:
        client.get(f"/deel/regio/{region.slug}.png")
    regions[0].name = "Anders"
    regions[0].save()
    client.get(f"/deel/regio/{regions[0].slug}.png")
    assert sorted(path.name.partition(".")[0] for path in folder.iterdir()) == ["regio-9001", "regio-90010"]


def test_a_card_that_is_drawn_in_another_way_now_is_drawn_anew(client, monkeypatch):
    old = client.get(PORTAL).headers["ETag"]
    monkeypatch.setattr("optil_portal.sharing.kept.VERSION", cards.VERSION + 1)
    assert client.get(PORTAL).headers["ETag"] != old


def test_a_drawing_that_fails_leaves_nothing_behind(folder: Path, monkeypatch):
    monkeypatch.setattr("optil_portal.sharing.kept.drawn", lambda card: 1 / 0)
    assert Client(raise_request_exception=False).get(PORTAL).status_code == 500
    assert not folder.exists()


def test_somebody_who_has_the_card_is_told_that_it_is_still_the_same(client):
    first = client.get(PORTAL)
    assert first.headers["Cache-Control"] == "public, max-age=600"
    by_tag = client.get(PORTAL, headers={"if-none-match": first.headers["ETag"]})
    by_day = client.get(PORTAL, headers={"if-modified-since": first.headers["Last-Modified"]})
    other = client.get(PORTAL, headers={"if-none-match": '"something-else"'})
    assert [(one.status_code, one.content) for one in (by_tag, by_day)] == [(304, b""), (304, b"")]
    assert (other.status_code, other.content) == (200, first.content)


# The drawing.

SAMPLE = ShareCard("Midwest", "Regio", "5", "cobalt", "c3")


@pytest.mark.parametrize(
    "other",
    [
        SAMPLE._replace(title="Westmid"),
        SAMPLE._replace(words="Streek"),
        SAMPLE._replace(number="6"),
        SAMPLE._replace(colour="moss"),
        SAMPLE._replace(cover="c4"),
    ],
    ids=ShareCard._fields,
)
def test_all_that_a_card_says_shows_in_its_drawing(other: ShareCard):
    assert drawn(other) != drawn(SAMPLE)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("CO7", ["CO7"]),
        ("Winterse vertellingen", ["Winterse", "vertellingen"]),
        ("Cultuur over gemeentegrenzen heen", ["Cultuur over", "gemeentegrenzen", "heen"]),
    ],
)
def test_a_title_stands_on_as_few_lines_as_are_large(title: str, lines: list[str]):
    assert fitted(title)[1] == lines


def test_a_shorter_title_is_larger():
    titles = ["CO7", "Winterse vertellingen", "Cultuur over gemeentegrenzen heen", "Een heel lange titel " * 6]
    sizes = [fitted(title)[0] for title in titles]
    assert sizes == sorted(set(sizes), reverse=True)


@pytest.mark.parametrize("title", ["bibliotheek" * 15, "samen lezen " * 30, "Ⓐ📚" * 60, "a", ""])
def test_whatever_its_title_a_card_can_be_drawn_and_nothing_runs_into_the_mosaic(title: str):
    size, lines = fitted(title)
    assert [line for line in lines if width(line, size) > TITLE_WIDTH] == []
    assert size * cards.LEADING * len(lines) <= cards.TITLE_HEIGHT
    assert Image.open(BytesIO(drawn(SAMPLE._replace(title=title, words=title)))).size == (1200, 630)


@pytest.mark.parametrize(
    ("most", "kept"), [(12, "samen lezen"), (11, "samen lezen"), (10, "samen lez…"), (7, "samen…"), (0, "…")]
)
def test_words_that_do_not_fit_end_in_a_sign_that_there_is_more(most: int, kept: str):
    assert shortened("samen lezen", lambda words: len(words) <= most) == kept


def test_the_colours_of_a_drawing_are_those_of_the_stylesheet():
    css = Path(finders.find("css/site.css") or "").read_text()
    light = dict(re.findall(r"--(\w+): (#[0-9a-f]+);", css[: css.index("prefers-color-scheme: dark")]))
    fills = dict(re.findall(r"\.(\w+) \{ --fill: (#[0-9a-f]+);", css))
    assert {colour: light[colour] for colour in Colour.values} == palette.FILLS
    assert fills == palette.FILLS
    assert (light["ground"], light["ink"], light["soft"]) == (palette.GROUND, palette.INK, palette.SOFT)


def test_a_path_of_lines_and_curves_is_read_as_its_corners(monkeypatch):
    monkeypatch.setattr(tiles, "STEPS", 2)
    assert tiles.polygon("M10-5l4 0 0 4q0 4-4 4z") == [(10, -5), (14, -5), (14, -1), (13, 2), (10, 3)]


def test_every_cover_and_the_mark_have_their_tiles():
    assert set(tiles.covers()) == {f"c{number}" for number in range(24)}
    assert {len(cover) > 8 for cover in tiles.covers().values()} == {True}
    assert [tile.fill for tile in tiles.mark()] == [
        palette.FILLS[name] for name in ("brick", "lagoon", "ochre", "violet")
    ]


# The icons.


def icons(page: Page) -> dict[str, str]:
    """The icons in the head of a page by what they are for."""
    return {
        one.get("href", ""): one.get("sizes", "") for one in linked(page, "icon") + linked(page, "apple-touch-icon")
    }


def test_a_page_links_to_its_icons(client):
    assert icons(visit(client, "/")) == {
        "/static/mark.svg": "",
        "/static/icons/apple-touch-icon.png": "",
    }


def test_the_icon_that_browsers_ask_for_by_themselves_is_there(client):
    response = client.get("/favicon.ico")
    with Image.open(BytesIO(b"".join(response.streaming_content))) as icon:
        assert (response.status_code, icon.format, icon.info["sizes"]) == (200, "ICO", {(16, 16), (32, 32), (48, 48)})
    response.close()


def test_the_manifest_names_the_portal_and_icons_that_are_as_large_as_it_says(client):
    page = visit_manifest(client)
    assert (page["short_name"], page["lang"], page["start_url"]) == ("IGS cultuur", "nl-BE", "/")
    assert {page["background_color"], page["theme_color"]} == {palette.GROUND}
    assert {icon["src"]: icon["sizes"] for icon in page["icons"]} == {
        icon["src"]: size_of(icon["src"]) for icon in page["icons"]
    }
    assert {(icon["sizes"], icon.get("purpose")) for icon in page["icons"]} >= {
        ("192x192", None),
        ("512x512", "maskable"),
    }


def size_of(address: str) -> str:
    """The width and height of a static picture, as a manifest has them."""
    with Image.open(finders.find(address.removeprefix("/static/")) or "") as picture:
        return f"{picture.width}x{picture.height}"


def visit_manifest(client: Client) -> dict:
    (link,) = linked(visit(client, "/"), "manifest")
    response = client.get(link.get("href", ""))
    assert response.headers["Content-Type"] == "application/manifest+json"
    return json.loads(response.content)


def test_the_icons_are_light():
    folder = Path(finders.find("icons") or "")
    assert {path.name for path in folder.iterdir() if path.stat().st_size > 5_000} == set()
    assert len(list(folder.iterdir())) == 5

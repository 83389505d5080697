"""Every page: few queries whatever there is to show, an orderly head and headings, nothing from elsewhere."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import html5lib  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from igs.models import Municipality, Region
from libraries.models import Library
from optil_portal.proposals.sheets import link_of
from optil_portal.records.templatetags.records_tags import drawing
from projects.models import Project, Theme
from projects.models.project import MOST_OF_REGION
from tests.cast import Scene, grow, make_scene, taken_back
from tests.factories import make_project, make_proposal, make_region
from tests.running import ROOT
from tests.visiting import Page, fetched, headings, public_routes, runs, text, tree, visit

BUDGET = 8
STATIC = "/static/"
NAMED_IN_A_FILE = r"(?:url\(|@import|\s(?:xlink:)?href=)\s*['\"]?([^'\")]+)"


# The record that a detail page of the scene is about.
ABOUT = {
    "igs:region_detail": "region",
    "igs:municipality_detail": "municipality",
    "libraries:library_detail": "library",
    "projects:theme_detail": "theme",
    "projects:project_detail": "project",
    "projects:embedded_project": "project",
}
# What stands in the address of a page that is about something else.
KEYS = {
    "proposals:reference": lambda scene: make_proposal(scene.region, reference="proef").reference,
    "proposals:sheet": lambda scene: link_of(scene.region).split("/")[2],
}
ASKED = {
    "proposals:report": ["?pagina=/regios/{region.slug}/", "?pagina=/nergens/"],
    "compare": ["?regio={region.slug}", "?regio={region.slug}&regio=co7&regio=ecru&regio=onzin"],
    "projects:theme_list": ["?thema=lezen", "?thema=onzin"],
    "search": ["?q=Testproject", "?q=Ipeer"],
    "igs:municipality_list": ["?q=Hamme", "?q=Ipeer", "?provincie=oost-vlaanderen&regio={region.slug}"],
    "igs:municipality_detail": ["?op=2024-12-31", "?op=onzin"],
    "igs:region_list": ["?sorteer=projecten", "?op=2024-12-31", "?provincie=oost-vlaanderen"],
    "igs:region_detail": ["?op=2024-12-31", "?op=onzin"],
    "libraries:library_list": ["?regio={region.slug}&q=testbib", "?pagina=2"],
    "projects:take_along": ["?p={project.pk}", "?p=0-onzin"],
    "projects:embedded_projects": ["?regio={region.slug}&aantal=1", "?q=onvindbaar"],
    "projects:project_list": [
        "?thema={theme.slug}&thema=lezen&regio={region.slug}&q=testproject",
        "?pagina=2",
        "?thema=-lezen&sinds=1",
    ],
}
# The pages that read the same whatever there is more of.
STILL = {
    *("proposals:report", "proposals:report?pagina=/regios/{region.slug}/", "proposals:report?pagina=/nergens/"),
    *("proposals:reference", "accessibility", "contact", "privacy", "search", "search?q=Ipeer"),
    *("projects:embedding", "projects:embedded_project", "projects:embedded_projects?q=onvindbaar"),
    *("projects:take_along", "projects:take_along?p={project.pk}", "projects:take_along?p=0-onzin"),
}
PAGES = [(name, query) for _, name in public_routes() for query in ["", *ASKED.get(name, [])]]
each_page = pytest.mark.parametrize("page", [name + query for name, query in PAGES])


def address(name: str, query: str, scene: Scene) -> str:
    """The page of a route that is about the scene."""
    about = [getattr(scene, ABOUT[name]).slug] if name in ABOUT else [KEYS[name](scene)] if name in KEYS else []
    return reverse(name, args=about) + query.format(**vars(scene))


@pytest.fixture(scope="module")
def growing(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Page, Page]]:
    """Every page by its route and question: as it is with little, and with more of everything."""
    with taken_back(django_db_blocker), override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        scene = make_scene()
        addresses = {name + query: address(name, query, scene) for name, query in PAGES}
        shown = []
        for _ in range(2):
            grow(scene)
            shown.append({page: visit_again(Client(), at) for page, at in addresses.items()})
    few, many = shown
    return {page: (few[page], many[page]) for page in addresses}


@each_page
def test_a_page_asks_few_queries_and_no_more_when_there_is_more(growing: dict[str, tuple[Page, Page]], page: str):
    few, many = growing[page]
    assert (few.status, many.status) == (200, 200)
    assert (unstamped(few) == unstamped(many)) == (page in STILL)
    assert few.queries == many.queries
    assert many.queries <= BUDGET


def unstamped(page: Page) -> str:
    """What stands on a page, but for the second in which a form was opened."""
    return re.sub(r'name="stamp" value="[^"]+"', "", page.content)


def visit_again(client: Client, address: str) -> Page:
    """A page that was visited before, since the map changed: whoever comes first after that has it read."""
    visit(client, address)
    return visit(client, address)


@each_page
def test_a_page_is_valid_html(growing: dict[str, tuple[Page, Page]], page: str):
    few, _ = growing[page]
    assert mistakes(few) == []


def mistakes(page: Page) -> list[tuple[tuple[int, int], str]]:
    """What the HTML of a page does wrong, and where."""
    parser = html5lib.HTMLParser()
    parser.parse(page.content)
    return [(place, error) for place, error, _ in parser.errors]


# All pages that links lead to.


def test_the_links_lead_to_every_page_there_is(site: dict[str, Page]):
    kinds = (Region.objects, Municipality.objects, Theme.objects, Project.objects.published(), Library.objects.listed())
    records = {record.get_absolute_url() for kind in kinds for record in kind.all()}
    lists = {path for path, _ in public_routes() if "<" not in path}
    # The form at the top of each page leads to the search; what the site holds beside the fixtures is gone by now.
    assert (records | lists) - {urlsplit(address).path for address in site} == {reverse("search")}
    assert len(records) == 19 + 285 + 5 + 56 + 104


def test_no_link_ends_in_nothing_or_goes_a_roundabout_way(site: dict[str, Page]):
    assert {address: page.status for address, page in site.items() if page.status != 200} == {}


def test_each_page_is_valid_html(site: dict[str, Page]):
    found = {address: mistakes(page) for address, page in site.items()}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_no_page_asks_more_than_the_budget(site: dict[str, Page]):
    assert {address: page.queries for address, page in site.items() if page.queries > BUDGET} == {}


def test_each_page_has_one_h1_that_says_something(site: dict[str, Page]):
    counts = {address: [bool(text(one)) for one in page.root.iter("h1")] for address, page in site.items()}
    assert {address: found for address, found in counts.items() if found != [True]} == {}


def test_headings_start_at_the_h1_and_never_skip_a_level(site: dict[str, Page]):
    levels = {address: [0, *(level for level, _ in headings(page.root))] for address, page in site.items()}
    assert {address: found for address, found in levels.items() if any(b > a + 1 for a, b in pairwise(found))} == {}


def test_each_page_has_its_own_title(site: dict[str, Page]):
    titles = {address: [text(one) for one in page.root.findall("head/title")] for address, page in site.items()}
    wrong = [found for found in titles.values() if len(found) != 1 or not re.fullmatch(r"\S.* · IGS cultuur", found[0])]
    assert wrong == []
    of_a_path = {(urlsplit(address).path, found[0]) for address, found in titles.items()}
    assert [title for title, times in Counter(title for _, title in of_a_path).items() if times > 1] == []


def test_each_page_has_a_description(site: dict[str, Page]):
    described = {
        address: [one.get("content", "") for one in page.root.iter("meta") if one.get("name") == "description"]
        for address, page in site.items()
    }
    assert {a: found for a, found in described.items() if len(found) != 1 or len(found[0].strip()) < 25} == {}


def test_each_page_says_it_is_in_dutch(site: dict[str, Page]):
    assert {page.root.get("lang") for page in site.values()} == {"nl-BE"}


def test_no_page_holds_styles_or_scripts_of_its_own(site: dict[str, Page]):
    own = {
        (address, one.tag, name)
        for address, page in site.items()
        for one in page.root.iter()
        for name in ["", *one.keys()]
        if one.tag == "style" or runs(one) or name == "style" or name.startswith("on")
    }
    assert own == set()


def test_no_page_fetches_anything_of_another_host(site: dict[str, Page]):
    hosts = {urlsplit(one)[:2] for page in site.values() for one in fetched(page.address, page.root)}
    assert hosts == {("", "")}


def test_no_stylesheet_or_drawing_fetches_anything_of_another_host():
    sources = [path.read_text() for kind in ("css", "svg") for path in sorted((ROOT / "static").rglob(f"*.{kind}"))]
    named = [one for source in sources for one in re.findall(NAMED_IN_A_FILE, source)]
    assert [one for one in named if "//" in one] == []
    assert len(named) > 1


def test_no_form_sends_anything_to_another_host(site: dict[str, Page]):
    actions = {form.get("action", "") for page in site.values() for form in page.root.iter("form")}
    assert {action for action in actions if urlsplit(action)[:2] != ("", "")} == set()


def status(client: Client, address: str) -> int:
    """How the portal answers for a file."""
    response = client.get(address)
    response.close()
    return response.status_code


def test_all_that_a_page_fetches_is_there(site: dict[str, Page], client):
    every = {one for page in site.values() for one in fetched(page.address, page.root)}
    static = {urldefrag(one).url.removeprefix(STATIC) for one in every if one.startswith(STATIC)}
    assert [name for name in static if finders.find(name) is None] == []
    others = {one for one in every if not one.startswith(STATIC)}
    assert {one: status(client, one) for one in others} == dict.fromkeys(others, 200)
    assert len(others) > 1


def test_each_part_of_a_drawing_that_a_page_uses_is_there(site: dict[str, Page]):
    used = {urldefrag(one) for page in site.values() for one in fetched(page.address, page.root) if "#" in one}
    drawings = {one.url: Path(finders.find(one.url.removeprefix(STATIC)) or "").read_text() for one in used}
    identifiers = {url: set(re.findall(r'id="([^"]+)"', drawing)) for url, drawing in drawings.items()}
    assert {one for one in used if one.fragment not in identifiers[one.url]} == set()
    assert used != set()


def test_no_page_sets_a_cookie(site: dict[str, Page]):
    assert {address: page.cookies for address, page in site.items() if page.cookies} == {}


def identifiers(page: Page) -> list[str]:
    return [one.get("id", "") for one in page.root.iter() if "id" in one.keys()]  # noqa: SIM118 - an element is no dict


def test_an_id_is_there_once(site: dict[str, Page]):
    twice = {
        address: [one for one, times in Counter(identifiers(page)).items() if times > 1]
        for address, page in site.items()
    }
    assert {address: found for address, found in twice.items() if found} == {}


def test_what_is_named_by_its_id_is_there(site: dict[str, Page]):
    missing = {
        (address, name, value)
        for address, page in site.items()
        for one in page.root.iter()
        for name in ("for", "aria-labelledby", "aria-describedby")
        for value in one.get(name, "").split()
        if value not in identifiers(page)
    }
    assert missing == set()


def test_a_link_to_a_place_on_a_page_finds_it_there(site: dict[str, Page]):
    places = {
        urldefrag(urljoin(address, link.get("href", "")))
        for address, page in site.items()
        for link in page.root.iter("a")
        if "#" in link.get("href", "")
    }
    assert {one for one in places if one.url in site and one.fragment not in identifiers(site[one.url])} == set()
    assert len(places) > 1


def test_each_link_says_where_it_leads(site: dict[str, Page]):
    silent = {
        (address, link.get("href", ""))
        for address, page in site.items()
        for link in page.root.iter("a")
        if not (text(link) or link.get("aria-label"))
    }
    assert silent == set()


def test_each_picture_has_an_alternative_text(site: dict[str, Page]):
    without = {
        (address, one.get("src", ""))
        for address, page in site.items()
        for one in page.root.iter("img")
        if one.get("alt") is None
    }
    assert without == set()


def test_a_page_is_not_taken_for_right_that_leaves_an_element_open():
    with pytest.raises(AssertionError):
        tree("<main><p>open</main>")


def test_what_all_pages_share_is_drawn_once(client: Client):
    drawing.cache_clear()
    contents = [visit(client, path).content for path in ("/contact/", "/privacy/", "/contact/")]
    assert drawing.cache_info()[:2] == (6, 3)  # hits and misses: the head, the menu and the foot
    assert contents[0] == contents[2]


@pytest.mark.parametrize(("more", "shown"), [(0, [True, False]), (1, [False, True])])
def test_a_region_shows_its_most_recent_projects_and_leads_to_all(client: Client, more: int, shown: list[bool]):
    region = make_region(name="Reynaert", slug="reynaert")
    oldest = make_project(region=region, title="Aller eerste", year_from=1999, year_until=1999)
    for number in range(MOST_OF_REGION - 1 + more):
        make_project(region=region, title=f"Later {number}", year_from=2020)
    links = [(text(link), link.get("href")) for link in visit(client, "/regios/reynaert/").root.iter("a")]
    told = {name for name, _ in links}
    assert len({name for name in told if name.startswith("Later ")}) == MOST_OF_REGION - 1 + more
    assert [oldest.title in told, ("Alle projecten van Reynaert", "/projecten/?regio=reynaert") in links] == shown

"""What machines read of each page: schema.org's words only, and addresses for the whole world."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from pyld import jsonld  # type: ignore[import-untyped]

from tests.cast import grow, make_scene
from tests.visiting import Page, linked_data, type_of, visit

WORDS = "https://schema.org/"
# What stands for schema.org's own context, of which a page needs little.
VOCABULARY = {
    "@context": {
        "@vocab": WORDS,
        "id": "@id",
        "type": "@type",
        **{name: {"@type": "@id"} for name in ("url", "sameAs", "item", "contentUrl", "license")},
    }
}
# The kind of thing that a page of each type is about.
ABOUT = {
    "home": "WebSite",
    "open_data": "DataCatalog",
    "igs:region_detail": "Organization",
    "igs:municipality_detail": "AdministrativeArea",
    "libraries:library_detail": "Library",
    "projects:theme_detail": "DefinedTerm",
    "projects:project_detail": "Project",
}


def offline(address: str, options: dict[str, Any]) -> dict[str, Any]:
    """The one context that our pages name, without the network."""
    assert address.rstrip("/") == WORDS.rstrip("/")
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": address, "document": VOCABULARY}


def expanded(data: Any) -> list[dict[str, Any]]:
    """Linked data with every name written in full."""
    return jsonld.expand(data, {"documentLoader": offline})


def nodes(value: Any) -> list[dict[str, Any]]:
    """All objects in expanded linked data."""
    if isinstance(value, list):
        return [node for one in value for node in nodes(one)]
    if not isinstance(value, dict):
        return []
    return [value, *(node for one in value.values() for node in nodes(one))]


def is_whole(address: str) -> bool:
    """Whether an address holds for the whole world."""
    return bool(urlsplit(address).scheme in ("http", "https") and urlsplit(address).netloc)


@pytest.fixture
def pages(site: dict[str, Page]) -> dict[str, Page]:
    """The pages of the portal itself, without those for a frame on another website."""
    return {address: page for address, page in site.items() if "projects:embedded" not in type_of(address)}


def test_each_page_describes_itself_and_the_way_to_it(pages: dict[str, Page]):
    wrong = {}
    for address, page in pages.items():
        kinds = [thing["@type"] for thing in linked_data(page)["@graph"]]
        name = type_of(address)
        way = [] if name == "home" else ["BreadcrumbList"]
        if (kinds[0], kinds[-1:] if way else []) != (ABOUT.get(name, "WebPage"), way):
            wrong[address] = kinds
    assert wrong == {}


def test_all_addresses_are_absolute_once_expanded(pages: dict[str, Page]):
    of_a_type = {type_of(address): page for address, page in pages.items()}
    for page in of_a_type.values():
        found = nodes(expanded(linked_data(page)))
        assert [node["@id"] for node in found if not is_whole(node.get("@id", WORDS))] == []
        assert [kind for node in found for kind in node.get("@type", []) if not kind.startswith(WORDS)] == []
        assert [name for node in found for name in node if not name.startswith(("@", WORDS))] == []
        assert len(found) > 3
    assert set(of_a_type) > set(ABOUT)


def test_no_page_refers_to_itself_under_two_names(pages: dict[str, Page]):
    ids = [thing["@id"] for page in pages.values() for thing in linked_data(page)["@graph"][:1]]
    paths = {urlsplit(one).path for one in ids}
    assert len(paths) == len(set(ids))


def test_what_a_page_refers_to_is_the_thing_of_another_page(client):
    scene = make_scene()
    grow(scene)
    records = (scene.region, scene.municipality, scene.library, scene.theme, scene.project)
    things = {}
    for record in records:
        thing = linked_data(visit(client, record.get_absolute_url()))["@graph"][0]
        things[thing["@id"]] = thing["name"]
    referred = {
        node["@id"]: node["name"]
        for record in records
        for node in everything(linked_data(visit(client, record.get_absolute_url())))
        if {"@id", "name"} <= set(node)
    }
    assert {one: referred[one] for one in things} == things
    named = linked_data(visit(client, scene.project.get_absolute_url()))["@graph"][0]
    assert {one["@id"] for one in named["areaServed"]} >= {
        f"http://testserver{scene.municipality.get_absolute_url()}#gemeente"
    }
    assert len(named["member"]) == 4


def everything(value: Any) -> list[dict[str, Any]]:
    """All objects in linked data as they stand on the page."""
    if isinstance(value, list):
        return [node for one in value for node in everything(one)]
    return [value, *(n for one in value.values() for n in everything(one))] if isinstance(value, dict) else []


def test_a_municipality_is_the_one_of_the_flemish_registers(client):
    thing, region, way = linked_data(visit(client, "/gemeenten/ieper/"))["@graph"]
    assert (thing["sameAs"], thing["identifier"]["value"]) == ("https://data.vlaanderen.be/id/gemeente/33011", "33011")
    assert region == {
        "@type": "Organization",
        "@id": "http://testserver/regios/co7/#regio",
        "name": "CO7",
        "areaServed": {"@id": thing["@id"]},
    }
    assert [(one["position"], one["name"], one["item"]) for one in way["itemListElement"]] == [
        (1, "IGS cultuur", "http://testserver/"),
        (2, "Gemeenten", "http://testserver/gemeenten/"),
        (3, "Ieper", "http://testserver/gemeenten/ieper/"),
    ]


def test_the_home_page_tells_how_to_search(client):
    (site,) = linked_data(visit(client, "/"))["@graph"]
    assert site["potentialAction"]["target"]["urlTemplate"] == "http://testserver/zoeken/?q={search_term_string}"


def test_a_local_initiative_is_no_part_of_the_region_it_lies_in(client):
    scene = make_scene()
    parents = []
    for kind in ("igs", "local"):
        scene.project.kind = kind
        scene.project.save()
        thing = linked_data(visit(client, scene.project.get_absolute_url()))["@graph"][0]
        parents.append(thing.get("parentOrganization", {}).get("name"))
    assert parents == [scene.region.name, None]


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "<!--", "a & b", "’\u2028", '"\\'])
def test_no_name_breaks_out_of_the_block(name: str):
    request = RequestFactory().get("/")
    template = Template("{% load linked_tags %}{% linked_page name %}")
    block = template.render(Context({"request": request, "name": name}))
    inside = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert ("<" in inside, json.loads(inside)["@graph"][0]["name"]) == (False, name)

"""The open data for people and for machines: the page, the OpenAPI document and the catalogue tell the same."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from pyld import jsonld  # type: ignore[import-untyped]
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from optil_portal.opendata.lists import declared, told
from projects.models import Project
from projects.take_along import TakeAlong
from tests.running import Portal
from tests.taking import VIEWS, dataset
from tests.test_linked_data import is_whole, nodes
from tests.visiting import links, rows, section, text, texts, visit, words

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

DESCRIBED = VIEWS | {"lijst": TakeAlong}


@pytest.fixture
def licensed(settings) -> None:
    settings.LICENCE_NAME = "Modellicentie gratis hergebruik"
    settings.LICENCE_URL = "https://voorbeeld.be/licentie"


def openapi(client) -> dict[str, Any]:
    return client.get("/open-data/openapi.json").json()


def catalogue(client) -> dict[str, Any]:
    return client.get("/open-data/catalogus.jsonld").json()


# The page.


def test_the_page_counts_what_the_lists_hold(client):
    page = visit(client, "/open-data/")
    counts = {name: client.get(f"/{name}.json").json()["aantal"] for name in VIEWS}
    figures = dict(zip(texts(page.main.iter("dt")), texts(page.main.iter("dd")), strict=True))
    assert {name: figures[dataset(name).title.lower()] for name in VIEWS} == {n: str(c) for n, c in counts.items()}


@pytest.mark.parametrize("name", VIEWS)
def test_the_page_explains_every_column_and_leads_to_every_format(client, name: str):
    part = section(visit(client, "/open-data/"), name)
    assert [row[0] for row in rows(part)] == [column.name for column in dataset(name).columns]
    files = [address for _, address in links(part) if address.startswith(f"/{name}.")]
    assert files == [f"/{name}.{form}" for form in dataset(name).formats]


def test_the_page_thanks_every_source_that_the_records_name(client):
    page = visit(client, "/open-data/")
    records = [(name, one) for name in VIEWS for one in client.get(f"/{name}.json").json()["records"]]
    pages = {name: {address for _, address in links(section(page, name))} for name in VIEWS}
    missing = {one["bron_url"] for name, one in records if one["bron_url"] and one["bron_url"] not in pages[name]}
    unnamed = {one["bron"] for name, one in records if one["bron"] not in words(section(page, name))}
    assert (missing, unnamed, sum(map(len, pages.values())) > 100) == (set(), set(), True)
    assert "Statbel" in words(section(page, "gemeenten"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("https://www.voorbeeld.be/nieuws/bib-wil-boeken~a07c136f2/", "bib wil boeken"),
        ("https://voorbeeld.be/over.html", "voorbeeld.be/over.html"),
        ("https://www.voorbeeld.be/", "voorbeeld.be"),
    ],
)
def test_a_page_of_a_source_is_called_by_the_words_in_its_address(address: str, words: str):
    assert told(address) == words


def test_until_op_til_decides_the_page_says_that_the_licence_is_open(client):
    assert "Licentie nog te bevestigen door OP/TIL." in words(visit(client, "/open-data/").main)
    assert openapi(client)["info"]["license"] == {"name": "licentie nog te bevestigen door OP/TIL"}
    assert catalogue(client)["dct:rights"]["@value"] == "licentie nog te bevestigen door OP/TIL"


def test_the_licence_of_the_settings_goes_with_all(client, licensed):
    page = visit(client, "/open-data/")
    name, address = "Modellicentie gratis hergebruik", "https://voorbeeld.be/licentie"
    assert [text(one) for one in page.root.iter("a") if one.get("rel") == "license"] == [name]
    assert openapi(client)["info"]["license"] == {"name": name, "url": address}
    assert client.get("/themas.json").json()["licentie"] == {"naam": name, "url": address}
    files = catalogue(client)["dcat:dataset"][0]["dcat:distribution"]
    assert {one["dct:license"]["@id"] for one in files} == {address}


# The OpenAPI document.


def test_the_document_is_valid(client):
    assert list(OpenAPIV31SpecValidator(openapi(client)).iter_errors()) == []


def test_the_document_has_every_list_in_every_format(client):
    told = {path: list(one) for path, one in openapi(client)["paths"].items()}
    lists = map(declared, DESCRIBED.values())
    assert told == {f"/{one.name}.{form}": ["get"] for one in lists for form in one.formats}


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_document_names_all_that_may_be_asked(client, name: str):
    view = DESCRIBED[name]
    asked = openapi(client)["paths"][f"/{name}.json"]["get"]["parameters"]
    assert {one["name"] for one in asked} == view.keys()
    assert [one for one in asked if not one["description"]] == []


def test_the_document_describes_what_a_record_holds(client):
    record = openapi(client)["components"]["schemas"]["gemeenten_record"]
    assert record["required"] == [column.name for column in dataset("gemeenten").columns]
    assert record["properties"]["inwoners"] == {
        "type": ["integer", "null"],
        "description": "Inwoners op de laatste telling",
    }


def test_no_answer_of_a_portal_breaks_the_document(portal: Portal):
    schema = schemathesis.openapi.from_url(f"{portal.address}/open-data/openapi.json")
    paths = []
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr] # a document that cannot be read fails here
        paths.append(operation.path)
        for case in examples(operation):
            case.validate_response(case.call(timeout=60), checks=CHECKS)
    assert len(paths) == len(DESCRIBED) * 4 + 3


def examples(operation: Any) -> list[Any]:
    """Some questions to an operation, the same each time."""
    found: list[Any] = []

    @seed(1)
    @settings(
        max_examples=6, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck]
    )
    @given(case=operation.as_strategy())
    def collect(case: Any) -> None:
        found.append(case)

    collect()
    return found


# The catalogue.


def test_the_catalogue_expands_with_absolute_addresses(client):
    found = nodes(jsonld.expand(catalogue(client)))
    addresses = [node["@id"] for node in found if "@id" in node]
    assert [one for one in addresses if not is_whole(one) and not one.startswith("mailto:")] == []
    assert [name for node in found for name in node if not name.startswith(("@", "http"))] == []
    assert len(addresses) > 50


def test_the_catalogue_leads_to_every_file_with_its_kind(client):
    files = [one for dataset in catalogue(client)["dcat:dataset"] for one in dataset["dcat:distribution"]]
    told = {one["dcat:downloadURL"]["@id"]: one["dcat:mediaType"]["@id"].partition("media-types/")[2] for one in files}
    found = {address: client.get(address.removeprefix("http://testserver")) for address in told}
    assert {address: one.headers["Content-Type"].partition(";")[0] for address, one in found.items()} == told
    assert len(told) == len(VIEWS) * 4 + 3


def test_a_dataset_changed_when_its_last_record_did(client):
    project = Project.objects.listed()[0]
    project.save()
    told = {one["@id"].partition("#")[2]: one["dct:modified"]["@value"] for one in catalogue(client)["dcat:dataset"]}
    assert told["projecten"] == project.changed.isoformat()
    assert told["themas"] == "2026-11-24T08:00:00+00:00"


@pytest.mark.parametrize("address", ["/open-data/openapi.json", "/open-data/catalogus.jsonld"])
def test_both_documents_are_open_and_known_again(client, address: str):
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["ETag"]})
    assert (first.headers["Access-Control-Allow-Origin"], again.status_code) == ("*", 304)

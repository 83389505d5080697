"""How much a first visit brings over the line, on a portal that runs; a kilobyte is a thousand bytes."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.factories import image_bytes
from tests.visiting import type_of
from tests.wire import Answer, Ask, parts

HOME = 120_000
ANY_OTHER = 90_000
HTML = 60_000
SCRIPTS = 10_000


@pytest.fixture(scope="module")
def visits(walked: dict[str, Answer], ask: Ask) -> dict[str, list[Answer]]:
    """The page and all that it brings with it, for a first visit to each address."""
    return {address: [page, *map(ask, sorted(parts(page, ask)))] for address, page in walked.items()}


def weights(answers: list[Answer]) -> dict[str, int]:
    return {one.address: one.weight for one in answers}


def test_a_first_visit_is_light(visits: dict[str, list[Answer]]):
    allowed = {address: HOME if type_of(address) == "home" else ANY_OTHER for address in visits}
    found = {address: weights(answers) for address, answers in visits.items()}
    assert {address: parts for address, parts in found.items() if sum(parts.values()) > allowed[address]} == {}


def test_no_page_by_itself_is_heavy(walked: dict[str, Answer]):
    assert {address: page.weight for address, page in walked.items() if page.weight > HTML} == {}


def test_no_page_brings_much_script(visits: dict[str, list[Answer]]):
    scripts = {address: weights([one for one in found if ".js" in one.address]) for address, found in visits.items()}
    assert {address: found for address, found in scripts.items() if sum(found.values()) > SCRIPTS} == {}


def test_all_that_a_visit_brings_is_there(visits: dict[str, list[Answer]]):
    assert {one.address for _, *brought in visits.values() for one in brought if one.status != 200} == set()


def test_text_comes_packed_and_what_is_packed_by_nature_as_it_is(visits: dict[str, list[Answer]]):
    packings = {(one.address.rpartition(".")[2], one.packing) for _, *brought in visits.values() for one in brought}
    assert packings == {("css", "br"), ("js", "br"), ("svg", "br"), ("woff2", "")}
    assert {page.packing for page, *_ in visits.values()} == {"br"}


def test_a_photograph_is_not_packed_again(client):
    name = default_storage.save("proef.png", ContentFile(image_bytes(size=(60, 40))))
    response = client.get(default_storage.url(name), headers={"Accept-Encoding": "gzip"})
    assert (b"".join(response.streaming_content), response.headers.get("Content-Encoding")) == (
        image_bytes(size=(60, 40)),
        None,
    )
    response.close()

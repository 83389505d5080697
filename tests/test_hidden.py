"""What is a draft, in review, archived or withdrawn is nowhere: not on a page, not in a search, not in a number."""

import pytest
from django.test import Client

from igs.models import Consultant
from libraries.models import Library
from optil_portal.records.formats import FORMATS
from optil_portal.records.models import State
from projects.models import Project
from tests.cast import HIDDEN, SHOWN, SHOWN_LIBRARY, SHOWN_PROJECT, Scene, hide, make_scene, show
from tests.taking import VIEWS, dataset, xlsx_text
from tests.visiting import Page, visit, words

SEARCHES = ("/zoeken/", "/gemeenten/", "/projecten/", "/bibliotheken/")


@pytest.fixture(autouse=True)
def media_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def pages_around(scene: Scene) -> list[str]:
    """The addresses of all pages on which a record that is tied to the scene could show."""
    records = (scene.region, scene.municipality, scene.library, scene.theme, scene.project)
    themes = (scene.theme.slug, "lezen")
    regions = (scene.region.slug, "co7")
    return [
        *(record.get_absolute_url() for record in records),
        *("/", "/over/", "/contact/", "/regios/", "/gemeenten/", "/themas/", "/consulenten/"),
        *("/projecten/", "/bibliotheken/", "/regios/co7/", "/themas/lezen/"),
        *("/projecten/?pagina=9999", "/bibliotheken/?pagina=9999"),
        *(f"/regios/?sorteer={key}" for key in ("naam", "inwoners", "gemeenten", "projecten")),
        *(f"/projecten/?thema={slug}" for slug in themes),
        *(f"/projecten/?regio={slug}" for slug in regions),
        f"/bibliotheken/?regio={scene.region.slug}",
        "/open-data/",
    ]


def files_around(scene: Scene) -> list[str]:
    """The addresses of all files in which it could show."""
    return [
        *(f"/{name}.{form}" for name in VIEWS for form in dataset(name).formats),
        f"/projecten.json?regio={scene.region.slug}",
        "/open-data/catalogus.jsonld",
        "/open-data/openapi.json",
    ]


def contents(client: Client, addresses: list[str]) -> dict[str, str]:
    """What stands on each of the pages."""
    return {address: visit(client, address).content for address in addresses}


def file_contents(client: Client, addresses: list[str]) -> dict[str, str]:
    """What stands in each of the files."""
    answers = {address: client.get(address).content for address in addresses}
    return {address: xlsx_text(data) if ".xlsx" in address else data.decode() for address, data in answers.items()}


def test_no_word_of_what_is_hidden_stands_on_any_page(site: dict[str, Page]):
    hidden = {word.lower() for pair in HIDDEN for word in pair}
    found = {(address, word) for address, page in site.items() for word in hidden if word in page.content.lower()}
    assert found == set()


def test_its_like_that_everybody_may_see_stands_there(site: dict[str, Page]):
    everything = " ".join(words(page.main) for page in site.values())
    assert [word for pair in SHOWN for word in pair if word not in everything] == []


def test_each_page_reads_the_same_with_what_is_hidden_as_without(client):
    shown = make_scene()
    before = contents(client, pages_around(shown))
    hide(shown)
    after = contents(client, pages_around(shown))
    assert [address for address in before if before[address] != after[address]] == []


def test_each_page_where_it_could_show_changes_once_it_is_public(client):
    shown = make_scene()
    before = contents(client, pages_around(shown))
    hide(shown)
    for publication in (Project, Library, Consultant):
        publication.objects.update(state=State.PUBLISHED)
    after = contents(client, pages_around(shown))
    assert {address for address in before if before[address] == after[address]} == {
        "/over/",
        "/contact/",
        "/gemeenten/",
    }


def test_no_word_of_what_is_hidden_stands_in_any_file(client):
    shown = make_scene()
    hide(shown)
    show(shown)
    files = file_contents(client, files_around(shown))
    hidden = {word.lower() for pair in HIDDEN for word in pair}
    assert {(address, word) for address, text in files.items() for word in hidden if word in text.lower()} == set()
    everywhere = {address for address, text in files.items() if " ".join(SHOWN_PROJECT) in text}
    assert everywhere == {
        *(f"/projecten.{form}" for form in ("csv", "xlsx", "json", "atom")),
        f"/projecten.json?regio={shown.region.slug}",
    }


def test_each_file_reads_the_same_with_what_is_hidden_as_without(client):
    shown = make_scene()
    before = file_contents(client, files_around(shown))
    hide(shown)
    after = file_contents(client, files_around(shown))
    assert [address for address in before if before[address] != after[address]] == []


def test_each_file_where_it_could_show_changes_once_it_is_public(client):
    shown = make_scene()
    before = file_contents(client, files_around(shown))
    hide(shown)
    for publication in (Project, Library):
        publication.objects.update(state=State.PUBLISHED)
    after = file_contents(client, files_around(shown))
    assert {address for address in before if before[address] == after[address]} == {
        *(f"/gemeenten.{form}" for form in FORMATS),
        *("/regios.atom", "/themas.atom", "/open-data/openapi.json"),
    }


@pytest.mark.parametrize("path", SEARCHES)
def test_who_searches_for_it_finds_nothing(client, path: str):
    hide(make_scene())
    found = [
        (word, other) for pair in HIDDEN for word, other in (pair, pair[::-1]) if other in answer(client, path, word)
    ]
    assert found == []


@pytest.mark.parametrize("path", ["/zoeken/", "/projecten/"])
def test_who_searches_for_a_public_project_finds_it(client, path: str):
    shown = make_scene()
    hide(shown)
    show(shown)
    assert SHOWN_PROJECT[1] in answer(client, path, SHOWN_PROJECT[0])


def test_who_searches_for_a_public_library_finds_it(client):
    shown = make_scene()
    hide(shown)
    show(shown)
    assert SHOWN_LIBRARY[1] in answer(client, "/bibliotheken/", SHOWN_LIBRARY[0])


def answer(client: Client, path: str, word: str) -> str:
    """All of the page that answers a search for a word."""
    return visit(client, f"{path}?q={word}").content


def test_its_own_address_does_not_exist(client):
    with_page = [record for record in hide(make_scene()) if isinstance(record, Project | Library)]
    assert len(with_page) == 6
    assert {visit(client, record.get_absolute_url()).status for record in with_page} == {404}


def test_a_testimony_about_a_hidden_project_does_not_name_it(client):
    shown = make_scene()
    hide(shown)
    show(shown)
    page = visit(client, shown.region.get_absolute_url())
    assert "Bartolomea" in words(page.main)
    assert "kwibusroffel" not in page.content.lower()

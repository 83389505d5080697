"""What a municipality shows on its own website: only these pages may be framed, and they are what the list shows."""

from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client

from projects.embedding import FEW, MANY, PARAMETERS
from projects.filters import ProjectFilter
from projects.models import Project, Theme
from tests.factories import make_project
from tests.test_pages import ABOUT
from tests.visiting import KEYED, Page, classed, links, public_routes, rows, text, texts, tree, visit, words

FRAMED = {"projects:embedded_projects", "projects:embedded_project"}


def titles(page: Page) -> list[str]:
    """The titles of the cards on a page."""
    return [text(link) for card in classed(page.main, "card") for link in card.iter("a")]


def code(page: Page) -> list[str]:
    """The code that a page offers for another website."""
    return texts(classed(page.main, "code"))


def framed(told: str) -> dict[str, str]:
    """What the code of a frame says of it."""
    return tree(told).attrib


# Who may be framed.


@pytest.mark.parametrize(
    ("route", "name"), [pytest.param(*one, id=one[1]) for one in public_routes() if one[1] not in KEYED]
)
def test_only_what_is_made_for_it_may_be_framed(client: Client, route: str, name: str):
    known = {"region": "co7", "municipality": "ieper", "theme": "lezen", "project": "leeslab"}
    slug = known.get(ABOUT.get(name, ""), "openbare-bibliotheek-herentals")
    response = client.get(route.replace("<slug>", slug))
    assert (response.status_code, response.headers.get("X-Frame-Options")) == (200, None if name in FRAMED else "DENY")


# The list.


@pytest.mark.parametrize(
    "question", ["", "thema=lezen", "regio=co7", "thema=lezen&thema=partners&q=bib", "q=onvindbaar"]
)
def test_a_frame_shows_the_first_of_what_the_list_shows(client: Client, question: str):
    listed = titles(visit(client, f"/projecten/?{question}"))
    assert titles(visit(client, f"/inbedden/projecten/?{question}")) == listed[:FEW]
    assert titles(visit(client, f"/inbedden/projecten/?{question}&aantal=2")) == listed[:2]


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("1", 1), (f"{MANY}", MANY), ("0", FEW), (f"{MANY + 1}", FEW), ("-1", FEW), ("x", FEW), ("٣", FEW)],
)
def test_a_frame_shows_as_many_as_are_asked_within_bounds(client: Client, asked: str, shown: int):
    assert len(titles(visit(client, f"/inbedden/projecten/?aantal={asked}"))) == shown


def test_a_frame_leads_to_all_that_there_is(client: Client):
    page = visit(client, "/inbedden/projecten/?thema=lezen&aantal=1")
    (told,) = [one for one in links(page.main) if one[0].startswith("Alle ")]
    count = Project.objects.published().on_theme(Theme.objects.get(slug="lezen")).count()
    assert told == (f"Alle {count} projecten op IGS cultuur", "/projecten/?thema=lezen")
    assert "Alle" not in words(visit(client, "/inbedden/projecten/?q=leeslab").main)


def test_a_frame_without_a_project_says_so(client: Client):
    page = visit(client, "/inbedden/projecten/?q=onvindbaar")
    assert titles(page) == []
    assert text(classed(page.main, "empty")[0]) == "Hier staat nog geen project. Bekijk ze allemaal op IGS cultuur."


# One project.


def test_a_frame_shows_the_card_of_a_project(client: Client):
    project = make_project(title="Amandelzaterdag", year_from=2021, still_runs=True)
    page = visit(client, f"/inbedden/project/{project.slug}/")
    assert (page.title, titles(page)) == ("Amandelzaterdag", ["Amandelzaterdag"])
    assert text(classed(page.main, "labels")[0]).endswith("· vanaf 2021, loopt nog")


@pytest.mark.parametrize("state", ["draft", "archived", None])
def test_a_frame_around_a_project_that_is_gone_says_so(client: Client, state: str | None):
    slug = make_project(title="Amandelzaterdag", state=state).slug if state else "bestaat-niet"
    response = client.get(f"/inbedden/project/{slug}/")
    page = visit(client, f"/inbedden/project/{slug}/")
    assert (page.status, page.title) == (404, "Dit project staat niet meer op IGS cultuur")
    assert response.headers.get("X-Frame-Options") is None
    assert "Amandelzaterdag" not in page.content


@pytest.mark.parametrize("path", ["/inbedden/projecten/", "/inbedden/project/leeslab/", "/inbedden/project/weg/"])
def test_a_frame_opens_its_links_around_it_names_its_source_and_hides_from_search_engines(client: Client, path: str):
    page = visit(client, path)
    (base,) = page.root.iter("base")
    assert (base.get("target"), [one.get("target") for one in page.root.iter("a") if "target" in one.keys()]) == (  # noqa: SIM118
        "_top",
        [],
    )
    (foot,) = page.root.iter("footer")
    assert (text(foot), links(foot)) == ("Bron: IGS cultuur, een portaal van OP/TIL", [("IGS cultuur", "/")])
    assert [one.get("content") for one in page.root.iter("meta") if one.get("name") == "robots"] == ["noindex"]
    assert [one.tag for one in page.root.iter() if one.tag in ("nav", "form", "input", "script")] == []


# The code.


def test_the_code_under_a_list_shows_that_list(client: Client):
    (told,) = code(visit(client, "/projecten/?regio=co7&q=bib&pagina=1&lijst=1-2"))
    frame = framed(told)
    assert frame["src"] == "http://testserver/inbedden/projecten/?regio=co7&q=bib"
    assert frame["title"] == "Projecten op IGS cultuur"


def test_the_code_of_a_project_shows_that_project(client: Client):
    project = make_project(title='Zeg "ja" & <lees>', slug="zeg-ja")
    (told,) = code(visit(client, project.get_absolute_url()))
    assert (framed(told)["src"], unescape(framed(told)["title"])) == (
        "http://testserver/inbedden/project/zeg-ja/",
        'Zeg "ja" & <lees>',
    )


def test_nothing_that_was_asked_breaks_out_of_the_code(client: Client):
    (told,) = code(visit(client, "/projecten/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&onzin=%3Cb%3E")) or [""]
    assert told == ""
    (told,) = code(visit(client, "/projecten/?onzin=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"))
    assert framed(told)["src"].startswith("http://testserver/inbedden/projecten/?onzin=%22%3E%3Cscript%3E")


def test_the_page_about_frames_gives_code_that_works(client: Client):
    sources = [urlsplit(framed(told)["src"]) for told in code(visit(client, "/inbedden/"))]
    pages = [visit(client, f"{one.path}?{one.query}") for one in sources]
    assert [page.status for page in pages] == [200, 200]
    assert [len(titles(page)) for page in pages] == [3, 1]


def test_each_word_that_the_page_tells_narrows_the_list(client: Client):
    told = [row[0] for row in rows(visit(client, "/inbedden/").main)]
    assert told == [*(one.key for one in PARAMETERS if one.key in ProjectFilter.base_filters), "aantal"]
    assert {"thema", "regio", "q", "aantal"} <= set(told)
    whole = visit(client, f"/inbedden/projecten/?aantal={MANY}")
    examples = [row[2] for row in rows(visit(client, "/inbedden/").main)]
    narrowed = [titles(visit(client, f"/inbedden/projecten/?aantal={MANY}&{one}")) for one in examples[:-1]]
    assert [found for found in narrowed if not found or found == titles(whole)] == []

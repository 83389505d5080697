"""What is wrong in an address: not there, moved, forbidden, nonsense or broken, and always answered in Dutch."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path, reverse

from igs.models import FormerMunicipality, Municipality, RegionName
from tests.visiting import Page, classed, headings, links, public_routes, rows, runs, text, visit, words

FRAMED = "projects:embedded_project"  # where nothing is, it says so in the frame: see test_embedding.py
DETAILS = [name for route, name in public_routes() if "<slug>" in route and name != FRAMED]
LISTS = [route for route, _ in public_routes() if "<" not in route]
IGNORED = "Een deel van je vraag herkenden we niet; dat lieten we weg."


def fails_with(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    """A view that raises an error."""

    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


# The portal with, for these tests, an address for each thing that can go wrong.
urlpatterns = [
    path("stuk/", fails_with(ZeroDivisionError())),
    path("verboden/", fails_with(PermissionDenied())),
    path("onleesbaar/", fails_with(SuspiciousOperation())),
    path("", include("optil_portal.urls")),
]


@pytest.fixture
def visitor() -> Client:
    """A visitor who gets the page of an error, where the client of a test would raise it."""
    return Client(raise_request_exception=False)


@pytest.fixture
def with_errors(settings) -> None:
    settings.ROOT_URLCONF = __name__


def is_in_style(page: Page) -> None:
    """Check that an error stands between the header and footer of the site, in Dutch, with a way home."""
    assert page.root.get("lang") == "nl-BE"
    assert len(list(page.root.iter("h1"))) == 1
    assert headings(page.root)[0][0] == 1
    assert ("Naar de startpagina", "/") in links(page.main)
    assert [one.get("href") for one in page.root.iter("link") if one.get("rel") == "stylesheet"] == [
        "/static/css/site.css"
    ]
    assert [one.tag for one in page.root.iter() if one.tag in ("header", "main", "footer")] == [
        "header",
        "main",
        "footer",
    ]


ERRORS: list[Any] = [
    pytest.param("/bestaat-niet/", 404, "Deze bladzijde vinden we niet", id="404"),
    pytest.param("/verboden/", 403, "Hier mag je niet binnen", id="403"),
    pytest.param("/onleesbaar/", 400, "Dit adres begrijpen we niet", id="400"),
    pytest.param("/stuk/", 500, "Er liep iets mis bij ons", id="500"),
]


@pytest.mark.parametrize(("address", "status", "title"), ERRORS)
def test_an_error_is_told_in_dutch_and_in_style_without_the_database(
    visitor: Client, with_errors, address: str, status: int, title: str
):
    page = visit(visitor, address)
    assert (page.status, page.title, page.queries, page.cookies) == (status, title, 0, [])
    is_in_style(page)


def test_a_form_without_its_token_is_refused_in_dutch_and_in_style():
    response = Client(enforce_csrf_checks=True).post(reverse("admin:login"))
    assert (response.status_code, "Hier mag je niet binnen" in response.content.decode()) == (403, True)


def test_who_may_not_see_a_list_in_the_admin_is_told_so(client):
    client.force_login(User.objects.create_user("gast", is_staff=True))
    page = visit(client, reverse("admin:igs_region_changelist"))
    assert (page.status, page.title) == (403, "Hier mag je niet binnen")


def test_an_unknown_host_is_answered_with_the_400_page(visitor: Client):
    response = visitor.get("/", headers={"host": "elders.voorbeeld"})
    assert (response.status_code, "Dit adres begrijpen we niet" in response.content.decode()) == (400, True)


@pytest.mark.parametrize("name", DETAILS)
@pytest.mark.parametrize("slug", ["bestaat-niet", "Co7", "1", "a" * 300])
def test_an_unknown_slug_is_not_found(client, name: str, slug: str):
    page = visit(client, reverse(name, args=[slug]))
    assert (page.status, page.title) == (404, "Deze bladzijde vinden we niet")
    is_in_style(page)


@pytest.mark.parametrize(
    "address",
    [
        *("/regios/%00/", "/regios/%ff/", "/regios/a%2Fb/", "/regios/../", "/gemeenten/%F0%9F%93%9A/", "/%zz/"),
        *(
            "/projecten/'%20OR%201=1/",
            "/themas/<script>/",
            "/media/",
            "/media/%00",
            "/media/niets.webp",
            "/media/beelden/",
        ),
        *("/index.php", "/wp-login.php", "/.env", "/static/niets.css"),
        pytest.param(f"/media/{'9' * 300}.webp", id="a-name-too-long-for-a-file"),
    ],
)
def test_a_garbled_address_is_not_found(visitor: Client, address: str):
    page = visit(visitor, address)
    assert (page.status, page.title) == (404, "Deze bladzijde vinden we niet")


@pytest.mark.parametrize(
    "address", ["/media/../optil_portal/settings.py", "/media/..%2f..%2fetc/passwd", "/media/%2fetc/passwd"]
)
def test_no_file_outside_the_uploads_is_shown(visitor: Client, address: str):
    assert visit(visitor, address).status in (400, 404)


@pytest.mark.parametrize("path", [route.rstrip("/") for route in LISTS if route != "/"])
def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client, path: str):
    response = client.get(path)
    assert (response.status_code, response.headers["Location"]) == (301, f"{path}/")


# Moved.


def locations(client: Client, route: str, slugs: list[str]) -> dict[str, tuple[int, str]]:
    """Where each of the slugs leads, and how."""
    answers = {slug: client.get(reverse(route, args=[slug])) for slug in slugs}
    return {slug: (one.status_code, one.headers.get("Location", "")) for slug, one in answers.items()}


def test_each_former_name_of_a_region_leads_to_it(client):
    names = RegionName.objects.select_related("region")
    assert locations(client, "igs:region_detail", [name.slug for name in names]) == {
        name.slug: (301, f"/regios/{name.region.slug}/") for name in names
    }
    assert len(names) > 10


def test_each_former_municipality_leads_to_its_successor(client):
    present = set(Municipality.objects.values_list("slug", flat=True))
    former = FormerMunicipality.objects.exclude(slug__in=present).select_related("successor")
    assert locations(client, "igs:municipality_detail", [one.slug for one in former]) == {
        one.slug: (301, f"/gemeenten/{one.successor.slug}/") for one in former
    }
    assert len(former) == 35


def test_a_former_name_that_is_also_a_present_one_shows_the_present_municipality(client):
    present = Municipality.objects.filter(slug__in=FormerMunicipality.objects.values("slug"))
    pages = {one.name: visit(client, f"/gemeenten/{one.slug}/") for one in present}
    assert set(pages) == {"Aalter", "Deinze", "Hasselt", "Lochristi", "Lokeren", "Tielt", "Wingene"}
    assert {name: (page.status, page.title) for name, page in pages.items()} == {name: (200, name) for name in pages}


# Nonsense in the query string.

NONSENSE: list[Any] = [
    pytest.param("pagina=abc", id="page-abc"),
    pytest.param("pagina=9999", id="page-far-too-high"),
    pytest.param("pagina=0", id="page-0"),
    pytest.param("pagina=-1", id="page-negative"),
    pytest.param("pagina=", id="page-empty"),
    pytest.param("pagina=1.5", id="page-and-a-half"),
    pytest.param("pagina=%00", id="page-nul"),
    pytest.param(f"pagina={'9' * 5000}", id="page-of-5000-digits"),
    pytest.param("pagina=%D9%A1%D9%A2", id="page-in-arabic-digits"),
    pytest.param("thema=onzin", id="unknown-theme"),
    pytest.param("thema=lezen&thema=onzin", id="known-and-unknown-theme"),
    pytest.param("thema=%00&regio=%00&sorteer=%00", id="nul-for-all"),
    pytest.param("regio=onzin", id="unknown-region"),
    pytest.param("regio=co7&regio=comeet&pagina=1&pagina=2&q=a&q=b&sorteer=naam&sorteer=x", id="repeated-keys"),
    pytest.param("sorteer=onzin", id="unknown-order"),
    pytest.param("sorteer=-name", id="order-by-a-field"),
    pytest.param("q=%22%27%60%C2%B4%E2%80%9C%3B--%2F*%25_%5C", id="quotes-and-wildcards"),
    pytest.param("q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", id="script"),
    pytest.param("q=%00", id="nul"),
    pytest.param("q=bib%00liotheek", id="nul-inside-a-word"),
    pytest.param(f"q={quote('📚👩‍🚀')}", id="emoji"),
    pytest.param("q=%ED%A0%80", id="lone-surrogate"),
    pytest.param(f"q={'a' * 5000}", id="one-word-of-5000-letters"),
    pytest.param(f"q={'a+' * 1200}", id="1200-words"),
    pytest.param(f"q={quote('📚 ' * 100)}", id="100-words-of-emoji"),
    pytest.param("q=%E0%A4%A&%&=&&==&%zz=%zz", id="garbled-percents"),
    pytest.param("q[]=a&q[$ne]=1&thema[0]=lezen", id="keys-with-brackets"),
    pytest.param("&".join(f"x{number}=1" for number in range(900)), id="900-unknown-keys"),
    pytest.param("q=++++", id="only-spaces"),
    pytest.param("q=%0D%0ALocation:+https://elders.voorbeeld", id="new-lines"),
]


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_is_never_an_error(visitor: Client, query: str):
    pages = {route: visit(visitor, f"{route}?{query}") for route in LISTS}
    assert {route: page.status for route, page in pages.items()} == dict.fromkeys(LISTS, 200)
    assert {route: len(list(page.root.iter("h1"))) for route, page in pages.items()} == dict.fromkeys(LISTS, 1)


def test_more_keys_than_django_reads_is_answered_with_the_400_page(visitor: Client):
    page = visit(visitor, f"/projecten/?{'&'.join(f'x{number}=1' for number in range(1200))}")
    assert (page.status, page.title) == (400, "Dit adres begrijpen we niet")


@pytest.mark.parametrize("query", ["pagina=abc", "pagina=", "sorteer=onzin", "regio=", "q=", "onbekend=1"])
@pytest.mark.parametrize("route", ["/projecten/", "/bibliotheken/"])
def test_nonsense_that_narrows_nothing_is_ignored(client, route: str, query: str):
    plain, asked = visit(client, route), visit(client, f"{route}?{query}")
    assert words(found(asked)) == words(found(plain))
    assert IGNORED not in words(asked.main)


def found(page: Page):
    """The part of a list page with what was found, without the link that takes the question away."""
    (part,) = (one for one in page.main.iter("section") if one.get("aria-labelledby") == "gevonden")
    (heading,) = classed(part, "heading")
    for link in heading.findall("a"):
        heading.remove(link)
    return part


@pytest.mark.parametrize(
    "query", ["thema=onzin", "thema=-onzin", "regio=onzin", "jaar=onzin", "q=%00", "thema=%00", "regio=%00"]
)
def test_nonsense_that_would_narrow_the_projects_is_left_out_and_said_so(client, query: str):
    plain, asked = visit(client, "/projecten/"), visit(client, f"/projecten/?{query}")
    assert words(found(asked)) == words(found(plain))
    assert IGNORED in words(asked.main)


def test_nonsense_beside_a_known_theme_is_left_out_and_said_so(client):
    known, both = (visit(client, f"/projecten/?thema=lezen{query}") for query in ("", "&thema=onzin"))
    assert words(found(both)) == words(found(known))
    assert (IGNORED in words(known.main), IGNORED in words(both.main)) == (False, True)


@pytest.mark.parametrize("query", ["regio=onzin", "regio=%00", "q=%00"])
def test_nonsense_that_would_narrow_the_libraries_is_left_out_and_said_so(client, query: str):
    plain, asked = visit(client, "/bibliotheken/"), visit(client, f"/bibliotheken/?{query}")
    assert words(found(asked)) == words(found(plain))
    assert IGNORED in words(asked.main)


@pytest.mark.parametrize("query", ["sorteer=onzin", "sorteer=", "sorteer=-name", "sorteer=pk"])
def test_regions_in_an_unknown_order_stand_by_number(client, query: str):
    assert rows(visit(client, f"/regios/?{query}").main) == rows(visit(client, "/regios/").main)


@pytest.mark.parametrize(("route", "last"), [("/projecten/", 4), ("/bibliotheken/", 3)])
def test_a_page_beyond_the_last_is_the_last(client, route: str, last: int):
    beyond = visit(client, f"{route}?pagina=9999")
    assert words(found(beyond)) == words(found(visit(client, f"{route}?pagina={last}")))
    assert f"Bladzijde {last} van {last}" in words(beyond.main)


@pytest.mark.parametrize("route", ["/zoeken/", "/gemeenten/", "/projecten/", "/bibliotheken/"])
def test_what_was_asked_is_shown_as_text_only(client, route: str):
    page = visit(client, f"{route}?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert [one.tag for one in page.root.iter() if runs(one)] == []
    assert '"><script>alert(1)</script>' in [one.get("value") for one in page.root.iter("input")]


@pytest.mark.parametrize("word", ["%25", "_", "%5C", "%27"])
def test_a_wildcard_is_a_sign_like_any_other(client, word: str):
    assert text(classed(visit(client, f"/bibliotheken/?q={word}").main, "heading")[0]).startswith("0 bibliotheken")

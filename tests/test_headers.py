"""What a portal in production tells browsers, with every kind of answer, and what these make of it."""

import re
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from optil_portal.records.headers import EVERYWHERE, NOT_MODIFIED
from tests.observatory import Told, grade, modifiers
from tests.running import Portal, environment, serving
from tests.test_embedding import FRAMED
from tests.test_pages import ABOUT
from tests.visiting import KEYED, all_routes

HOST = "portaal.example"
KNOWN = {"region": "co7", "municipality": "ieper", "theme": "lezen", "project": "leeslab"}
FORMS = {"projects:take_along_data": "csv", "projects:theme_data": "json"}
LOGIN = "/beheer/login/"
BESIDES = {
    "login": LOGIN,
    "forgotten password": "/beheer/wachtwoord-vergeten/",
    "who is not in": "/beheer/igs/region/",
    "nothing there": "/nergens/",
    "no such file": "/media/niets.webp",
    "moved": "/regios",
    "a preview that is none": "/voorbeeld/onzin/",
    "a sheet that is none": "/nakijken/onzin/",
    "a reference that is none": "/melden/onzin/",
    "styles": "/static/css/site.css",
    "a drawing": "/static/mark.svg",
}


class Answer(NamedTuple):
    """What came back: its status, and what it told."""

    status: int
    told: Told


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal in production, behind a proxy on this machine."""
    own = {"PORTAL_ENV": "production", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": HOST, "WEB_CONCURRENCY": "1"}
    with serving(environment(tmp_path_factory.mktemp("production") / "var", **own)) as portal:
        yield portal


def ask(portal: Portal, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
    """What the portal answers the proxy, of somebody who came by HTTPS."""
    connection = HTTPConnection(urlsplit(portal.address).netloc, timeout=30)
    forwarded = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    connection.request(method, path, body or None, forwarded | headers)
    response = connection.getresponse()
    page = response.read().decode(errors="replace")
    connection.close()
    found = {name.lower(): value for name, value in response.headers.items()}
    is_page = found.get("content-type", "").startswith("text/html") and page
    return Answer(response.status, Told(found, response.headers.get_all("Set-Cookie") or [], page if is_page else ""))


def address_of(route: str, name: str) -> str:
    """An address of a route."""
    slug = KNOWN.get(ABOUT.get(name, name.partition(":")[2]), "openbare-bibliotheek-herentals")
    return route.replace("<slug>", slug).replace("<format>", FORMS.get(name, "json"))


ROUTES = {name: address_of(route, name) for route, name in all_routes() if name not in KEYED}
EVERY: list[Any] = [pytest.param(name, path, id=name) for name, path in (ROUTES | BESIDES).items()]


@pytest.mark.parametrize(("name", "path"), EVERY)
def test_every_kind_of_answer_is_worth_an_a_plus(production: Portal, name: str, path: str):
    answer = ask(production, path)
    if name in FRAMED:  # which is what they are for
        assert {kind: change for kind, change in modifiers(answer.told).items() if change < 0} == {"frames": -20}
        assert "frame-ancestors *" in answer.told.headers["content-security-policy"]
    else:
        assert (grade(answer.told), "x-frame-options" in answer.told.headers or answer.told.page == "") == ("A+", True)
    assert answer.status in ((200,) if name in ROUTES else (200, 301, 302, 404))
    assert {name.lower() for name in EVERYWHERE} - set(answer.told.headers) == set()
    assert answer.told.headers["cross-origin-opener-policy"] == "same-origin"


def test_an_unknown_host_is_told_no_less(production: Portal):
    answer = ask(production, "/", Host="elders.example")
    assert (answer.status, grade(answer.told)) == (400, "A+")


def test_who_comes_without_https_is_sent_on_to_it_on_the_same_host(production: Portal):
    answer = ask(production, "/regios/?q=1", **{"X-Forwarded-Proto": "http"})
    assert (answer.status, answer.told.headers["location"]) == (301, f"https://{HOST}/regios/?q=1")


def test_what_a_page_may_do_is_what_it_does(production: Portal):
    told = ask(production, "/").told.headers
    assert told["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
        " manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert told["strict-transport-security"] == "max-age=31536000; includeSubDomains; preload"
    assert "camera=()" in told["permissions-policy"]


@pytest.mark.parametrize(
    ("path", "site"),
    [
        *(("/", "same-origin"), ("/beheer/login/", "same-origin"), ("/static/css/site.css", "same-origin")),
        *(("/projecten.json", "cross-origin"), ("/deel/portaal.png", "cross-origin")),
        *(("/inbedden/projecten/", "cross-origin"), ("/open-data/openapi.json", "cross-origin")),
    ],
)
def test_other_sites_may_use_what_is_made_for_them(production: Portal, path: str, site: str):
    assert ask(production, path).told.headers["cross-origin-resource-policy"] == site


@pytest.mark.parametrize("path", ["/deel/portaal.png", "/projecten.json"])
def test_who_has_it_already_keeps_the_headers_that_came_with_it(production: Portal, path: str):
    first = ask(production, path).told.headers
    again = ask(production, path, **{"If-None-Match": first["etag"]})
    assert (again.status, "content-security-policy" in again.told.headers) == (NOT_MODIFIED, False)
    assert again.told.headers.get("cross-origin-resource-policy", "cross-origin") == "cross-origin"


def test_the_cookies_of_staff_are_of_this_host_alone(production: Portal):
    page = ask(production, LOGIN).told
    (first,) = page.cookies
    (token,) = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.page)
    form = {"username": production.username, "password": production.password, "csrfmiddlewaretoken": token}
    headers = {"Cookie": first.split(";")[0], "Origin": f"https://{HOST}"}
    entered = ask(
        production, LOGIN, "POST", urlencode(form), **headers, **{"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert entered.status == 302
    named = {cookie.partition("=")[0]: cookie.lower() for cookie in [first, *entered.told.cookies]}
    assert sorted(named) == ["__Host-csrftoken", "__Host-known", "__Host-sessionid"]
    wanted = ["path=/", "secure", "httponly", "samesite=lax"]
    assert [(name, one) for name, told in named.items() for one in wanted if one not in told.split("; ")] == []
    assert [name for name, told in named.items() if "domain=" in told] == []


# The rules.


MADE = {
    "content-security-policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "strict-transport-security": "max-age=31536000",
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("headers", "cookies", "page", "given"),
    [
        pytest.param({}, [], "", "A+", id="all"),
        pytest.param({"content-security-policy": ""}, [], "", "C", id="no-policy"),
        pytest.param({"content-security-policy": "default-src 'self' 'unsafe-inline'"}, [], "", "C+", id="unsafe"),
        pytest.param({"strict-transport-security": ""}, [], "", "B+", id="no-https"),
        pytest.param({}, ["sessionid=x; Secure; SameSite=Lax"], "", "B", id="a-session-that-scripts-read"),
        pytest.param({}, ["sessionid=x; HttpOnly"], "", "C+", id="a-session-without-https"),
        pytest.param({}, [], '<html><script src="https://elders.example/x.js"></script></html>', "C", id="scripts"),
    ],
)
def test_the_grade_follows_the_published_rules(headers: dict[str, str], cookies: list[str], page: str, given: str):
    assert grade(Told(MADE | headers, cookies, page)) == given

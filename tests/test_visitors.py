"""Who asks: what our own proxies tell counts, what anybody can write does not."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from optil_portal.visitors import behind_proxies, home_of, mark_of, unknown_outside_office

LOCAL = ["127.0.0.1", "::1", "unix"]
FARM = ["10.0.0.0/8", "fd00::/8"]


def asked(remote: str, **headers: str) -> HttpRequest:
    """A request as the pages see it."""
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)
    behind_proxies(lambda _: HttpResponse())(request)
    return request


@pytest.mark.parametrize(
    ("trusted", "remote", "told", "home"),
    [
        pytest.param([], "127.0.0.1", "198.51.100.7", "127.0.0.1", id="no-proxy"),
        pytest.param(LOCAL, "127.0.0.1", "198.51.100.7", "198.51.100.7", id="proxy"),
        pytest.param(LOCAL, "203.0.113.9", "198.51.100.7", "203.0.113.9", id="not-by-the-proxy"),
        pytest.param(LOCAL, "127.0.0.1", "1.2.3.4, 198.51.100.7", "198.51.100.7", id="what-the-visitor-wrote"),
        pytest.param(LOCAL, "127.0.0.1", "1.2.3.4, 127.0.0.1", "1.2.3.4", id="our-own-address-in-between"),
        pytest.param(FARM, "10.0.0.9", "1.2.3.4,198.51.100.7, 10.1.1.1", "198.51.100.7", id="two-proxies"),
        pytest.param(FARM, "127.0.0.1", "198.51.100.7", "127.0.0.1", id="proxy-elsewhere"),
        pytest.param(LOCAL, "", "198.51.100.7", "198.51.100.7", id="socket"),
        pytest.param(["127.0.0.1"], "", "198.51.100.7", None, id="socket-not-trusted"),
        pytest.param(LOCAL, "127.0.0.1", "", "127.0.0.1", id="proxy-that-says-nothing"),
        pytest.param(LOCAL, "127.0.0.1", " , ,", "127.0.0.1", id="nothing-but-commas"),
        pytest.param(LOCAL, "127.0.0.1", "onzin", None, id="no-address"),
        pytest.param(LOCAL, "::ffff:127.0.0.1", "::ffff:198.51.100.7", "198.51.100.7", id="mapped"),
        pytest.param(LOCAL, "::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", id="of-ipv6-the-home"),
    ],
)
def test_the_address_is_what_our_own_proxy_wrote_down(
    settings, trusted: list[str], remote: str, told: str, home: str | None
):
    settings.TRUSTED_PROXIES = trusted
    assert home_of(asked(remote, **{"X-Forwarded-For": told})) == home


@pytest.mark.parametrize(("remote", "told"), [("127.0.0.1", "https"), ("203.0.113.9", None)])
def test_only_a_proxy_says_that_somebody_came_by_https(settings, remote: str, told: str | None):
    settings.TRUSTED_PROXIES = LOCAL
    request = asked(remote, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"})
    assert request.headers.get("X-Forwarded-Proto") == told


def test_homes_are_told_apart_by_a_mark_that_names_none():
    marks = [
        mark_of(asked(remote))
        for remote in ("2001:db8:1:2::1", "2001:db8:1:2::9", "2001:db8:1:3::1", "198.51.100.7", "onzin")
    ]
    assert (marks[0] == marks[1], len({*marks})) == (True, 4)
    assert [mark for mark in marks if "2001" in mark or "198.51" in mark] == []


@pytest.mark.parametrize(
    ("path", "cookies"),
    [("/", {}), ("/beheer", {}), ("/voorbeeld/x/", {}), ("/beheer/", {"a": "1"}), ("/beheer/login/", {"a": "1"})],
)
def test_only_the_back_office_reads_cookies(rf: RequestFactory, path: str, cookies: dict[str, str]):
    request = rf.get(path, headers={"cookie": "a=1"})
    unknown_outside_office(lambda _: HttpResponse())(request)
    assert cookies == request.COOKIES


HOSTS: list[Any] = [
    pytest.param({"host": "elders.example"}, 400, id="another-host"),
    pytest.param({"host": "localhost.elders.example"}, 400, id="a-host-that-begins-like-ours"),
    pytest.param({"host": "localhost:80@elders.example"}, 400, id="two-hosts"),
    pytest.param({"host": "localhost/elders"}, 400, id="a-path"),
    pytest.param({"host": "localhost", "x-forwarded-host": "elders.example"}, 200, id="a-host-beside-it"),
    pytest.param({"host": "localhost", "forwarded": "host=elders.example"}, 200, id="the-same-in-the-newer-header"),
    pytest.param({"host": "localhost", "x-original-url": "/beheer/"}, 200, id="another-path-beside-it"),
    pytest.param({"host": "localhost", "x-http-method-override": "DELETE"}, 200, id="another-method-beside-it"),
]


@pytest.mark.parametrize(("headers", "status"), HOSTS)
def test_no_host_but_ours_is_answered_or_repeated(settings, headers: dict[str, str], status: int):
    settings.ALLOWED_HOSTS = ["localhost"]
    answer = Client().get("/regios/co7/", headers=headers)
    assert (answer.status_code, "elders" in answer.content.decode()) == (status, False)


@pytest.mark.parametrize(
    "path", ["//elders.example", "//elders.example/regios", "/\\elders.example", "/%2Felders.example"]
)
def test_no_path_leads_to_another_site(path: str):
    answer = Client().get(path)
    assert answer.headers.get("Location", "/").startswith(("//", "/\\", "http")) is False

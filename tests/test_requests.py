"""Requests that mean harm: over all routes, by all methods, and nothing gives way, tells a secret or writes."""

import random
import string
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.apps import apps
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from igs.models import Region
from optil_portal.proposals.sheets import link_of
from optil_portal.records.clock import today
from optil_portal.records.preview import preview_of
from tests.factories import make_project, make_region
from tests.running import ROOT
from tests.test_proposals import HERE, stamp_on
from tests.visiting import routes

SHORT = 1000
SEED = 20261124
METHODS = ["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X"]
GROWS = {"proposals.proposal", "proposals.proposedchange", "proposals.trace"}  # by the forms for everybody
COUNTED = {"axes.accessattempt", "sessions.session"}  # what somebody tries at the door is counted there
HARM = [
    *("", " ", "0", "-1", "1e309", "9" * 400, "true", "null", "\0", "a\0b", "\r\nSet-Cookie: x=1", "%", "%zz", "%00"),
    *("../../etc/passwd", "..%2f..%2fetc%2fpasswd", "....//....//etc/passwd", "\\..\\..\\", "/etc/passwd", "C:\\x.ini"),
    *("' OR 1=1 --", "1; DROP TABLE igs_region", '"><script>alert(1)</script>', "{{ 7*7 }}", "{% debug %}", "${x:y}"),
    *("javascript:alert(1)", "//elders.example", "https://elders.example/", "data:text/html,x", "file:///etc/passwd"),
    *("\ud7ff", "\u202e", "ﬃ", "İ", "📚" * 40, "a" * 3000, "()[]{}*+?^$|\\", "a AND b OR (c", "=cmd|' /C calc'!A0"),
    *("2026-02-30", "0000-00-00", "2024-12-31", "__class__", "id__in", "co7", "lezen", "bib", "1-2-3"),
]
NAMES = [
    *("q", "op", "p", "pagina", "thema", "regio", "provincie", "gemeente", "sorteer", "sinds", "jaar", "aantal"),
    *("lijst", "next", "_popup", "_to_field", "o", "csrfmiddlewaretoken", "username", "password", "email", "code"),
    *("stamp", "message", "title", "summary", "leave_empty", "action", "_selected_action", "format", "__proto__"),
]
HEADERS: dict[str, list[str]] = {
    "host": ["elders.example", "localhost@elders.example", "[::1", "testserver:99999", "a" * 500, ""],
    "x-forwarded-for": ["127.0.0.1", "1.2.3.4, ::1", "onzin", "," * 200],
    "x-forwarded-host": ["elders.example"],
    "x-forwarded-proto": ["https", "http,https", "x"],
    "x-original-url": ["/beheer/"],
    "x-http-method-override": ["DELETE"],
    "origin": ["null", "https://elders.example", "onzin"],
    "referer": ["https://elders.example/", "//", "\\"],
    "accept": ["*/*", "text/html;q=onzin", "application/json", "a" * 2000],
    "accept-encoding": ["br", "gzip;q=0", "*", ",,,"],
    "accept-language": ["xx", "../../nl", "nl;q=9"],
    "range": ["bytes=0-0", "bytes=-1", "bytes=9-1,0-5", "x"],
    "if-none-match": ["*", '"x"', "W/" + "a" * 500],
    "if-modified-since": ["onzin", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "cookie": ["sessionid=x", "sessionid=" + "a" * 4000, "csrftoken=\x7f; =; ;;", "messages=x", "known=x:y:z"],
    "content-encoding": ["gzip"],
    "authorization": ["Basic YTph", "Bearer x"],
}
KINDS = [
    *("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x", ""),
    *("application/json", "application/xml", "text/plain; charset=onzin", "multipart/form-data; boundary=" + "a" * 400),
]
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


class Asked(NamedTuple):
    """One request."""

    method: str
    address: str
    body: bytes
    kind: str
    headers: dict[str, str]


class Attacker:
    """Somebody who makes requests, always the same ones from the same seed."""

    def __init__(self, seed: int, known: dict[str, list[str]]) -> None:
        """`known` has the values that lead somewhere, by the name of a part of a path."""
        self.random = random.Random(seed)
        self.known = known
        paths = sorted({path for path, _ in routes(get_resolver(), "/")})
        self.paths = cycle(self.random.sample(paths, len(paths)))  # each in turn

    def ask(self) -> Asked:
        """The next request."""
        kind = self.random.choice(KINDS)
        headers = {name: self.random.choice(HEADERS[name]) for name in self.some([*HEADERS], 3)}
        return Asked(self.random.choice(METHODS), self.address(), self.body(kind), kind, headers)

    def some(self, among: list[str], most: int) -> list[str]:
        """None or some of what there is."""
        return self.random.sample(among, self.random.randint(0, most))

    def harm(self) -> str:
        """Something that means harm, sometimes mixed with something else."""
        made = self.random.choice(HARM)
        return made + self.random.choice([*HARM, *string.printable]) if self.random.random() < 0.3 else made

    def address(self) -> str:
        """A path of the next route, or near it, and what is asked there."""
        path = "".join(self.part(piece) for piece in self.pieces(next(self.paths)))
        if self.random.random() < 0.15:
            place = self.random.randint(0, len(path))
            path = path[:place] + quote(self.harm(), safe=self.random.choice(["", "/.%"])) + path[place:]
        asked = "&".join(f"{name}={quote(self.harm())}" for name in self.some(NAMES, 4))
        return f"{path}?{asked}" if asked else path

    def pieces(self, path: str) -> list[str]:
        """What stands as it is in a path, and what is to be filled in."""
        return [piece for start in path.split("<") for piece in start.replace(">", ">\n").split("\n")]

    def part(self, piece: str) -> str:
        """A piece of a path, filled in."""
        if not piece.endswith(">"):
            return piece.replace("^", "").replace("$", "").replace("(?P", "")
        values = self.known.get(piece.removesuffix(">"), [])
        return self.random.choice(values) if values and self.random.random() < 0.6 else quote(self.harm(), safe="")

    def body(self, kind: str) -> bytes:
        """What is sent along."""
        fields = {name: self.harm() for name in self.some(NAMES, 6)}
        if kind.startswith("multipart") and self.random.random() < 0.7:
            parts = [
                f'--x\r\nContent-Disposition: form-data; name="{n}"; filename="{v}"\r\n\r\n{v}'
                for n, v in fields.items()
            ]
            return "\r\n".join([*parts, "--x--"]).encode(errors="replace")
        if self.random.random() < 0.1:
            return self.random.choice([XXE.encode(), b"\x1f\x8b\x08\0", b"[" * 5000, self.random.randbytes(200)])
        return "&".join(f"{name}={quote(value)}" for name, value in fields.items()).encode()


def rows() -> Counter[str]:
    """How many rows each table has."""
    return Counter({model._meta.label_lower: model._base_manager.count() for model in apps.get_models()})


def contents(answer: Any) -> bytes:
    """All of an answer."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.fixture
def attacker() -> Attacker:
    """Somebody who knows what can be known, and more."""
    region, hidden = make_region(), make_project(title="Verborgen", state="draft")
    known = {
        "slug": ["co7", "leeslab", "lezen", "ieper", "openbare-bibliotheek-herentals", hidden.slug, region.slug],
        "format": ["csv", "xlsx", "json", "atom", "geojson", "html"],
        "token": [link_of(region).split("/")[2], preview_of(hidden, today()).path.split("/")[2]],
        "path": ["beelden/foto.webp", "../portal.sqlite3", "..%2f..%2foptil_portal/settings.py"],
        "object_id": ["1", str(region.pk)],
    }
    return Attacker(SEED, known)


INSIDE = ["Traceback (most recent call last)", "root:x:0:0", "DATABASES", "OperationalError", "psycopg"]
SECRETS = [settings.SECRET_KEY, str(ROOT), *INSIDE]


def faults(answer: Any, content: bytes) -> Iterator[str]:
    """What an answer gives away, or does that it may not."""
    if answer.status_code >= 500:
        yield f"status {answer.status_code}"
    yield from (f"tells {secret}" for secret in SECRETS if secret.encode() in content)
    where = answer.headers.get("Location", "/")
    if not where.startswith(("/", "?", "http://testserver/")) or where.startswith(("//", "/\\")):
        yield f"leads to {where}"
    if "x=1" in str(answer.cookies):
        yield "sets a cookie of the visitor"


def test_nothing_that_anybody_sends_gives_way_tells_a_secret_or_writes(attacker: Attacker, times: int | None):
    before = rows()
    statuses: Counter[int] = Counter()
    wrong: list[tuple[Asked, str]] = []
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    for _ in range(times or SHORT):
        asked = attacker.ask()
        answer = client.generic(asked.method, asked.address, asked.body, asked.kind, headers=asked.headers)
        statuses[answer.status_code] += 1
        wrong += [(asked, fault) for fault in faults(answer, contents(answer))]
        client.cookies.clear()
    assert wrong == []
    grown = {label: number for label, number in (rows() - before).items() if label not in COUNTED}
    assert (grown, before - rows()) == ({}, Counter())
    assert {200, 302, 400, 403, 404, 405} <= set(statuses)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param(HttpResponse(status=500), ["status 500"], id="a-fault"),
        pytest.param(HttpResponse(f"File {ROOT}/manage.py"), [f"tells {ROOT}"], id="a-path"),
        pytest.param(HttpResponse(headers={"Location": "//elders.example"}), ["leads to //elders.example"], id="away"),
        pytest.param(HttpResponse(headers={"Location": "https://a.example"}), ["leads to https://a.example"], id="off"),
        pytest.param(HttpResponse(headers={"Location": "http://testserver/regios/"}), [], id="to-ourselves"),
        pytest.param(HttpResponse("Niets"), [], id="nothing"),
    ],
)
def test_what_gives_way_is_noticed(answer: HttpResponse, found: list[str]):
    assert [*faults(answer, contents(answer))] == found


def test_a_form_for_everybody_writes_a_proposal_and_nothing_else():
    before = rows()
    project = {"title": "' OR 1=1 --", "summary": "{{ 7*7 }}", "where": f"regio:{Region.objects.get(slug='co7').pk}"}
    for address, values in (("/melden/", {"message": "<script>alert(1)</script>"}), ("/project-melden/", project)):
        form = {"stamp": stamp_on(address), "leave_empty": ""} | values
        answer = Client(enforce_csrf_checks=True).post(address, form, headers=HERE)
        assert answer.status_code == 302
    assert {label for label, number in (rows() - before).items() if number} == GROWS

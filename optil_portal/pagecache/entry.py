"""A page that is kept: of which version of the content and which day, and as it goes over the wire."""

import gzip
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import unquote_plus

from django.conf import settings
from django.core.files import locks
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import ResponseHeaders
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe

from optil_portal.compression import PACKED, SHORTEST, by_brotli, takes_brotli, takes_gzip
from optil_portal.pagecache.version import shelf
from optil_portal.records.clock import today

# What a page may be asked. Anything else in an address, as others add to follow people, is not even seen.
ASKED = {"aantal", "doelgroep", "excel", "gemeente", "jaar", "lijst", "netwerk", "op", "p", "pagina", "partner"}
ASKED |= {"provincie", "q", "regio", "sinds", "soort", "sorteer", "thema"}
# By hash of their addresses pages share so many places: one takes that of another, and no more are kept. Those that
# ask something have places of their own, for anybody can invent them; the others only by inventing the port of a host.
PLAIN_PLACES = 65_536
ASKED_PLACES = 2_048
LOCKS = 256
CONDITIONS = {"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}
TOLD_AGAIN = ("Cache-Control", "Content-Location", "ETag", "Expires", "Last-Modified", "Vary")  # RFC 9110, 15.4.5
LARGEST = 500_000  # bytes, compressed
LARGEST_AT_HAND = 100_000
A_DAY = 24 * 3600
HOUSE = ("optil_portal", "igs", "libraries", "projects", "templates", "static", "locale")
SHOWN = ("LICENCE_NAME", "LICENCE_URL", "PORTAL_URL", "MEDIA_URL", "STATIC_URL")  # settings that pages show
AT_HAND: list["Entry | None"] = [None] * 256  # what this process sent last, so that it need not be read again


class Entry(NamedTuple):
    """A page as it is kept."""

    release: str  # of the portal that made it
    url: str
    version: str
    day: date
    headers: ResponseHeaders
    bodies: dict[str, bytes]  # by their encoding, "" for what is not compressed

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(map(len, self.bodies.values()))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page in an encoding that the visitor reads, or that it did not change."""
        if request.META.get("HTTP_IF_NONE_MATCH") == self.headers["ETag"]:
            return self.unchanged()
        response = HttpResponse()
        response.headers = same(self.headers)
        if not CONDITIONS.isdisjoint(request.META):
            changed = parse_http_date_safe(self.headers.get("Last-Modified") or "")
            told = get_conditional_response(request, self.headers["ETag"], changed, response)
            if told is not response:
                return cast(HttpResponse, told)
        encoding = self.encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        response.content = self.bodies[encoding] if encoding in self.bodies else gzip.decompress(self.bodies["gzip"])
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(response.content))
        return response

    def unchanged(self) -> HttpResponse:
        """That the page did not change, for a browser that sends back its very tag; all else Django weighs."""
        told = {name: self.headers[name] for name in TOLD_AGAIN if name in self.headers}
        return HttpResponseNotModified(headers=told)

    def encoding(self, accepted: str) -> str:
        """Which of the bodies to send, "" for one that is not compressed."""
        if "br" in self.bodies and takes_brotli(accepted):
            return "br"
        return "gzip" if "gzip" in self.bodies and takes_gzip(accepted) else ""


class Address:
    """Where a page is asked, and so where it is kept."""

    def __init__(self, request: HttpRequest) -> None:
        """Take from a request what a page may depend on."""
        host, query = request.META.get("HTTP_HOST", ""), request.META.get("QUERY_STRING", "")
        self.has_question = bool(query)
        self.url = f"{request.scheme}://{host}{request.path_info}?{query}"

    @cached_property
    def place(self) -> int:
        """Its place among those of its kind."""
        mark = sha256(f"{release()} {self.url}".encode("utf-8", "surrogateescape"))
        return int.from_bytes(mark.digest()[:4]) % (ASKED_PLACES if self.has_question else PLAIN_PLACES)

    @property
    def key(self) -> str:
        """The name of its place."""
        return f"{'asked' if self.has_question else 'plain'}-{self.place}"

    def entry(self, version: str, *days: date) -> Entry | None:
        """The page as it is kept, when it is of a version and of one of some days."""
        entry = self.at_hand(version, days)
        if entry is None and (entry := self.on_the_shelf(version, days)) and entry.size <= LARGEST_AT_HAND:
            AT_HAND[hash(self.url) % len(AT_HAND)] = entry
        return entry

    def at_hand(self, version: str, days: Collection[date]) -> Entry | None:
        """What this process sent before."""
        entry = AT_HAND[hash(self.url) % len(AT_HAND)]
        return entry if entry and entry[1:3] == (self.url, version) and entry.day in days else None

    def on_the_shelf(self, version: str, days: Collection[date]) -> Entry | None:
        """What some process made before."""
        told = shelf.get(self.key)
        is_it = told and told[:3] == (release(), self.url, version) and told[3] in days
        return Entry(*told) if is_it else None

    def keep(self, version: str, response: HttpResponse) -> Entry:
        """Keep a page, unless it is too large; it is of what is read now, or later."""
        bodies = packed(response)
        response.headers["ETag"] = tag_of(response)
        response.headers.setdefault("Cache-Control", "no-cache")  # a browser asks each time whether it changed
        entry = Entry(release(), self.url, version, today(), response.headers, bodies)
        if entry.size <= LARGEST:
            shelf.put(self.key, tuple(entry), A_DAY)
        return entry

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else on this machine makes the page; where no lock can be had, more than one makes it."""
        with ExitStack() as held:
            with suppress(OSError):
                folder = Path(settings.VAR_DIR) / "locks"
                folder.mkdir(parents=True, exist_ok=True)
                file = held.enter_context((folder / str(self.place % LOCKS)).open("a"))
                locks.lock(file, locks.LOCK_EX)
            yield


def same(headers: ResponseHeaders) -> ResponseHeaders:
    """The headers for one answer more, without Django's check of each, which they passed before."""
    copied = ResponseHeaders({})
    copied._store = headers._store.copy()
    return copied


def only_what_is_asked(query: str) -> str:
    """A query without what no page asks."""
    return "&".join(pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) in ASKED)


def packed(response: HttpResponse) -> dict[str, bytes]:
    """What an answer holds, compressed in each way that browsers read."""
    content = response.content
    if len(content) < SHORTEST or response.get("Content-Type", "").startswith(PACKED):
        return {"": content}
    patch_vary_headers(response, ["Accept-Encoding"])
    return {"br": by_brotli(content), "gzip": gzip.compress(content, mtime=0)}


def tag_of(response: HttpResponse) -> str:
    """What tells a page from another; weak, for it is the same in each encoding."""
    own = response.get("ETag") or f'"{sha256(response.content).hexdigest()[:32]}"'
    return own if own.startswith("W/") else f"W/{own}"


@cache
def release() -> str:
    """What tells this portal from one with other code, templates or settings, of which pages are others."""
    told = sha256(repr([getattr(settings, name) for name in SHOWN]).encode())
    files = (path for folder in HOUSE for path in (settings.BASE_DIR / folder).rglob("*") if path.is_file())
    for path in sorted(files):
        if path.suffix != ".pyc":
            told.update(path.read_bytes())
    return told.hexdigest()

"""A page that is kept: of which version of the content and which day, and as it goes over the wire."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast
from urllib.parse import unquote_plus

import brotli
from django.conf import settings
from django.core.files import locks
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import parse_http_date_safe

from optil_portal.compression import PACKED, QUALITY, SHORTEST, takes_brotli, takes_gzip
from optil_portal.pagecache.version import shelf
from optil_portal.records.clock import today

# What a page may be asked. Anything else in an address, as others add to follow people, is not even seen.
ASKED = {"aantal", "doelgroep", "excel", "gemeente", "jaar", "lijst", "netwerk", "op", "p", "pagina", "partner"}
ASKED |= {"provincie", "q", "regio", "sinds", "soort", "sorteer", "thema"}
# By hash of their addresses pages share so many places: one takes that of another, and no more are kept. Those that
# ask something have places of their own, for anybody can invent them.
PLAIN_PLACES = 65_536
ASKED_PLACES = 2_048
LOCKS = 256
LARGEST = 500_000  # bytes, compressed
LARGEST_AT_HAND = 100_000
A_DAY = 24 * 3600
HOUSE = ("optil_portal", "igs", "libraries", "projects", "templates", "static", "locale")
TOLD = ("LICENCE_NAME", "LICENCE_URL", "PORTAL_URL", "MEDIA_URL", "STATIC_URL")  # settings that pages show
AT_HAND: list["Entry | None"] = [None] * 256  # what this process sent last, so that it need not be read again


class Entry(NamedTuple):
    """A page as it is kept."""

    mark: str  # of its address
    version: str
    day: date
    headers: dict[str, str]
    bodies: dict[str, bytes]  # by their encoding, "" for what is not compressed

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(map(len, self.bodies.values()))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page in an encoding that the visitor reads, or that it did not change."""
        encoding = self.encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        body = self.bodies[encoding] if encoding in self.bodies else gzip.decompress(self.bodies["gzip"])
        response = HttpResponse(body, headers=self.headers)
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(body))
        told = self.headers.get("Last-Modified")
        changed = parse_http_date_safe(told) if told else None
        return cast(HttpResponse, get_conditional_response(request, self.headers["ETag"], changed, response))

    def encoding(self, accepted: str) -> str:
        """Which of the bodies to send, "" for one that is not compressed."""
        if "br" in self.bodies and takes_brotli(accepted):
            return "br"
        return "gzip" if "gzip" in self.bodies and takes_gzip(accepted) else ""


class Address:
    """Where a page is asked, and so where it is kept."""

    def __init__(self, request: HttpRequest) -> None:
        """Take from a request what a page may depend on."""
        query = request.META.get("QUERY_STRING", "")
        host = request.META.get("HTTP_HOST", "")
        told = f"{release()} {request.scheme}://{host}{request.get_full_path_info()}"
        self.mark = sha256(told.encode("utf-8", "surrogateescape")).hexdigest()
        self.place = int(self.mark[:8], 16) % (ASKED_PLACES if query else PLAIN_PLACES)
        self.key = f"{'asked' if query else 'plain'}-{self.place}"

    def entry(self, version: str, *days: date) -> Entry | None:
        """The page as it is kept, when it is of a version and of one of some days."""
        for look in (self.at_hand, self.on_the_shelf):
            entry = look()
            if entry and entry[:2] == (self.mark, version) and entry.day in days:
                self.hold(entry)
                return entry
        return None

    def at_hand(self) -> Entry | None:
        """What this process sent last from about here."""
        return AT_HAND[self.place % len(AT_HAND)]

    def on_the_shelf(self) -> Entry | None:
        """What lies in its place."""
        told = shelf.get(self.key)
        return Entry(*told) if told else None

    def hold(self, entry: Entry) -> None:
        """Have it at hand, unless it is too large."""
        if entry.size <= LARGEST_AT_HAND:
            AT_HAND[self.place % len(AT_HAND)] = entry

    def keep(self, version: str, response: HttpResponse) -> Entry:
        """Keep a page, unless it is too large; it is of what is read now, or later."""
        bodies = packed(response)
        headers = dict(response.items()) | {"ETag": tag_of(response)}
        headers.setdefault("Cache-Control", "no-cache")  # a browser asks each time whether it changed
        entry = Entry(self.mark, version, today(), headers, bodies)
        if entry.size <= LARGEST:
            shelf.put(self.key, tuple(entry), A_DAY)
        return entry

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else on this machine makes the page."""
        folder = Path(settings.VAR_DIR) / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / str(self.place % LOCKS)).open("a") as file:
            locks.lock(file, locks.LOCK_EX)
            yield


def only_what_is_asked(query: str) -> str:
    """A query without what no page asks."""
    return "&".join(pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) in ASKED)


def packed(response: HttpResponse) -> dict[str, bytes]:
    """What an answer holds, compressed in each way that browsers read."""
    content = response.content
    if len(content) < SHORTEST or response.get("Content-Type", "").startswith(PACKED):
        return {"": content}
    patch_vary_headers(response, ["Accept-Encoding"])
    return {"br": brotli.compress(content, quality=QUALITY), "gzip": gzip.compress(content, mtime=0)}


def tag_of(response: HttpResponse) -> str:
    """What tells a page from another; weak, for it is the same in each encoding."""
    own = response.get("ETag") or f'"{sha256(response.content).hexdigest()[:32]}"'
    return own if own.startswith("W/") else f"W/{own}"


@cache
def release() -> str:
    """What tells this portal from one with other code, templates or settings, of which pages are others."""
    told = sha256(repr([getattr(settings, name) for name in TOLD]).encode())
    files = (path for folder in HOUSE for path in (settings.BASE_DIR / folder).rglob("*") if path.is_file())
    for path in sorted(files):
        if path.suffix != ".pyc":
            told.update(path.read_bytes())
    return told.hexdigest()

"""What goes over the wire: each answer of a portal as a browser asks for it, and what comes with it."""

import gzip
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element

import brotli

from tests.running import Portal
from tests.visiting import fetched, internal_links, tree, walk

INSTALLED = r"webmanifest|apple-touch-icon"  # asked for only by who keeps the portal on a home screen
ACCEPTED = {"Accept-Encoding": "br, gzip"}
UNPACK: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}
# Pages that only a question leads to: a full answer, an empty one, and an address where nothing is.
ASKED = [
    "/zoeken/",
    "/zoeken/?q=bib",
    "/zoeken/?q=onvindbaar",
    "/gemeenten/?q=moerbeke",
    "/gemeenten/?q=onvindbaar",
    "/regios/?op=2024-12-31",
    "/regios/vergelijken/?regio=zuidrand&regio=noordrand&regio=cultuurtuin-waas&regio=zender&regio=onzin",
    "/regios/cultuurtuin-waas/?op=2024-12-31",
    "/regios/ginter/?op=2024-02-31",
    "/gemeenten/lokeren/?op=2024-12-31",
    "/projecten/?q=onvindbaar",
    "/bibliotheken/?q=onvindbaar",
    "/lijst/?p=3-1-2-999-onzin",
    "/projecten/?lijst=3-1-2",
    "/inbedden/projecten/?q=onvindbaar",
    "/nergens/",
]


@dataclass(frozen=True)
class Answer:
    """What came back from an address: how it was packed, how many bytes that took, and what was in it."""

    address: str
    status: int
    packing: str
    weight: int
    text: str

    @property
    def root(self) -> Element:
        """The elements of a page."""
        return tree(self.text)


Ask = Callable[[str], Answer]


@contextmanager
def asking(portal: Portal) -> Iterator[Ask]:
    """What asks a portal, each address once, until the end of the block."""

    @cache
    def ask(address: str) -> Answer:
        # One for each, for the portal closes what stays quiet for some seconds.
        connection = HTTPConnection(urlsplit(portal.address).netloc, timeout=30)
        connection.request("GET", address, headers=ACCEPTED)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        packing = response.headers.get("Content-Encoding", "")
        text = UNPACK[packing](body).decode(errors="replace")
        return Answer(address, response.status, packing, len(body), text)

    yield ask


def walk_over(ask: Ask) -> dict[str, Answer]:
    """Every public page of a portal, by address."""
    return walk(ask, lambda answer: internal_links(answer.address, answer.root), ["/", *ASKED])


def parts(page: Answer, ask: Ask) -> set[str]:
    """The addresses of all that a page brings with it, what its stylesheets ask for too."""
    named = {urldefrag(one).url for one in fetched(page.address, page.root) if not re.search(INSTALLED, one)}
    styles = [ask(one) for one in named if one.endswith(".css")]
    drawn = (
        urljoin(style.address, one) for style in styles for one in re.findall(r"url\([\"']?([^\"')]+)", style.text)
    )
    return named.union(drawn)

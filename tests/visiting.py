"""The site as a visitor walks it: the routes there are, the pages behind them as trees, and the links between those."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, TypeVar
from urllib.parse import urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import Element, TreeBuilder

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

EMPTY = {"base", "br", "hr", "img", "input", "link", "meta", "source", "wbr"}  # the elements that HTML never closes
PRIVATE = ("/beheer/", "/gezond/", "/media/", "/voorbeeld/")
KEYED = {"proposals:reference", "proposals:sheet"}  # only who was given the address comes there
FILES = re.compile(r"\.(?:[a-z]+|<format>)$")  # how the path of what is no page ends
# What the browser fetches by itself: the attributes that name it, by element.
FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href", "imagesrcset"),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
LINKED_DATA = "application/ld+json"
HEADINGS = re.compile(r"h[1-6]")
Read = TypeVar("Read")


@dataclass(frozen=True)
class Page:
    """An answer of the portal: where, what, and how many queries it took."""

    address: str
    status: int
    queries: int
    cookies: list[str]
    content: str
    root: Element

    @property
    def main(self) -> Element:
        """What is on this page only: all between the header and the footer of the site."""
        (main,) = self.root.iter("main")
        return main

    @property
    def title(self) -> str:
        """The text of the one h1."""
        (heading,) = self.root.iter("h1")
        return text(heading)


class Reader(HTMLParser):
    """Builds the tree of a page; raises AssertionError for an element that is left open, or closed where it is not."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in EMPTY:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1:] == [tag], f"</{tag}> on line {self.getpos()[0]} closes {self.open[-1:]}"
        self.builder.end(self.open.pop())

    def handle_data(self, data: str) -> None:
        if self.open:
            self.builder.data(data)


def tree(markup: str) -> Element:
    """The elements of a page or of a part of one."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    return reader.builder.close()


def visit(client: Client, address: str) -> Page:
    """The page at an address of the site, redirects not followed."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    content = response.content.decode()
    root = tree(content) if content else Element("html")
    return Page(address, response.status_code, len(queries), sorted(response.cookies), content, root)


def crawl(client: Client) -> dict[str, Page]:
    """Every page that links lead to from the home page, by address."""
    return walk(lambda address: visit(client, address), lambda page: internal_links(page.address, page.root), ["/"])


def walk(
    read: Callable[[str], Read], links_on: Callable[[Read], Iterable[str]], start: Iterable[str]
) -> dict[str, Read]:
    """What is read at every address that links lead to from where one starts, by address."""
    found: dict[str, Read] = {}
    waiting = [*start]
    while waiting:
        address = waiting.pop()
        if address not in found:
            found[address] = read(address)
            waiting += links_on(found[address])
    return found


def internal_links(address: str, root: Element) -> list[str]:
    """The addresses of the portal's own pages to which a page links, without the place on them.

    Links that only ask the same list otherwise lead to more pages than anybody can walk, and say so: `nofollow`.
    """
    followed = (link for link in root.iter("a") if link.get("rel") != "nofollow")
    addresses = (urldefrag(urljoin(address, link.get("href", ""))).url for link in followed)
    pages = (one for one in addresses if not FILES.search(urlsplit(one).path))
    return [one for one in pages if one.startswith("/") and not one.startswith("//")]


def fetched(address: str, root: Element) -> set[str]:
    """The addresses of all that a browser fetches by itself to show a page."""
    fetching = (one for one in root.iter() if one.get("rel") not in ("alternate", "canonical", "expect", "search"))
    named = (one.get(name, "") for one in fetching for name in FETCHED.get(one.tag, ()))
    candidates = (candidate.split()[0] for value in named for candidate in value.split(",") if candidate.strip())
    return {urljoin(address, candidate) for candidate in candidates}


def runs(element: Element) -> bool:
    """Whether an element is a script that stands in the page itself; a block of linked data is none."""
    is_in_a_file = element.get("src") is not None and not element.text
    return element.tag == "script" and element.get("type") != LINKED_DATA and not is_in_a_file


def linked_data(page: Page) -> Any:
    """The linked data of a page."""
    (block,) = (one for one in page.root.iter("script") if one.get("type") == LINKED_DATA)
    return json.loads(block.text or "")


def type_of(address: str) -> str:
    """The name of the route behind an address, as "igs:region_detail"; "404" where there is none."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return "404"


def text(element: Element) -> str:
    """The words in an element, with one space between them."""
    return " ".join("".join(element.itertext()).split())


def texts(elements: Iterable[Element]) -> list[str]:
    """The words in each element."""
    return [text(element) for element in elements]


def words(element: Element) -> str:
    """The words in an element whose parts stand apart on the page, with a space between those too."""
    return " ".join(" ".join(element.itertext()).split())


def classed(element: Element, name: str) -> list[Element]:
    """The elements within an element that have a class."""
    return [one for one in element.iter() if name in one.get("class", "").split()]


def rows(element: Element) -> list[list[str]]:
    """The cells of each row in the bodies of the tables in an element."""
    return [texts(row) for body in element.iter("tbody") for row in body]


def facts(element: Element) -> list[tuple[str, str]]:
    """The terms in the lists of facts in an element, each with what is said of it."""
    lists = [one for one in classed(element, "facts") if one.tag == "dl"]
    return [pair for one in lists for pair in zip(texts(one.findall("dt")), texts(one.findall("dd")), strict=True)]


def links(element: Element) -> list[tuple[str, str]]:
    """The links in an element: their words and where they lead."""
    return [(text(link), link.get("href", "")) for link in element.iter("a")]


def headings(element: Element) -> list[tuple[int, str]]:
    """The headings in an element: their level and their words."""
    found = (one for one in element.iter() if HEADINGS.fullmatch(one.tag))
    return [(int(one.tag[1]), text(one)) for one in found]


def section(page: Page, identifier: str) -> Element:
    """The section of a page that is called after the heading with an id."""
    (found,) = (one for one in page.root.iter("section") if one.get("aria-labelledby") == identifier)
    return found


def public_routes() -> list[tuple[str, str]]:
    """The path and the name of every page for visitors, as "/regios/<slug>/" and "igs:region_detail"."""
    return [(path, name) for path, name in all_routes() if not FILES.search(path)]


def file_routes() -> list[tuple[str, str]]:
    """The path and the name of every picture or other file for visitors that is no page."""
    return [(path, name) for path, name in all_routes() if FILES.search(path)]


def all_routes() -> list[tuple[str, str]]:
    """The path and the name of all that visitors may ask for."""
    return [(path, name) for path, name in routes(get_resolver(), "/") if not path.startswith(PRIVATE)]


def routes(resolver: URLResolver, prefix: str, namespace: str = "") -> Iterator[tuple[str, str]]:
    """The path and the name of every route under a resolver."""
    for pattern in resolver.url_patterns:
        path = prefix + re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield path, f"{namespace}{pattern.name}"
        else:
            yield from routes(pattern, path, f"{pattern.namespace}:" if pattern.namespace else namespace)

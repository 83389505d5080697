"""Pages for everybody, made once for a version of the content and a day, and then sent as they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeGuard

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from optil_portal import metrics
from optil_portal.compression import PageCompression
from optil_portal.health import FOLDER
from optil_portal.pagecache.entry import CONDITIONS, Address, only_what_is_asked
from optil_portal.pagecache.version import shelf, watch
from optil_portal.records.clock import today
from optil_portal.visitors import is_in_office

NEVER = (FOLDER, settings.STATIC_URL, settings.MEDIA_URL)
KEPT_APART = ("private", "no-store")
OF_THE_VISITOR = {"HTTP_ACCEPT_ENCODING"} | CONDITIONS
HEADER = "X-Portal-Cache"
HIT, MISS, STALE = "hit", "miss", "stale"  # the last one: the database is down, so nobody can tell
COUNTED = {how: metrics.PAGES.labels(how) for how in (HIT, MISS, STALE)}

Answering = Callable[[HttpRequest], HttpResponseBase]


class PageCache:
    """What was made before goes out from here, compressed, and asks nothing of the database.

    A page is made without what no page asks, and further on without cookies. While the database is down, what is kept
    goes out for up to a day; its header says so.
    """

    def __init__(self, get_response: Answering) -> None:
        """Take the rest of the portal; raises MiddlewareNotUsed where no pages are kept."""
        if not settings.PAGE_CACHE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.compression = PageCompression(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The page as it is kept, or made now."""
        if (address := address_of(request)) is None:
            return self.get_response(request)
        watch.look()
        return kept(address, shelf.version(), request) or self.alone(address, request)

    def alone(self, address: Address, request: HttpRequest) -> HttpResponseBase:
        """The page, made now unless somebody else just did."""
        with address.alone():
            version = shelf.version()  # before anything is read
            return kept(address, version, request) or self.made(address, version, request)

    def made(self, address: Address, version: str | None, request: HttpRequest) -> HttpResponseBase:
        """The page, made now, and kept if it is the same for everybody."""
        with plainly(request):
            response = self.get_response(request)
        if version is None or not is_for_everybody(response):
            return self.compression.process_response(request, response)
        return marked(address.keep(version, response).answer(request), MISS)


def address_of(request: HttpRequest) -> Address | None:
    """Where what is asked may be kept, without what no page asks; None for what is never kept."""
    looks = request.method in ("GET", "HEAD")
    if not looks or request.path_info.startswith(NEVER) or is_in_office(request):
        return None
    request.META["QUERY_STRING"] = only_what_is_asked(request.META.get("QUERY_STRING", ""))
    return Address(request)


def found(request: HttpRequest) -> HttpResponse | None:
    """What is asked, if it is kept."""
    address = address_of(request)
    return kept(address, shelf.version(), request) if address else None


@contextmanager
def plainly(request: HttpRequest) -> Iterator[None]:
    """Let a request be answered whole and as it is, as if whoever asks has nothing of it yet."""
    told = {name: request.META.pop(name) for name in OF_THE_VISITOR if name in request.META}
    method, request.method = request.method, "GET"
    vars(request).pop("headers", None)  # which remembers them
    try:
        yield
    finally:
        request.method = method
        request.META |= told
        vars(request).pop("headers", None)


def kept(address: Address, version: str | None, request: HttpRequest) -> HttpResponse | None:
    """The page as it is kept, if it is."""
    if version is None:
        return None
    days = [today(), today() - timedelta(days=1)] if watch.is_down else [today()]
    entry = address.entry(version, *days)
    return entry and marked(entry.answer(request), STALE if watch.is_down else HIT)


def is_for_everybody(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    """Whether an answer may be sent to anybody who asks the same."""
    apart = any(word in response.get("Cache-Control", "") for word in KEPT_APART)
    return isinstance(response, HttpResponse) and response.status_code == 200 and not response.cookies and not apart


def marked(response: HttpResponse, how: str) -> HttpResponse:
    """An answer that says how it came about, and is counted."""
    COUNTED[how].inc()
    response.headers[HEADER] = how
    return response

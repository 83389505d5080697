"""How data are answered: whole or as a stream, conditionally, and to scripts on any site."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps
from hashlib import sha256
from itertools import chain
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from optil_portal.records.headers import ELSEWHERE

View = Callable[..., HttpResponseBase]

KEPT_WHOLE = 4_000_000  # bytes; what is larger is sent on while it is written
OPEN = ELSEWHERE | {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Content-Disposition",
    "X-Robots-Tag": "noindex",
}


def open_to_all(view: View) -> View:
    """The view, that only reads, for scripts on any site; search engines keep to the pages."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asks_leave = request.method == "OPTIONS"
        response = HttpResponse(status=204) if asks_leave else require_safe(view)(request, *args, **kwargs)
        for name, value in OPEN.items():
            response.headers[name] = value
        return response

    return opened


def answer(
    request: HttpRequest, parts: Iterator[bytes], content_type: str, changed: datetime | None = None
) -> HttpResponseBase:
    """The answer that holds the parts, or one that says that who asks has it already.

    Its tag is made of its contents, so that it changes with all that they depend on; what is larger than KEPT_WHOLE
    has none.
    """
    seconds = int(changed.timestamp()) if changed else None
    headers = {"Cache-Control": "no-cache"} | ({"Last-Modified": http_date(seconds)} if seconds else {})
    whole, rest = apart(parts)
    if rest:
        stream = chain(whole, rest)
        return StreamingHttpResponse(stream, content_type=content_type, headers=headers)
    content = b"".join(whole)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type=content_type, headers=headers | {"ETag": etag})
    return cast(HttpResponse, get_conditional_response(request, etag, seconds, response))


def apart(parts: Iterator[bytes]) -> tuple[list[bytes], list[bytes] | Iterator[bytes]]:
    """The parts that may be kept whole, and those that may not, [] where there are none."""
    whole, size = [], 0
    for part in parts:
        whole.append(part)
        size += len(part)
        if size > KEPT_WHOLE:
            return whole, parts
    return whole, []

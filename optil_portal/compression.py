"""Pages that travel light."""

import re

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

PACKED = ("image/", "application/vnd.openxmlformats-officedocument.")
SHORTEST = 200  # bytes, as Django has it for gzip
QUALITY = 7  # about as quick as gzip, and a sixth smaller
# The binary logarithm of how far brotli looks back, in bytes: a page is no longer, and by its default it takes 8 MB.
WINDOW = 16
BROTLI = re.compile(r"\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")

GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


def by_brotli(content: bytes) -> bytes:
    """What an answer holds, compressed for whoever reads brotli."""
    return brotli.compress(content, quality=QUALITY, lgwin=WINDOW)


def takes_brotli(accepted: str) -> bool:
    """Whether somebody who accepts these encodings reads brotli."""
    return bool(BROTLI.search(accepted))


def takes_gzip(accepted: str) -> bool:
    """Whether somebody who accepts these encodings reads gzip."""
    return bool(GZIP.search(accepted))


class PageCompression(GZipMiddleware):
    """Compresses pages and data: whitenoise does so with static files; pictures and workbooks are so by nature."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, smaller when it is text: by brotli, or else by gzip, or for whoever reads neither as it was."""
        if response.get("Content-Type", "").startswith(PACKED):
            return response
        if not takes_brotli(request.headers.get("Accept-Encoding", "")) or not isinstance(response, HttpResponse):
            return super().process_response(request, response)
        if len(response.content) < SHORTEST or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        response.content = by_brotli(response.content)
        response.headers["Content-Encoding"] = "br"
        response.headers["Content-Length"] = str(len(response.content))
        if (tag := response.get("ETag", "")).startswith('"'):
            response.headers["ETag"] = f"W/{tag}"
        return response

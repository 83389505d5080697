"""Pages that travel light."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompression(GZipMiddleware):
    """Compresses the pages only: whitenoise does so with static files, and pictures are compressed by nature."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, smaller when it is text."""
        if response.get("Content-Type", "").startswith("image/"):
            return response
        return super().process_response(request, response)

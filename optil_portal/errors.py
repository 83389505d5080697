"""What is answered when something breaks."""

import sys
from http.client import SERVICE_UNAVAILABLE

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

from optil_portal.pagecache.version import DATABASE_GONE

SOON = 10  # seconds after which to come back


def broken(request: HttpRequest) -> HttpResponse:
    """The page that says what broke: the portal, or only its database, which comes back by itself."""
    if isinstance(sys.exc_info()[1], DATABASE_GONE):
        response = render(request, "503.html", status=SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = str(SOON)
        return response
    return server_error(request)

"""What is answered when something breaks."""

import errno
import sys
from http.client import SERVICE_UNAVAILABLE

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import server_error

DATABASE_GONE = (OperationalError, InterfaceError)
SOON = 10  # seconds after which to come back


def passes(error: BaseException | None) -> bool:
    """Whether what broke comes back by itself: the database, or room on the disk."""
    return isinstance(error, DATABASE_GONE) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)


def broken(request: HttpRequest) -> HttpResponse:
    """The page that says what broke: the portal, or only what comes back by itself."""
    if passes(sys.exc_info()[1]):
        response = render(request, "503.html", status=SERVICE_UNAVAILABLE)
        response.headers["Retry-After"] = str(SOON)
        return response
    return server_error(request)

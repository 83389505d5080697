"""What is told where somebody comes no further: a signed link that leads nowhere, or too much at once."""

from http.client import GONE, NOT_FOUND, REQUEST_ENTITY_TOO_LARGE, TOO_MANY_REQUESTS

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TITLES = {
    GONE: "Deze link is verlopen",
    NOT_FOUND: "Deze link klopt niet",
    REQUEST_ENTITY_TOO_LARGE: "Dit is te groot",
    TOO_MANY_REQUESTS: "Even wachten",
}


def shut(request: HttpRequest, code: int, told: str, route: str, way: str) -> HttpResponse:
    """A page with status `code`, one of `TITLES`, that tells what to do, and the `way` on to the page of a route."""
    context = {"code": int(code), "title": TITLES[code], "told": told, "route": route, "way": way}
    return render(request, "shut.html", context, status=code)

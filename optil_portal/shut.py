"""What is told of a signed link that leads nowhere any more, or never did."""

from http.client import GONE, NOT_FOUND

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TITLES = {GONE: "Deze link is verlopen", NOT_FOUND: "Deze link klopt niet"}


def shut(request: HttpRequest, code: int, told: str, route: str, way: str) -> HttpResponse:
    """A page with status `code`, one of `TITLES`, that tells what to do, and the `way` on to the page of a route."""
    context = {"code": int(code), "title": TITLES[code], "told": told, "route": route, "way": way}
    return render(request, "link_shut.html", context, status=code)

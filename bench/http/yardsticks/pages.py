"""The pages of the yardsticks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from bench.http.yardsticks.models import Project


def bare(request: HttpRequest) -> HttpResponse:
    """A line, and no template."""
    return HttpResponse("<!doctype html><title>Maatstaf</title><p>Eén regel.")


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A template, and no query."""
    return render(request, "page.html", {"slug": slug})


def cards(request: HttpRequest) -> HttpResponse:
    """A template with twenty projects, from one query."""
    projects = Project.objects.filter(state="published").select_related("region", "theme").order_by("title")[:20]
    return render(request, "cards.html", {"projects": projects})


urlpatterns = [
    path("regel/", bare),
    path("kaarten/", cards),
    path("kaarten/<slug:slug>/", page, name="page"),
]

"""The pages that look over all apps: home, search, about and contact."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from igs.lookup import look_up
from igs.models import Region, SubsidyRound
from igs.models.figure import beside_own_count
from optil_portal.records.clock import today
from projects.models import Project, Testimony, Theme

SHOWN = 12


def regions_of_today() -> list[Region]:
    """The regions that work today with their numbers, in the order of the brochure."""
    return list(Region.objects.active(today()).with_figures(today()).by_number())


def home(request: HttpRequest) -> HttpResponse:
    """What an IGS cultuur is, where they are, and what they do for libraries."""
    regions = regions_of_today()
    context = {
        "regions": regions,
        "figures": beside_own_count(regions),
        "themes": Theme.objects.with_project_count(),
        "projects": Project.objects.listed().with_images().in_turn(today())[:3],
        "testimonies": Testimony.objects.told().in_turn(today())[:2],
        "newest": Project.objects.listed().newest()[:4],
    }
    return render(request, "home.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """Municipalities and projects that the words of `?q=` mean."""
    words = request.GET.get("q", "").strip()
    projects = Project.objects.listed().with_images().search(words)
    context = {
        "words": words,
        "answer": look_up(words, today()) if words else None,
        "projects": projects[:SHOWN] if words else [],
        "count": projects.count() if words else 0,
    }
    return render(request, "search.html", context)


def about(request: HttpRequest) -> HttpResponse:
    """What an IGS cultuur is, how it is paid, what it does for a library, and how we count."""
    context = {
        "figures": beside_own_count(regions_of_today()),
        "rounds": SubsidyRound.objects.all(),
        "themes": Theme.objects.all(),
        "on": today(),
    }
    return render(request, "about.html", context)


def contact(request: HttpRequest) -> HttpResponse:
    """Whom to write to."""
    return render(request, "contact.html")

"""The pages that look over all apps: home, search, about and contact."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from igs.models import Region, SubsidyRound
from igs.models.figure import beside_own_count
from optil_portal.accessibility import read
from optil_portal.finds import asked, found, suggested, ways_out
from optil_portal.records.clock import today
from optil_portal.records.folding import as_asked
from projects.models import Project, Testimony, Theme


def home(request: HttpRequest) -> HttpResponse:
    """What an IGS cultuur is, where they are, and what they do for libraries."""
    regions = Region.rows(today())
    context = {
        "regions": regions,
        "figures": beside_own_count(regions),
        "themes": Theme.tiles(),
        "cards": Project.newest_cards(today()),
        "testimonies": Testimony.told_today(today()),
    }
    return render(request, "home.html", context)


def search(request: HttpRequest) -> HttpResponse:
    """All that the words of `?q=` mean, by kind."""
    words = as_asked(request.GET.get("q", ""))
    question = asked(words)
    groups = found(question)
    context = {
        "words": words,
        "question": question,
        "groups": groups,
        "ways_out": [] if groups else ways_out(question),
    }
    return render(request, "search.html", context)


def suggestions(request: HttpRequest) -> HttpResponse:
    """What `?q=` may become, as OpenSearch has it: the words, then names, kinds and addresses."""
    words = as_asked(request.GET.get("q", ""))
    finds = suggested(words)
    told = [words, [one.hit.name for one in finds], [one.kind.one for one in finds], [one.address for one in finds]]
    return JsonResponse(told, safe=False, content_type="application/x-suggestions+json")


def about(request: HttpRequest) -> HttpResponse:
    """What an IGS cultuur is, how it is paid, what it does for a library, and how we count."""
    context = {
        "figures": beside_own_count(Region.rows(today())),
        "rounds": SubsidyRound.objects.all(),
        "themes": Theme.objects.all(),
        "on": today(),
    }
    return render(request, "about.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    """What is accessible and what is not, and where to turn to."""
    return render(request, "accessibility.html", {"check": read()})


def privacy(request: HttpRequest) -> HttpResponse:
    """What the portal knows of its visitors: nothing."""
    return render(request, "privacy.html")


def contact(request: HttpRequest) -> HttpResponse:
    """Whom to write to."""
    return render(request, "contact.html")

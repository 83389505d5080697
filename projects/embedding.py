"""The pages that somebody shows in a frame on a website of their own, and the one that explains how."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.clickjacking import xframe_options_exempt

from optil_portal.records.headers import FRAMED, telling
from projects.filters import ProjectFilter
from projects.lists import ProjectList
from projects.models import Project

FEW, MANY = 6, 24  # cards in a frame: unless asked otherwise, and at most
NUMBERS = {str(number): number for number in range(1, MANY + 1)}


class Parameter(NamedTuple):
    """What the address of a framed list may ask: its key, what it does, and an example."""

    key: str
    told: str
    example: str


PARAMETERS = [
    Parameter("thema", "alleen projecten over dit thema; herhaal het voor meer thema’s", "thema=lezen"),
    Parameter("regio", "alleen projecten van deze regio", "regio=route-42"),
    Parameter("gemeente", "alleen projecten waaraan deze gemeente meedoet", "gemeente=zottegem"),
    Parameter("q", "alleen projecten met deze woorden", "q=voorlezen"),
]
NUMBER = Parameter("aantal", f"hoeveel projecten, van 1 tot {MANY}; {FEW} als je niets zegt", "aantal=3")


def embedding(request: HttpRequest) -> HttpResponse:
    """How to show projects on a website of one's own, with what the filter of the list knows."""
    parameters = [one for one in PARAMETERS if one.key in ProjectFilter.base_filters]
    context = {"parameters": [*parameters, NUMBER], "example": Project.objects.listed().first()}
    return render(request, "projects/embedding.html", context)


@method_decorator([telling(FRAMED), xframe_options_exempt], name="dispatch")
class EmbeddedProjects(ProjectList):
    """The projects that the list shows for the same question, as many as `?aantal=` asks for."""

    template_name = "projects/embedded_projects.html"

    def get_paginate_by(self, queryset: QuerySet) -> int:
        """The number asked for; FEW when that is none from 1 to MANY."""
        return NUMBERS.get(self.request.GET.get("aantal", ""), FEW)


@telling(FRAMED)
@xframe_options_exempt
def embedded_project(request: HttpRequest, slug: str) -> HttpResponse:
    """The card of a project; where that is gone, a word about it that shows in the frame too."""
    card = next(iter(Project.objects.published().at_address(slug).cards()), None)
    return render(request, "projects/embedded_project.html", {"card": card}, status=200 if card else 404)

"""The page of the open data, and what machines read of them."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from optil_portal.opendata.catalogue import catalogue
from optil_portal.opendata.linked_data import linked_lists
from optil_portal.opendata.lists import wholes
from optil_portal.opendata.openapi import description
from optil_portal.records.addresses import base_of
from optil_portal.records.clock import today
from optil_portal.records.formats import FORMATS
from optil_portal.records.formats.answers import answer
from optil_portal.records.licence import ATTRIBUTION, licence


def page(request: HttpRequest) -> HttpResponse:
    """What can be taken along, in which formats, from which sources and on what terms."""
    lists = wholes()
    context = {
        "lists": lists,
        "linked_data": linked_lists(request, lists),
        "formats": FORMATS.values(),
        "licence": licence(),
        "attribution": ATTRIBUTION,
        "base": base_of(request),
        "today": today(),
    }
    return render(request, "opendata/page.html", context)


def openapi(request: HttpRequest) -> HttpResponseBase:
    """The description of all lists in all formats."""
    return as_json(request, description(base_of(request)), "application/json")


def dcat(request: HttpRequest) -> HttpResponseBase:
    """The catalogue of all lists in all formats."""
    return as_json(request, catalogue(wholes(), base_of(request)), "application/ld+json")


def as_json(request: HttpRequest, content: dict[str, Any], content_type: str) -> HttpResponseBase:
    """An answer in JSON."""
    return answer(request, iter([json.dumps(content, ensure_ascii=False, indent=1).encode()]), content_type)

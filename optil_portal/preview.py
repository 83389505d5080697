"""The page of a record before it is public, for whoever was given its link."""

from collections.abc import Callable
from datetime import date
from http.client import GONE, NOT_FOUND
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format

from igs.models import Consultant
from libraries.models import Library
from optil_portal.records.clock import today
from optil_portal.records.models import Publication
from optil_portal.records.preview import Preview, opened
from optil_portal.shut import shut
from projects.models import Project
from projects.views import told_about

Page = tuple[Publication, str, dict[str, Any]]  # a record, the template of its public page, and what that asks


def project_page(pk: int, on: date) -> Page:
    """The page of a project."""
    project = Project.objects.for_page(on).get(pk=pk)
    return project, "projects/project_detail.html", told_about(project, on)


def library_page(pk: int, on: date) -> Page:
    """The page of a library."""
    library = Library.objects.whole(on).get(pk=pk)
    return library, "libraries/library_detail.html", {"library": library}


def consultant_page(pk: int, on: date) -> Page:
    """The page of all consultants, with this one alone."""
    consultant = Consultant.objects.with_regions().get(pk=pk)
    return consultant, "igs/consultant_list.html", {"object_list": [consultant]}


PAGES: dict[str, Callable[[int, date], Page]] = {
    "projects.project": project_page,
    "libraries.library": library_page,
    "igs.consultant": consultant_page,
}


def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a record as it will be, kept by nobody; once it is public, the way to that page."""
    try:
        found = opened(token)
        response = expired(request, found) if found.until < today() else shown(request, found)
    except (BadSignature, ObjectDoesNotExist):
        response = unknown(request)
    add_never_cache_headers(response)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def shown(request: HttpRequest, found: Preview) -> HttpResponse:
    """The page of a record; raises BadSignature for a kind that has no preview, ObjectDoesNotExist without a record."""
    if found.kind not in PAGES:
        raise BadSignature
    record, page, context = PAGES[found.kind](found.record, today())
    if record.is_public:
        return HttpResponseRedirect(record.get_absolute_url())  # type: ignore[attr-defined]
    told = {"page": page, "previewed": record, "until": found.until}
    return render(request, "preview.html", context | told)


def expired(request: HttpRequest, found: Preview) -> HttpResponse:
    """What is told when the last day of a link is over."""
    told = (
        f"Dit voorbeeld was te zien tot en met {date_format(found.until)}. Vraag een nieuwe link aan wie hem je"
        " stuurde: in het formulier van het record staat er elke dag een verse."
    )
    return shut(request, GONE, told, "home", "Naar de startpagina")


def unknown(request: HttpRequest) -> HttpResponse:
    """What is told of a link that is not one of ours."""
    told = (
        "Misschien ging er bij het kopiëren een stuk verloren. Kopieer hem helemaal, of vraag hem opnieuw aan wie hem"
        " je stuurde."
    )
    return shut(request, NOT_FOUND, told, "home", "Naar de startpagina")

"""The pages of regions, municipalities and consultants."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from igs.lookup import look_up
from igs.models import Consultant, FormerMunicipality, Membership, Municipality, Region, RegionName
from optil_portal.records.clock import today
from optil_portal.records.folding import as_asked
from optil_portal.records.listing import RecordList


class RegionList(RecordList):
    """The regions of today on a map and in a list."""

    template_name = "igs/region_list.html"
    sorts: ClassVar = {
        "nummer": ("nummer", "number"),
        "naam": ("naam", "name"),
        "inwoners": ("inwoners", "-inhabitants"),
        "gemeenten": ("gemeenten", "-municipality_count"),
        "projecten": ("projecten", "-project_count"),
    }

    def records(self) -> QuerySet[Region]:
        """The regions that work today, with their numbers."""
        return Region.objects.active(today()).with_figures(today())


def region_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A region, as it was on its last day when it has ended; a former name leads to it."""
    region = Region.at(slug)
    if region is None:
        return redirect(get_object_or_404(RegionName, slug=slug).region, permanent=True)
    on = region.seen_on(today())
    members, past = Membership.rows_of_region(region, on)
    context = {
        "region": region,
        "names": Region.other_names(region),
        "has_ended": on < today(),
        "on": on,
        "members": members,
        "inhabitants": sum(membership.inhabitants or 0 for membership in members),
        "past": past,
    }
    return render(request, "igs/region_detail.html", context)


def municipality_list(request: HttpRequest) -> HttpResponse:
    """All municipalities from A to Z; `?q=` looks one up, and goes straight to it when there is only one."""
    words = as_asked(request.GET.get("q", ""))
    answer = look_up(words, today()) if words else None
    if answer and answer.municipality:
        return redirect(answer.municipality)
    context = {"words": words, "answer": answer, "municipalities": Municipality.objects.with_region(today())}
    return render(request, "igs/municipality_list.html", context)


def municipality_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A municipality; the name of one that merged leads to its successor."""
    municipality = Municipality.objects.with_inhabitants(today()).slugged(slug)
    if municipality is None:
        return redirect(get_object_or_404(FormerMunicipality, slug=slug), permanent=True)
    membership, past = municipality.membership_and_past(today())
    context = {"municipality": municipality, "membership": membership, "past": past}
    return render(request, "igs/municipality_detail.html", context)


class ConsultantList(RecordList):
    """The consultants, and OP/TIL where a region has none."""

    template_name = "igs/consultant_list.html"

    def records(self) -> QuerySet[Consultant]:
        """The consultants with the regions they help."""
        return Consultant.objects.published().with_regions()

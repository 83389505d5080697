"""The pages of regions, municipalities and consultants."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from igs.models import FormerMunicipality, Membership, Municipality, Region, RegionName
from igs.moment import Moment, moved


def region_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A region on the day asked for, or on its last one when it has ended; a former name leads to it."""
    region = Region.at(slug)
    if region is None:
        return moved(request, get_object_or_404(RegionName, slug=slug).region)
    moment = Moment.asked(request, region.first_day)
    context = {
        "region": region,
        "names": Region.other_names(region),
        "moment": moment,
        "members": Membership.rows_of_region(region, region.seen_on(moment.day)),
    }
    return render(request, "igs/region_then.html" if moment.query else "igs/region_detail.html", context)


def municipality_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A municipality on the day asked for; the name of one that merged leads to its successor."""
    moment = Moment.asked(request)
    municipality = Municipality.objects.with_inhabitants(moment.day).slugged(slug)
    if municipality is None:
        return moved(request, get_object_or_404(FormerMunicipality, slug=slug).successor)
    membership, past = municipality.membership_and_past(moment.day)
    context = {"municipality": municipality, "membership": membership, "past": past, "moment": moment}
    return render(request, "igs/municipality_then.html" if moment.query else "igs/municipality_detail.html", context)

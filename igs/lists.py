"""The lists of regions, municipalities and consultants."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect

from igs.columns import MUNICIPALITIES, REGIONS
from igs.filters import REGION_SORTS, MunicipalityFilter, RegionFilter
from igs.lookup import look_up
from igs.models import Consultant, Municipality, Region
from igs.moment import Dated
from optil_portal.records.clock import today
from optil_portal.records.folding import as_asked
from optil_portal.records.listing import RecordList


class RegionList(Dated):
    """The regions on a map and in a list, today or on the day that `?op=` asks for."""

    template_name = "igs/region_list.html"
    template_then = "igs/region_list_then.html"
    dataset = REGIONS
    filterset_class = RegionFilter
    sorts = REGION_SORTS

    def records(self) -> QuerySet[Region]:
        """The regions that work on the day, with their numbers."""
        return Region.objects.active(self.moment.day).with_figures(self.moment.day)


class MunicipalityList(Dated):
    """All municipalities from A to Z, with their regions of today or of the day that `?op=` asks for.

    On the page `?q=` looks one up, and goes straight to it when it is the only one.
    """

    template_name = "igs/municipality_list.html"
    template_then = "igs/municipality_list_then.html"
    dataset = MUNICIPALITIES
    filterset_class = MunicipalityFilter

    def records(self) -> QuerySet[Municipality]:
        """All municipalities by name."""
        return Municipality.objects.all()

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page with the answer to what was asked, or the municipality that is the answer."""
        words = as_asked(self.request.GET.get("q", ""))
        answer = look_up(words, today()) if words else None
        if answer and answer.municipality:
            return redirect(answer.municipality)
        municipalities = context["object_list"].with_region(self.day)
        found = {"words": words, "answer": answer, "municipalities": municipalities}
        return super().render_to_response(context | found, **kwargs)


class ConsultantList(RecordList):
    """The consultants, and OP/TIL where a region has none."""

    template_name = "igs/consultant_list.html"

    def records(self) -> QuerySet[Consultant]:
        """The consultants with the regions they help."""
        return Consultant.objects.published().with_regions()

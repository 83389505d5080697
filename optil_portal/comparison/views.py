"""The page that puts regions side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from igs.models import Region
from optil_portal.comparison.choice import Choice
from optil_portal.comparison.facts import Comparison
from optil_portal.comparison.likeness import nearest, profile
from optil_portal.records.clock import today
from projects.models import Theme
from projects.models.spread import Spread


def compare(request: HttpRequest) -> HttpResponse:
    """Two to four regions side by side; of one, the regions that are like it; of none, only the form."""
    regions = [*Region.objects.active(today()).with_figures(today()).by_number()]
    choice = Choice.of(request.GET.getlist("regio"), regions)
    context: dict[str, Any] = {"regions": regions, "choice": choice, "chosen": choice.regions}
    if choice.regions:
        themes, spread = Theme.tiles(), Spread()
        if len(choice.regions) > 1:
            context["comparison"] = Comparison(choice.regions, themes, spread, today())
        else:
            one, *others = (profile(region, themes, spread) for region in [*choice.regions, *regions])
            context["likenesses"] = nearest(one, others)
    return render(request, "comparison/compare.html", context)

"""What the address of the list of projects may ask."""

from django_filters import CharFilter

from igs.models import Municipality, Province, Region
from igs.models.membership import provinces_of_regions
from optil_portal.records.facets import ChoiceFacet, Named, RecordFacet, SinceFacet, YearFacet
from optil_portal.records.filters import SORT, FacetedFilterSet
from projects.models import Audience, Partner, Project, Theme

PROJECT_SORTS = {
    "titel": ("titel", "title"),
    "recent": ("recentste", "-last_year"),
    "regio": ("regio", "region__name"),
    "thema": ("thema", "theme__number"),
}


class ProjectFilter(FacetedFilterSet):
    """Words, and all that a project names; a project lies in the provinces of the members of its regions."""

    noun = ("project", "projecten")
    carried = (SORT, "lijst")

    q = CharFilter()
    thema = RecordFacet(
        *("Thema", " over {}", "theme", "further_themes"), named=Named(Theme, "short_name", "number"), common=True
    )
    regio = RecordFacet("Regio", " in {}", "region", "other_regions", named=Named(Region))
    provincie = ChoiceFacet(
        *("Provincie", " in de provincie {}", "region", "other_regions"), choices=Province, via=provinces_of_regions
    )
    gemeente = RecordFacet("Gemeente", ", met gemeente {}", "municipalities", named=Named(Municipality))
    doelgroep = RecordFacet("Doelgroep", ", voor {}", "audiences", named=Named(Audience), common=True)
    partner = RecordFacet("Partner", ", met partner {}", "partners", named=Named(Partner))
    soort = ChoiceFacet("Soort", " van de soort {}", "kind", choices=Project.Kind, common=True)
    jaar = YearFacet("Jaar", ", in {}", first="first_year", last="last_year")
    sinds = SinceFacet("Sinds", ", sinds {}", first="first_year", last="last_year")

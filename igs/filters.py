"""What the addresses of the lists of regions and municipalities may ask."""

from igs.models import Province, Region
from igs.models.membership import provinces_of_regions, regions_of_municipalities
from optil_portal.records.facets import ChoiceFacet, Named, RecordFacet
from optil_portal.records.filters import FacetedFilterSet

REGION_SORTS = {
    "nummer": ("nummer", "number"),
    "naam": ("naam", "name"),
    "inwoners": ("inwoners", "-inhabitants"),
    "gemeenten": ("gemeenten", "-municipality_count"),
    "projecten": ("projecten", "-project_count"),
}


class RegionFilter(FacetedFilterSet):
    """Where the members of a region lie today."""

    noun = ("regio", "regio’s")

    provincie = ChoiceFacet("Provincie", " in de provincie {}", "pk", choices=Province, via=provinces_of_regions)


class MunicipalityFilter(FacetedFilterSet):
    """Where a municipality lies today."""

    noun = ("gemeente", "gemeenten")

    provincie = ChoiceFacet("Provincie", " in de provincie {}", "province", choices=Province)
    regio = RecordFacet("Regio", " in {}", "pk", named=Named(Region), via=regions_of_municipalities)

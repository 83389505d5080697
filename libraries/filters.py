"""What the address of the list of libraries may ask."""

from django_filters import CharFilter

from igs.models import Province, Region
from igs.models.membership import regions_of_municipalities
from libraries.models import LibraryNetwork
from optil_portal.records.facets import ChoiceFacet, Named, RecordFacet
from optil_portal.records.filters import FacetedFilterSet


class LibraryFilter(FacetedFilterSet):
    """Words, and where a library is: in the members of a region today, or on the last day of one that has ended."""

    noun = ("bibliotheek", "bibliotheken")

    q = CharFilter()
    provincie = ChoiceFacet("Provincie", " in de provincie {}", "municipality__province", choices=Province)
    regio = RecordFacet("Regio", " in {}", "municipality", named=Named(Region), via=regions_of_municipalities)
    netwerk = RecordFacet("Netwerk", ", van netwerk {}", "network", named=Named(LibraryNetwork))

"""The forms in which a list can be taken along, each at an address beside its page: /projecten.csv."""

from optil_portal.records.formats.documents import GEOJSON, JSON
from optil_portal.records.formats.feed import ATOM
from optil_portal.records.formats.tables import CSV, XLSX
from optil_portal.records.formats.taking import Format, Taking

FORMATS: dict[str, Format] = {one.name: one for one in (CSV, XLSX, JSON, ATOM, GEOJSON)}

__all__ = ["FORMATS", "Format", "Taking"]

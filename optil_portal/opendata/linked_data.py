"""The lists as search engines for data read them."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from optil_portal.opendata.lists import Whole
from optil_portal.records.addresses import address, base_of
from optil_portal.records.licence import licence
from optil_portal.records.linked_data import Thing, described, publisher


def linked_lists(request: HttpRequest, lists: Iterable[Whole]) -> SafeString:
    """The lists as one catalogue."""
    base, page = base_of(request), address("open_data")
    catalogue = {
        "@type": "DataCatalog",
        "@id": f"{base}{page}#catalogus",
        "name": "Open data van het portaal IGS cultuur",
        "url": f"{base}{page}",
        "publisher": publisher(),
        "dataset": [linked_list(one, base) for one in lists],
    }
    return described(request, [("Open data", page)], catalogue)


def linked_list(one: Whole, base: str) -> Thing:
    """A list with its files."""
    terms = licence()
    return {
        "@type": "Dataset",
        "@id": f"{base}{address('open_data')}#{one.dataset.name}",
        "name": one.dataset.title,
        "description": one.dataset.description,
        "url": f"{base}{one.address}/",
        "dateModified": one.changed.isoformat(),
        "isAccessibleForFree": True,
        "creator": publisher(),
        "variableMeasured": [column.name for column in one.dataset.columns],
        "distribution": [
            {
                "@type": "DataDownload",
                "@id": f"{base}{one.address}.{form.name}",
                "contentUrl": f"{base}{one.address}.{form.name}",
                "encodingFormat": form.content_type.partition(";")[0],
            }
            for form in one.formats
        ],
    } | ({"license": terms.url} if terms.url else {})

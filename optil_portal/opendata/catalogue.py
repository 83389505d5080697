"""The lists as one DCAT catalogue, for the portals that gather open data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from optil_portal.opendata.lists import Whole
from optil_portal.records.addresses import address
from optil_portal.records.formats import Format
from optil_portal.records.licence import ATTRIBUTION, licence

Json = dict[str, Any]

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority"
MEDIA_TYPES = "https://www.iana.org/assignments/media-types"


def catalogue(lists: Sequence[Whole], base: str) -> Json:
    """The catalogue of a portal at the address `base`."""
    here = f"{base}{address('catalogue')}"
    return {
        "@context": CONTEXT,
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": dutch("Open data van het portaal IGS cultuur"),
        "dct:description": dutch("De IGS’en cultuur van Vlaanderen, met hun gemeenten, bibliotheken en projecten."),
        "dct:language": {"@id": f"{AUTHORITY}/language/NLD"},
        "dct:publisher": publisher(),
        "foaf:homepage": {"@id": f"{base}{address('open_data')}"},
        "dct:modified": moment(max(one.changed for one in lists)),
        "dcat:dataset": [dataset(one, base) for one in lists],
    } | terms()


def dataset(one: Whole, base: str) -> Json:
    """A list with its distributions."""
    here = f"{base}{address('open_data')}#{one.dataset.name}"
    return {
        "@id": here,
        "@type": "dcat:Dataset",
        "dct:identifier": here,
        "dct:title": dutch(one.dataset.title),
        "dct:description": dutch(one.dataset.description),
        "dct:language": {"@id": f"{AUTHORITY}/language/NLD"},
        "dct:publisher": publisher(),
        "dct:modified": moment(one.changed),
        "dct:spatial": {"@id": f"{AUTHORITY}/country/BEL"},
        "dct:provenance": dutch(ATTRIBUTION),
        "dcat:theme": {"@id": f"{AUTHORITY}/data-theme/EDUC"},
        "dcat:keyword": [dutch(word) for word in ("bibliotheek", "cultuur", "intergemeentelijke samenwerking")],
        "dcat:landingPage": {"@id": f"{base}{one.address}/"},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": "OP/TIL",
            "vcard:hasEmail": {"@id": "mailto:info@cultuuroptil.be"},
        },
        "dct:source": [{"@id": url} for url in sorted({source.url for source in one.sources if source.url})],
        "dcat:distribution": [distribution(one, form, base) for form in one.formats],
    }


def distribution(one: Whole, form: Format, base: str) -> Json:
    """A list in a format."""
    here = f"{base}{one.address}.{form.name}"
    return {
        "@id": here,
        "@type": "dcat:Distribution",
        "dct:title": dutch(f"{one.dataset.title} als {form.label}"),
        "dct:description": dutch(form.explanation),
        "dcat:accessURL": {"@id": here},
        "dcat:downloadURL": {"@id": here},
        "dcat:mediaType": {"@id": f"{MEDIA_TYPES}/{form.content_type.partition(';')[0]}"},
    } | terms()


def terms() -> Json:
    """The licence as it stands in DCAT: its address, or else what we can say of it."""
    name, url = licence()
    return {"dct:license": {"@id": url}} if url else {"dct:rights": dutch(name)}


def publisher() -> Json:
    """Who publishes it all."""
    return {"@id": "https://www.cultuuroptil.be/", "@type": "foaf:Agent", "foaf:name": "OP/TIL"}


def moment(when: datetime) -> Json:
    """A moment as DCAT has it."""
    return {"@value": when.isoformat(), "@type": "xsd:dateTime"}


def dutch(text: str) -> Json:
    """A text in Dutch."""
    return {"@value": text, "@language": "nl"}

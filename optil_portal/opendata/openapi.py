"""The lists as an OpenAPI 3.1 document, from the declarations that answer them."""

from typing import Any

from django.urls import get_script_prefix
from django_filters import Filter

from optil_portal.opendata.lists import ANSWERED, declared
from optil_portal.records.addresses import address
from optil_portal.records.columns import Column, Dataset
from optil_portal.records.facets import Facet
from optil_portal.records.formats import FORMATS, Format
from optil_portal.records.licence import ATTRIBUTION, licence
from optil_portal.records.listing import RecordList

Json = dict[str, Any]

ABOUT = (
    "Elke lijst van het portaal in elk formaat, op een adres naast haar bladzijde en met dezelfde vragen: wat "
    "/projecten/?thema=lezen toont, geeft /projecten.csv?thema=lezen. Wat een lijst niet herkent, laat ze weg; JSON en "
    "GeoJSON zeggen dan wat, in niet_herkend. Je hebt geen sleutel nodig."
)
HEADERS = {
    "ETag": ("Verandert mee met de inhoud; stuur hem terug in If-None-Match", {"type": "string"}),
    "Last-Modified": ("Sinds wanneer de lijst zo is", {"type": "string"}),
    "Access-Control-Allow-Origin": ("Scripts op elke site mogen de data lezen", {"const": "*"}),
}
MOMENT = {"type": ["string", "null"], "format": "date-time"}
WEB = {"type": "string", "format": "uri"}
COLOPHON: Json = {
    "titel": {"type": "string"},
    "beschrijving": {"type": "string"},
    "url": WEB | {"description": "De bladzijde met dezelfde lijst"},
    "gewijzigd_op": MOMENT | {"description": "Wanneer een van de records het laatst veranderde"},
    "licentie": {"$ref": "#/components/schemas/licentie"},
    "bron": {"type": "string", "description": "Hoe je de bron vermeldt"},
    "documentatie": WEB,
    "niet_herkend": {
        "type": "array",
        "items": {"type": "string"},
        "description": "De velden in de vraag waarvan een deel is weggelaten",
    },
}
NUMBERS = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}


def description(base: str) -> Json:
    """The document for a portal at the address `base`."""
    name, url = licence()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "IGS cultuur: open data",
            "version": "1.0.0",
            "summary": "Regio’s, gemeenten, bibliotheken, projecten en thema’s van de IGS’en cultuur",
            "description": f"{ABOUT}\n\nBron: {ATTRIBUTION}.",
            "contact": {"name": "OP/TIL", "email": "info@cultuuroptil.be", "url": "https://www.cultuuroptil.be/"},
            "license": {"name": name} | ({"url": url} if url else {}),
        },
        "servers": [{"url": f"{base}{get_script_prefix()}".rstrip("/")}],
        "externalDocs": {"url": f"{base}{address('open_data')}", "description": "De uitleg voor mensen"},
        "tags": [{"name": one.name, "description": one.description} for one in map(declared, ANSWERED)],
        "paths": dict(path for view in ANSWERED for path in paths(view)),
        "components": {"schemas": schemas(), "headers": headers()},
    }


def headers() -> Json:
    """What goes with every answer."""
    return {name: {"description": about, "schema": schema} for name, (about, schema) in HEADERS.items()}


def paths(view: type[RecordList]) -> list[tuple[str, Json]]:
    """The address of a list in each of its formats, with what it answers."""
    dataset = declared(view)
    return [(f"/{dataset.name}.{name}", {"get": operation(view, dataset, FORMATS[name])}) for name in dataset.formats]


def operation(view: type[RecordList], dataset: Dataset, form: Format) -> Json:
    """What a list answers in a format, and to which questions."""
    asked = parameters(view)
    if form.name == "csv":
        asked.append(parameter("excel", "1 voor een Belgische Excel: puntkomma en kommagetallen", {"enum": ["1"]}))
    return {
        "operationId": f"{dataset.name}_{form.name}",
        "tags": [dataset.name],
        "summary": f"{dataset.title} als {form.label}",
        "description": dataset.description,
        "parameters": asked,
        "responses": {
            "200": {
                "description": form.explanation,
                "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS},
                "content": {form.content_type.partition(";")[0]: {"schema": schema_of(dataset, form)}},
            },
            "304": {"description": "Je hebt de lijst al zoals ze is"},
            "400": {"description": "Het adres is niet te lezen", "content": {"text/html": {}}},
        },
    }


def schema_of(dataset: Dataset, form: Format) -> Json:
    """What an answer in a format is: described further where JSON Schema can."""
    described = {"json": dataset.name, "geojson": f"{dataset.name}_geojson"}
    if form.name in described:
        return {"$ref": f"#/components/schemas/{described[form.name]}"}
    return {"type": "string"}


def parameters(view: type[RecordList]) -> list[Json]:
    """What may be asked of a list, as its filter and its orders have it."""
    filters = view.filterset_class.base_filters if view.filterset_class else {}
    asked = [parameter(name, told(name, one), type_of(one)) for name, one in filters.items()]
    asked += [parameter(name, about, {"type": "string"}) for name, about in view.asks.items()]
    if view.sorts:
        asked.append(parameter("sorteer", "De volgorde", {"type": "string", "enum": list(view.sorts)}))
    return asked


def parameter(name: str, about: str, schema: Json) -> Json:
    """Something that may be asked in the query string."""
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}


def told(name: str, one: Filter) -> str:
    """What a filter does: its label, or else that it is the one of the page."""
    return one.extra.get("help_text") or one.label or f"Als ‘{name}’ in het adres van de bladzijde"


def type_of(one: Filter) -> Json:
    """What a filter takes: a text, or where it may be repeated, several."""
    if isinstance(one, Facet) and not one.single:
        return {"type": "array", "items": {"type": "string"}}
    return {"type": "string"}


def schemas() -> Json:
    """What the lists hold."""
    found: Json = {"licentie": thing({"naam": {"type": "string"}, "url": {"type": ["string", "null"]}})}
    for dataset in map(declared, ANSWERED):
        record = f"{dataset.name}_record"
        found[record] = thing({column.name: told_of(column) for column in dataset.columns})
        found[dataset.name] = thing(
            COLOPHON | {"records": array(record), "aantal": {"type": "integer", "minimum": 0}}, dataset.description
        )
        if dataset.points:
            feature = f"{dataset.name}_feature"
            found[feature] = feature_of(record, dataset)
            found[f"{dataset.name}_geojson"] = thing(
                {"type": {"const": "FeatureCollection"}} | COLOPHON | {"features": array(feature)}
            )
    return found


def thing(properties: Json, about: str = "") -> Json:
    """An object that has all of the properties, and no other."""
    described = {"description": about} if about else {}
    return described | {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def array(name: str) -> Json:
    """A list of what a schema describes."""
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def told_of(column: Column) -> Json:
    """What a column holds; null where a value may be unknown."""
    schema = dict(column.kind.schema)
    if not column.sure:
        schema["type"] = [schema["type"], "null"]
    return schema | {"description": column.description}


def feature_of(record: str, dataset: Dataset) -> Json:
    """A record of a list on the map."""
    point = thing({"type": {"const": "Point"}, "coordinates": NUMBERS})
    points = thing({"type": {"const": "MultiPoint"}, "coordinates": {"type": "array", "items": NUMBERS}})
    return thing(
        {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": {"oneOf": [point, points, {"type": "null"}], "description": f"Punten: {dataset.places}"},
            "properties": {"$ref": f"#/components/schemas/{record}"},
        }
    )

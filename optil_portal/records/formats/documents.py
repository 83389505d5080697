"""A list as JSON and as GeoJSON."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from optil_portal.records.formats.taking import Format, Taking


def encoded(value: Any) -> Any:
    """A value that JSON has no form for: days and moments as ISO 8601 has them, and decimals as numbers."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"JSON heeft geen vorm voor {type(value)}.")


def dumped(value: Any) -> str:
    """A value as JSON."""
    return json.dumps(value, default=encoded, ensure_ascii=False)


def with_list(head: dict[str, Any], name: str, items: Iterator[Any], counted: bool) -> Iterator[bytes]:
    """An object with the members of `head`, the items under `name` one a line, and perhaps their number at the end."""
    yield f'{dumped(head)[:-1]}, "{name}": ['.encode()
    number = 0
    for number, item in enumerate(items, start=1):
        yield f"{',' if number > 1 else ''}\n{dumped(item)}".encode()
    yield (f'\n], "aantal": {number}}}' if counted else "\n]}").encode()


def write_json(taking: Taking) -> Iterator[bytes]:
    """The records with what goes with them; their number comes last, for only then it is known."""
    records = (taking.dataset.told(record, taking.base) for record in taking.records)
    return with_list(taking.colophon(), "records", records, counted=True)


def geometry(points: list[tuple[float, float]]) -> dict[str, Any] | None:
    """The geometry of the places of a record, None when it has none."""
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points} if points else None


def write_geojson(taking: Taking) -> Iterator[bytes]:
    """The records as features; what goes with them stands beside, as RFC 7946 lets it."""
    dataset = taking.dataset
    features = (
        {
            "type": "Feature",
            "id": record.slug,
            "geometry": geometry(dataset.points(record)) if dataset.points else None,
            "properties": dataset.told(record, taking.base),
        }
        for record in taking.records
    )
    return with_list({"type": "FeatureCollection", **taking.colophon()}, "features", features, counted=False)


JSON = Format(
    "json",
    "JSON",
    "application/json",
    "Voor programma’s. Namen en waarden als in de tabel van de kolommen; wat niet bekend is, is null.",
    False,
    write_json,
)
GEOJSON = Format(
    "geojson",
    "GeoJSON",
    "application/geo+json",
    "Voor kaarten, in WGS84 (lengtegraad, breedtegraad).",
    False,
    write_geojson,
)

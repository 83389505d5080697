"""A list as others read it: from its pages, and from its files with readers that are not ours."""

import csv
import json
import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlsplit

import feedparser  # type: ignore[import-untyped]
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from optil_portal.opendata.lists import LISTS, declared
from optil_portal.records.columns import Column, Dataset, Kind
from optil_portal.records.listing import RecordList
from tests.visiting import Page, section, visit

VIEWS: dict[str, type[RecordList]] = {declared(view).name: view for view in LISTS}
# The section of the page that holds the list.
SECTIONS = {
    "projecten": "gevonden",
    "bibliotheken": "gevonden",
    "regios": "lijst",
    "gemeenten": "az",
    "themas": "themas",
}
SLUG = r"[a-z0-9-]+"


def dataset(name: str) -> Dataset:
    """What a list holds."""
    return declared(VIEWS[name])


def taken(client: Client, name: str, form: str, query: str = "", **headers: str) -> Any:
    """A list in a format."""
    return client.get(f"/{name}.{form}{query}", headers=headers)


def content(response: Any) -> bytes:
    """All of an answer, whether it came at once or not."""
    return b"".join(response.streaming_content) if response.streaming else response.content


# The records of a list, each by its id.


def ids_on_pages(client: Client, name: str, query: str) -> list[str]:
    """Those on all pages of a list."""
    page = visit(client, f"/{name}/{query}")
    found = ids_on(page, name)
    while following := [one.get("href", "") for one in page.root.iter("a") if one.get("rel") == "next"]:
        page = visit(client, f"/{name}/{following[0]}")
        found += ids_on(page, name)
    return found


def ids_on(page: Page, name: str) -> list[str]:
    """Those on one page."""
    if f'id="{SECTIONS[name]}"' not in page.content:
        return []
    paths = [urlsplit(one.get("href", "")).path for one in section(page, SECTIONS[name]).iter("a")]
    return [found[1] for path in paths if (found := re.fullmatch(rf"/{name}/({SLUG})/", path))]


def csv_rows(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def xlsx_rows(data: bytes) -> list[dict[str, Any]]:
    """The rows of the first sheet of a workbook, with what is empty as None."""
    head, *rows = load_workbook(BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def xlsx_text(data: bytes) -> str:
    """All that stands in a workbook."""
    sheets = load_workbook(BytesIO(data)).worksheets
    return "\n".join(str(value) for sheet in sheets for row in sheet.iter_rows(values_only=True) for value in row)


def feed(data: bytes) -> Any:
    return feedparser.parse(data)


def atom_ids(data: bytes) -> list[str]:
    return [urlsplit(entry.link).path.split("/")[-2] for entry in feed(data).entries]


IDS: dict[str, Callable[[bytes], list[str]]] = {
    "csv": lambda data: [row["id"] for row in csv_rows(data)],
    "xlsx": lambda data: [row["id"] for row in xlsx_rows(data)],
    "json": lambda data: [record["id"] for record in json.loads(data)["records"]],
    "geojson": lambda data: [feature["id"] for feature in json.loads(data)["features"]],
    "atom": atom_ids,
}


def ids(client: Client, name: str, form: str, query: str = "") -> list[str]:
    """Those of a list in a format."""
    return IDS[form](content(taken(client, name, form, query)))


# A value as a reader of a table makes it of a cell, in the form that JSON has it.


def from_csv(column: Column, cell: str, comma: bool = False) -> Any:
    if column.kind is Kind.LIST:
        return unguarded(cell).split(" | ") if cell else []
    if cell == "":
        return None
    match column.kind:
        case Kind.NUMBER:
            return int(cell)
        case Kind.DECIMAL:
            return float(cell.replace(",", ".") if comma else cell)
        case Kind.YES_NO:
            return {"ja": True, "nee": False}[cell]
    return unguarded(cell)


def unguarded(cell: str) -> str:
    """A text without the apostrophe that keeps it from being calculated."""
    return cell[1:] if re.match("'[-=+@\t\r\n＝＋－＠]", cell) else cell


def from_xlsx(column: Column, value: Any) -> Any:
    if column.kind is Kind.LIST:
        return value.split(" | ") if value else []
    if column.kind is Kind.DAY and value is not None:
        return value.date().isoformat()
    return value


def to_the_second(moment: str | None) -> datetime | None:
    """A moment of JSON as a workbook has it."""
    if moment is None:
        return None
    return timezone.localtime(datetime.fromisoformat(moment)).replace(tzinfo=None, microsecond=0)

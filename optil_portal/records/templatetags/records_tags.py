"""What every page shows of a record: where it comes from, and the pages of a list."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from django import template
from django.utils.dateformat import format as formatted

from optil_portal.records.addresses import address
from optil_portal.records.models import Confidence, Record

register = template.Library()
register.simple_tag(address)


@register.filter
@lru_cache(maxsize=1024)
def day(value: date | None) -> str:
    """A day as people read it: 9 oktober 2025; "" when it is not known."""
    return formatted(value, "j F Y") if value else ""


class Source(NamedTuple):
    """Somebody who says so: a name, an address or "", and what comes from there or ""."""

    name: str
    url: str
    what: str


@register.inclusion_tag("records/_provenance.html")
def provenance(record: Record) -> dict[str, Any]:
    """Where a record comes from, when it was checked, and what is not certain about it."""
    further = [parsed(line) for line in record.further_sources.splitlines()]
    return {"record": record, "further": further, "uncertain": record.confidence in UNCERTAIN}


UNCERTAIN = (Confidence.MEDIUM, Confidence.LOW)


def parsed(line: str) -> Source:
    """A line of the field with further sources: "https://example.org/a (what)" or "Name (what)"."""
    told, bracket, what = line.strip().removesuffix(")").partition(" (")
    if not bracket:
        told = line.strip()
    if told.startswith(("https://", "http://")):
        return Source(told.split("/")[2].removeprefix("www."), told, what)
    return Source(told, "", what)

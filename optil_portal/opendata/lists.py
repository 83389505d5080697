"""Which lists can be taken along whole, and what there is to tell of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from django.db.models import QuerySet, Value
from django.urls import get_script_prefix

from igs.lists import MunicipalityList, RegionList
from libraries.views import LibraryList
from optil_portal.records.columns import Dataset
from optil_portal.records.formats import FORMATS, Format
from optil_portal.records.listing import RecordList
from optil_portal.records.models import LONG_AGO
from optil_portal.records.templatetags.records_tags import Source, parsed
from projects.lists import ProjectList, ThemeList
from projects.take_along import TakeAlong

LISTS: tuple[type[RecordList], ...] = (ProjectList, RegionList, MunicipalityList, LibraryList, ThemeList)
ANSWERED = (*LISTS, TakeAlong)  # with the one that is there only when somebody asks for it


class SourceRow(NamedTuple):
    """That some records of a list, its own or those it tells from, have a source."""

    list: str
    own: bool
    name: str
    url: str
    further: str
    records: int
    changed: datetime


@dataclass
class Whole:
    """A list as it is when nothing is asked, by its numbers and its sources."""

    view: type[RecordList]
    count: int = 0
    changed: datetime = LONG_AGO
    sources: dict[Source, int] = field(default_factory=dict)

    @property
    def dataset(self) -> Dataset:
        """What the list holds."""
        return declared(self.view)

    @property
    def address(self) -> str:
        """The path of its page without the slash at the end, to which a format adds its name."""
        return f"{get_script_prefix()}{self.dataset.name}"

    @property
    def formats(self) -> list[Format]:
        """The formats in which there is this list."""
        return [FORMATS[name] for name in self.dataset.formats]

    def add(self, row: SourceRow) -> None:
        """Count a source, and those that go with it."""
        self.changed = max(self.changed, row.changed)
        self.count += row.records if row.own else 0
        for source in (Source(row.name, row.url, ""), *map(parsed, row.further.splitlines())):
            known = Source(source.name, source.url, "")
            self.sources[known] = self.sources.get(known, 0) + row.records

    @property
    def thanks(self) -> list["Thanks"]:
        """The sources by name, each with its pages and with how many records tell from it."""
        named: dict[str, Thanks] = {}
        for source, records in sorted(self.sources.items(), key=lambda pair: (pair[0].name.casefold(), pair[0].url)):
            _, before, pages = named.get(source.name, Thanks(source.name, 0, []))
            page = [(told(source.url), source.url)] if source.url else []
            named[source.name] = Thanks(source.name, before + records, pages + page)
        return list(named.values())


class Thanks(NamedTuple):
    """A source, how many records tell from it, and the words and the address of each of its pages."""

    name: str
    records: int
    pages: list[tuple[str, str]]


def told(address: str) -> str:
    """An address in the words that stand in it: "bib wil boeken" for "https://www.voorbeeld.be/nieuws/bib-wil-boeken"."""
    parts = urlsplit(address)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]).partition("~")[0].partition(".")[0]
    words = re.sub(r"[-_]+", " ", last).strip()
    return words if " " in words else f"{parts.netloc.removeprefix('www.')}{unquote(parts.path)}".rstrip("/")


def declared(view: type[RecordList]) -> Dataset:
    """What a list holds; raises LookupError for one that cannot be taken along."""
    if view.dataset is None:
        raise LookupError(f"{view.__name__} zegt niet wat erin staat.")
    return view.dataset


def source_rows() -> Iterator[SourceRow]:
    """The sources of all lists, in one query."""
    first, *others = (rows for view in LISTS for rows in rows_of(declared(view)))
    return (SourceRow(*row) for row in first.union(*others, all=True))


def rows_of(dataset: Dataset) -> list[QuerySet]:
    """The sources of the public records of a list, and of those that it tells from too."""
    tables = ((dataset.tables[0], True), *((table, False) for table in dataset.told_by))
    return [table._default_manager.published().sources(Value(dataset.name), Value(own)) for table, own in tables]


def wholes() -> list[Whole]:
    """Every list with its numbers and its sources."""
    found = {declared(view).name: Whole(view) for view in LISTS}
    for row in source_rows():
        found[row.list].add(row)
    return list(found.values())

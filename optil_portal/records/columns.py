"""What a list holds, declared once for every format in which it can be taken along."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from optil_portal.records.models import Record, last_change

Find = str | Callable[[Any], Any]

TABLES = ("csv", "xlsx", "json", "atom")


class Kind(Enum):
    """What the values of a column are: how we call that in Dutch, and as JSON Schema."""

    TEXT = ("tekst", {"type": "string"})
    NUMBER = ("geheel getal", {"type": "integer"})
    DECIMAL = ("kommagetal", {"type": "number"})
    YES_NO = ("ja of nee", {"type": "boolean"})
    DAY = ("datum", {"type": "string", "format": "date"})
    MOMENT = ("tijdstip", {"type": "string", "format": "date-time"})
    PAGE = ("adres op dit portaal", {"type": "string", "format": "uri"})
    LINK = ("webadres", {"type": "string", "format": "uri"})
    LIST = ("lijst", {"type": "array", "items": {"type": "string"}})

    def __init__(self, label: str, schema: dict[str, Any]) -> None:
        """Keep both."""
        self.label = label
        self.schema = schema


class Column(NamedTuple):
    """One of the things that are told of each record of a list.

    `find` is where its value is: attributes with dots between them, or a function of the record. `sure` says that
    there is always one.
    """

    name: str
    description: str
    kind: Kind
    find: Find
    sure: bool = False

    def value(self, record: Any) -> Any:
        """The value of a record, None where it is not known."""
        found = self.find(record) if callable(self.find) else follow(record, self.find)
        return None if found == "" else found


def follow(record: Any, path: str) -> Any:
    """What the attributes of a path lead to, None where one of them does."""
    for name in path.split("."):
        if record is None:
            return None
        record = getattr(record, name)
    return record


Point = tuple[float, float]


@dataclass(frozen=True)
class Dataset:
    """A list that can be taken along.

    `name` stands in its addresses. `ready` makes a queryset bring all that the columns tell of a day, `tables` are
    those whose changes change it, the first with its own records, and `told_by` the kinds of records beside its own
    from whose sources it tells too. `points` gives the longitude and latitude of each of the places of a record, and
    `places` says what those are. What `is_dated` reads otherwise on another day. `columns_of`
    is the name of another list that has the same columns, and explains them.
    """

    name: str
    title: str
    description: str
    ready: Callable[[Any, date], QuerySet]
    tables: tuple[type[Record], ...]
    columns: list[Column]
    summary: Find
    points: Callable[[Any], list[Point]] | None = None
    places: str = ""
    told_by: tuple[type[Record], ...] = ()
    is_dated: bool = False
    columns_of: str = ""

    @property
    def explained(self) -> str:
        """The name under which the page of the open data explains the columns."""
        return self.columns_of or self.name

    @property
    def formats(self) -> tuple[str, ...]:
        """The names of the formats in which there is this list."""
        return (*TABLES, "geojson") if self.points else TABLES

    def fresh_since(self) -> datetime:
        """Since when the list may read as it does: the last change of its tables; what is dated, at most midnight."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        changed = last_change(self.tables)
        return max(changed, midnight) if self.is_dated else changed

    def row(self, record: Any, base: str) -> Iterator[Any]:
        """The values of a record in the order of the columns, the addresses of pages made whole with `base`."""
        for column in self.columns:
            value = column.value(record)
            yield f"{base}{value}" if column.kind is Kind.PAGE and value else value

    def told(self, record: Any, base: str) -> dict[str, Any]:
        """The values of a record by the names of the columns."""
        return dict(zip((column.name for column in self.columns), self.row(record, base), strict=True))


def names(field: str, attribute: str = "name") -> Callable[[Any], list[str]]:
    """What finds an attribute of each of the records in a field that a queryset has prefetched."""
    return lambda record: [getattr(one, attribute) for one in getattr(record, field).all()]


ADDRESS_COLUMNS = [
    Column("id", "Korte naam in het adres; blijft gelijk en is uniek in deze lijst", Kind.TEXT, "slug", sure=True),
    Column("url", "De bladzijde op dit portaal", Kind.PAGE, lambda record: record.get_absolute_url(), sure=True),
]
SOURCE_COLUMNS = [
    Column("bron", "Wie het zegt", Kind.TEXT, "source_name", sure=True),
    Column("bron_url", "Waar dat staat", Kind.LINK, "source_url"),
    Column("bron_datum", "Wanneer de bron verscheen", Kind.DAY, "source_date"),
    Column(
        "verdere_bronnen",
        "Wat nog uit andere bronnen komt, met tussen haakjes wat",
        Kind.LIST,
        lambda record: [line for line in record.further_sources.splitlines() if line.strip()],
        sure=True,
    ),
    Column(
        "zekerheid",
        "Hoe zeker de gegevens zijn: hoog, middel of laag",
        Kind.TEXT,
        lambda record: record.get_confidence_display(),
    ),
    Column("nog_te_bevestigen", "Wat nog onzeker is", Kind.TEXT, "doubt"),
    Column("opmerking", "Wat je erbij moet weten", Kind.TEXT, "note"),
    Column("nagekeken_op", "De laatste dag waarop het naast de bron gelegd is", Kind.DAY, "checked_on"),
    Column("gewijzigd_op", "Wanneer het hier voor het laatst gewijzigd is", Kind.MOMENT, "changed", sure=True),
]

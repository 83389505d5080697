"""What a format is, and what it is given to write."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.http import QueryDict

from optil_portal.records.addresses import address
from optil_portal.records.columns import Dataset
from optil_portal.records.folding import as_asked
from optil_portal.records.licence import ATTRIBUTION, licence


@dataclass(frozen=True)
class Taking:
    """A list as somebody takes it along: what was asked, and the records that answer it.

    `address` is the path of the page and `base` the site before it, `asked` what of the query string narrows or orders
    the list, and `ignored` the keys in it of which the list left something out. `changed` is when a record did so
    last.
    """

    dataset: Dataset
    records: Iterable[Any]
    address: str
    asked: QueryDict
    base: str
    changed: datetime | None
    ignored: list[str]
    for_excel: bool

    @property
    def page(self) -> str:
        """The whole address of the page with the same list."""
        return f"{self.base}{self.address}{self.query}"

    @property
    def query(self) -> str:
        """What was asked as it stands in an address."""
        return f"?{self.asked.urlencode()}" if self.asked else ""

    @property
    def title(self) -> str:
        """The name of the list, with what was asked of it."""
        words = [word for _, values in self.asked.lists() for value in values if (word := as_asked(value))]
        return f"{self.dataset.title}: {', '.join(words)}" if words else self.dataset.title

    def beside(self, name: str) -> str:
        """The whole address of the same list in the format of a name."""
        return f"{self.base}{self.address.rstrip('/')}.{name}{self.query}"

    def rows(self) -> Iterator[list[Any]]:
        """The values of each record in the order of the columns."""
        return (list(self.dataset.row(record, self.base)) for record in self.records)

    def colophon(self) -> dict[str, Any]:
        """What goes with the records in every format that has room for it."""
        name, url = licence()
        return {
            "titel": self.title,
            "beschrijving": self.dataset.description,
            "url": self.page,
            "gewijzigd_op": self.changed,
            "licentie": {"naam": name, "url": url or None},
            "bron": ATTRIBUTION,
            "documentatie": f"{self.base}{address('open_data')}#{self.dataset.explained}",
            "niet_herkend": self.ignored,
        }


class Format(NamedTuple):
    """A form in which a list can be taken along.

    `write` gives the bytes in parts. A file `is_saved`, where others are read at their address.
    """

    name: str
    label: str
    content_type: str
    explanation: str
    is_saved: bool
    write: Callable[[Taking], Iterator[bytes]]

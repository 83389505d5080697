"""What the one box for everything finds: records of every kind, by kind, the kind of the best guess first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString

from igs.models import Municipality, Region
from libraries.models import Library
from optil_portal.records.addresses import address
from optil_portal.records.clock import today
from optil_portal.records.index import SEPARATOR
from optil_portal.records.search import Hit, Question, counted, understood
from projects.models import Project, Theme

SHOWN = 12
SUGGESTED = 8


@dataclass(frozen=True)
class Kind:
    """A kind of record: what it is called, its page, the list that can be searched or "", and its search fields.

    Each field has a label, or "" when it is a text; the first `names` of them hold what the record is called.
    """

    one: str
    many: str
    page: str
    every: str
    fields: tuple[str, ...]
    names: int = 1


KINDS = {
    Region.search_kind: Kind(
        "regio", "regio’s", "igs:region_detail", "", ("", "ook bekend als", "officieel", ""), names=3
    ),
    Municipality.search_kind: Kind(
        "gemeente",
        "gemeenten",
        "igs:municipality_detail",
        "",
        ("", "vroegere gemeente", "plaats", "postnummer"),
        names=4,
    ),
    Theme.search_kind: Kind("thema", "thema’s", "projects:theme_detail", "", ("", "", "", "")),
    Project.search_kind: Kind(
        "project",
        "projecten",
        "projects:project_detail",
        "projects:project_list",
        Project.search_labels,
    ),
    Library.search_kind: Kind(
        "bibliotheek",
        "bibliotheken",
        "libraries:library_detail",
        "libraries:library_list",
        ("", "plaats", "netwerk", "adres", "postnummer"),
    ),
}


class Row(NamedTuple):
    """A find as a list shows it."""

    address: str
    title: SafeString
    why: SafeString | str
    is_municipality: bool
    region: tuple[str, str] | None  # of a municipality that is in one, its name and address


@dataclass
class Find:
    """A record that was found, and why."""

    hit: Hit
    question: Question
    region: Region | None = None

    @property
    def kind(self) -> Kind:
        """What kind of record it is."""
        return KINDS[self.hit.kind]

    @property
    def is_municipality(self) -> bool:
        """Whether it is in a region, or in none."""
        return self.hit.kind == Municipality.search_kind

    @property
    def address(self) -> str:
        """Its page."""
        return address(self.kind.page, self.hit.slug)

    @property
    def title(self) -> SafeString:
        """Its name, with what was found in it marked."""
        return self.question.marked(self.hit.name)

    @property
    def is_meant(self) -> bool:
        """Whether one of its names, of now or before, is nothing but what was asked."""
        names = self.hit.passages[: self.kind.names]
        return any(self.question.is_all_of(name) for passage in names for name in passage.split(SEPARATOR))

    @property
    def row(self) -> Row:
        """It as a list shows it."""
        region = (self.region.name, self.region.get_absolute_url()) if self.region else None
        return Row(self.address, self.title, self.why, self.is_municipality, region)

    @property
    def why(self) -> SafeString | str:
        """Where else in it something was found, marked; "" when that is nowhere."""
        return next(self.reasons(), "")

    def reasons(self) -> Iterator[SafeString]:
        """What was found in the fields but its name, the best first: in a text, or in a name when not in its own."""
        fields = list(zip(self.kind.fields, self.hit.passages, strict=True))[1:]
        if self.question.stands_in(self.hit.name):
            fields = [(label, passage) for label, passage in fields if not label]
        labels, passages = zip(*fields, strict=True) if fields else ((), ())
        return self.question.reasons(passages, labels)


@dataclass
class Group:
    """The finds of one kind, and how many there are of it."""

    kind: Kind
    count: int
    finds: list[Find]

    @property
    def rows(self) -> list[Row]:
        """The finds as a list shows them."""
        return [find.row for find in self.finds]


def asked(words: str) -> Question:
    """What somebody asks of everything."""
    return understood(words, *KINDS)


def found(question: Question) -> list[Group]:
    """What answers a question, by kind."""
    if not question.is_answerable:
        return []
    finds = guessed(question.hits(SHOWN, *KINDS), question)
    add_regions([find for find in finds if find.is_municipality])
    groups: dict[int, Group] = {}
    for find in finds:
        groups.setdefault(find.hit.kind, Group(find.kind, find.hit.total, [])).finds.append(find)
    return list(groups.values())


@dataclass
class WayOut:
    """A shorter question, and how many records answer it."""

    words: str
    count: int


def ways_out(question: Question) -> list[WayOut]:
    """What to ask instead of a question that finds nothing: all but one of its words, or else one of them."""
    questions = question.shorter
    ways = [WayOut(one.as_asked, count) for one, count in zip(questions, counted(questions, *KINDS), strict=True)]
    less, alone = ways[: len(question.terms)], ways[len(question.terms) :]
    fruitful = [way for way in less if way.count] or [way for way in alone if way.count]
    return sorted(fruitful, key=lambda way: -way.count)


def suggested(words: str) -> list[Find]:
    """The best guesses, of whatever kind, while somebody is still typing."""
    question = asked(words)
    hits = question.hits(SUGGESTED, *KINDS)[:SUGGESTED] if question.is_answerable else []
    return guessed(hits, question)


def guessed(hits: Iterable[Hit], question: Question) -> list[Find]:
    """The hits in their order, but first those that are called nothing but what was asked."""
    return sorted((Find(hit, question) for hit in hits), key=lambda find: not find.is_meant)


def add_regions(finds: list[Find]) -> None:
    """Tell of municipalities in which region they are today."""
    records = [find.hit.record for find in finds]
    found = Municipality.objects.with_region(today()).in_bulk(records) if records else {}
    for find in finds:
        find.region = found[find.hit.record].region

"""Facets: what a list can be narrowed by, each declared once for all that a page does with it."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import cached_property, reduce
from operator import or_
from typing import Any, NamedTuple

from django import forms
from django.db.models import Choices, Model, Q, QuerySet, Value
from django.utils.text import slugify
from django_filters import Filter

from optil_portal.records.prepared import Prepared
from optil_portal.records.sets import Bits, Sets, merged, united

YEARS = range(1900, 2101)


class Choice(NamedTuple):
    """A value that an address chooses or excludes: as the address and the database have it, its name and its place."""

    key: str
    value: str
    stored: Any
    name: str
    place: int = 0
    excluded: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """The key and the value as they stand in the address."""
        return self.key, f"-{self.value}" if self.excluded else self.value


class Row(NamedTuple):
    """How many records have a value of a facet, with the name of that and its place among the others."""

    key: str
    value: str
    name: str
    place: int
    records: int


class Option(NamedTuple):
    """A value of a facet with its name, and how many records the list would have with no other value of that facet."""

    value: str
    name: str
    records: int


class Named(NamedTuple):
    """The records of a model with a slug, by the field with their name and that with their place, if they have one."""

    model: type[Model]
    name: str = "name"
    place: str = ""


class Values(forms.Field):
    """The different values that an address gives one key."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Iterable[str]) -> list[str]:
        """The values that are not empty, each once."""
        return [*dict.fromkeys(one for one in value if one)]


class Facet(Filter):
    """What records can be narrowed by.

    `told` is a piece of a sentence with a place for names, as " over {}"; `common` names are written small in it.
    """

    field_class = Values
    single = False

    def __init__(self, label: str, told: str, *, common: bool = False) -> None:
        """Keep what to call it."""
        super().__init__(label=label)
        self.told = told
        self.common = common

    @abstractmethod
    def columns(self) -> list[str]:
        """The columns of a record in which its values stand."""

    def links(self) -> dict[str, Any]:
        """The many-to-manys in which they stand, by name."""
        return {}

    @abstractmethod
    def choices(self, key: str) -> list[Choice] | QuerySet:
        """All that can be chosen, as choices or as the query for the fields of those."""

    @abstractmethod
    def sets(self, holding: dict[str, Sets]) -> Sets:
        """The records with each value, from those with what stands in each column and many-to-many."""

    def having(self, sets: Sets, stored: Sequence[Any]) -> Bits:
        """The records among those with one of the values: what `condition` is to a database."""
        return united(sets.get(one, 0) for one in stored)

    @abstractmethod
    def condition(self, stored: Sequence[Any]) -> Q:
        """The condition that a record has one of the values."""

    def all_options(self, rows: Sequence[Row], choices: Sequence[Choice]) -> list[Option]:
        """The options that were counted, and those that are chosen or excluded though no record has them."""
        options = self.options(rows)
        counted = {option.value for option in options}
        missing = [choice for choice in choices if choice.value not in counted]
        return self.options([*rows, *map(self.uncounted, missing)]) if missing else options

    def uncounted(self, choice: Choice) -> Row:
        """The row of a choice that no record has."""
        return Row(choice.key, choice.value, choice.name, choice.place, 0)

    def options(self, rows: Iterable[Row]) -> list[Option]:
        """The options in their order, from the rows that were counted."""
        in_order = sorted(rows, key=lambda row: (row.place, row.name.casefold()))
        return [Option(row.value, row.name, row.records) for row in in_order]

    def sentence(self, names: Sequence[str]) -> str:
        """The piece of a sentence that tells the names: " over lezen, collecties of partners"."""
        *first, last = [f"{name[:1].lower()}{name[1:]}" for name in names] if self.common else names
        return self.told.format(f"{', '.join(first)} of {last}" if first else last)


class RecordFacet(Facet):
    """A facet whose values are records.

    `fields` lead from a record to them: a column of its own, many-to-manys, or both. Where there is a `via`, they lead
    to the first of each pair that it gives for a day, and the value is the second; then at most one is a column.
    """

    def __init__(
        self,
        label: str,
        told: str,
        *fields: str,
        named: Named,
        via: Prepared | None = None,
        common: bool = False,
    ) -> None:
        """Keep how a record relates to the values, and what those are called."""
        super().__init__(label, told, common=common)
        self.fields = fields
        self.named = named
        self.via = via

    @cached_property
    def pairs(self) -> list[tuple[Any, Any]]:
        """What `via` gives on the day of the list, asked once for it; nothing where there is none."""
        return self.via(on=self.parent.day) if self.via else []

    def many(self, field: str) -> Any:
        """The many-to-many of a name; None when that is a column."""
        many = {one.name: one for one in self.model._meta.many_to_many}
        return many.get(field)

    def columns(self) -> list[str]:
        """The columns among the fields."""
        return [field for field in self.fields if not self.many(field)]

    def links(self) -> dict[str, Any]:
        """The many-to-manys among the fields."""
        return {field: many for field in self.fields if (many := self.many(field))}

    def choices(self, key: str) -> list[Choice] | QuerySet:
        """The query for all records of the model."""
        records = self.named.model._default_manager.order_by()
        return records.values_list(Value(key), "slug", "pk", self.named.name, self.named.place or Value(0))

    def condition(self, stored: Sequence[Any]) -> Q:
        """The condition that one of the fields leads to one of the values."""
        if self.via:
            stored = [first for first, second in self.pairs if second in stored]
        condition = Q()
        for field in self.fields:
            if many := self.many(field):
                through = many.remote_field.through._default_manager
                rows = through.filter(**{f"{many.m2m_reverse_field_name()}__in": stored})
                condition |= Q(pk__in=rows.values(many.m2m_field_name()))
            else:
                condition |= Q(**{f"{field}__in": stored})
        return condition

    def sets(self, holding: dict[str, Sets]) -> Sets:
        """The records with each value, in whichever of the fields."""
        led = merged(pair for field in self.fields for pair in holding[field].items())
        if not self.via:
            return led
        return merged((second, led[first]) for first, second in self.pairs if first in led)


class ChoiceFacet(RecordFacet):
    """A facet whose values are the choices of a field; the address has them by their Dutch labels."""

    def __init__(
        self,
        label: str,
        told: str,
        *fields: str,
        choices: type[Choices],
        via: Prepared | None = None,
        common: bool = False,
    ) -> None:
        """Keep how a record relates to the choices."""
        Facet.__init__(self, label, told, common=common)
        self.fields = fields
        self.via = via
        self.labels = [(value, slugify(label), str(label)) for value, label in choices.choices]

    def choices(self, key: str) -> list[Choice] | QuerySet:
        """The choices in the order of the model."""
        return [Choice(key, slug, value, name, place) for place, (value, slug, name) in enumerate(self.labels)]


class YearFacet(Facet):
    """A facet of years, each with the records whose years, from the field `first` to the field `last`, hold it."""

    def __init__(self, label: str, told: str, *, first: str, last: str) -> None:
        """Keep the names of the two fields, both empty when nothing is known."""
        super().__init__(label, told)
        self.first = first
        self.last = last

    def columns(self) -> list[str]:
        """The two years."""
        return [self.first, self.last]

    @property
    def is_known(self) -> Q:
        """The condition that a record has years, without which the database could not tell that one has others."""
        return Q(**{f"{self.last}__isnull": False})

    def choices(self, key: str) -> list[Choice] | QuerySet:
        """The years, the last one first."""
        return [Choice(key, f"{year}", year, f"{year}", -year) for year in YEARS]

    def condition(self, stored: Sequence[Any]) -> Q:
        """The condition that a record has one of the years."""
        years = (Q(**{f"{self.first}__lte": year, f"{self.last}__gte": year}) for year in stored)
        return self.is_known & reduce(or_, years)

    def sets(self, holding: dict[str, Sets]) -> Sets:
        """The records that run in each year."""
        firsts, lasts = holding[self.first], holding[self.last]
        years = [year for year in YEARS if min(firsts, default=year) <= year <= max(lasts, default=year)]
        begun = {year: united(firsts[first] for first in firsts if first <= year) for year in years}
        return {year: begun[year] & since(lasts, year) for year in years}


class SinceFacet(YearFacet):
    """A facet of years of which one is chosen, with the records that have it or a later one."""

    single = True

    def condition(self, stored: Sequence[Any]) -> Q:
        """The condition that the last year of a record is not before the first of the years."""
        return self.is_known & Q(**{f"{self.last}__gte": min(stored)})

    def sets(self, holding: dict[str, Sets]) -> Sets:
        """The records that run in a year or later, for each year that is the last of one."""
        lasts = holding[self.last]
        return {year: since(lasts, year) for year in lasts}

    def having(self, sets: Sets, stored: Sequence[Any]) -> Bits:
        """The records that run in the first of the years or later."""
        return since(sets, min(stored))

    def all_options(self, rows: Sequence[Row], choices: Sequence[Choice]) -> list[Option]:
        """The years in which something ends, the last one first, and the one that is chosen."""
        chosen = {choice.value for choice in choices}
        told, before = [], 0
        for option in super().all_options(rows, choices):
            records = max(option.records, before)  # of a year that was not counted, as of the next one that was
            if records > before or option.value in chosen:
                told.append(option._replace(records=records))
            before = records
        return told


def since(sets: Sets, year: int) -> Bits:
    """The records with a year or a later one."""
    return united(records for one, records in sets.items() if one >= year)

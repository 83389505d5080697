"""What the address of a list asks, and what the list answers beside its records: counts, a sentence, ways out.

An address asks `?thema=lezen&thema=collecties&regio=midwest&partner=-howest`: records with one of the values of each
facet that it names, and with none of the values behind a minus.

Which records have what, is kept as sets of them for as long as the content stays the same; the records themselves come
from the database, narrowed by the same choices as conditions.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from copy import copy
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, ClassVar, NamedTuple
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Value
from django.forms import Form
from django.utils.formats import number_format
from django_filters import Filter, FilterSet

from optil_portal.records.clock import today
from optil_portal.records.edition import kept_of
from optil_portal.records.facets import Choice, Facet, Option, Row
from optil_portal.records.prepared import Recipe
from optil_portal.records.ranking import Places, Ranked, first_of, places_in, rank
from optil_portal.records.search import Question, background, understood
from optil_portal.records.sets import Bits, Keys, Sets, as_set, by_value, from_database, united

MOST_CHOICES = 60  # in one address
WORDS = "q"
SORT = "sorteer"

Kind = Any  # a type of FacetedFilterSet, in which mypy sees nothing to remember it by
Pair = tuple[str, str]


class Part(NamedTuple):
    """A part of what is asked: the words, or all that is chosen from a facet, or all that is excluded."""

    key: str
    excluded: bool
    told: str
    pairs: list[Pair]


class WayOut(NamedTuple):
    """What to leave out of a question that finds nothing, or what to keep of it; and what that finds."""

    keep: bool
    told: str
    address: str
    records: int


class Holdings(NamedTuple):
    """What is kept of a list: its records, and for each facet what can be chosen and who has it."""

    everything: Bits
    places: Places  # of each record among all by name
    choices: dict[str, dict[str, Choice]]
    sets: dict[str, Sets]
    held: dict[str, list[tuple[Choice, Bits]]]  # the choices that somebody has, each with who has it


class Filters(dict[str, Filter]):
    """The filters of a kind of list, which every list copies, but for what never changes in them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Filter]:
        """Filters that can be told of which list they are."""
        return {key: copy(one) for key, one in self.items()}


class FacetedFilterSet(FilterSet):
    """The facets of a list and, as `q`, its words."""

    noun: ClassVar[Pair]  # for one record, and for more
    carried: ClassVar[tuple[str, ...]] = (SORT,)  # what stays in the address whatever is asked

    def __init__(self, *args: Any, day: date | None = None, **kwargs: Any) -> None:
        """Keep the day on which the records are looked at, today if none is given.

        Which records there are before anything is asked depends on that day only.
        """
        super().__init__(*args, **kwargs)
        self.day = day or today()

    @classmethod
    def get_filters(cls) -> Filters:
        """The filters that a list copies."""
        return Filters(super().get_filters())

    def get_form_class(self) -> type[Form]:
        """A form of what is asked only: a field that stays empty costs a page as much as one that does not."""
        kind: Kind = type(self)
        return form_of(kind, tuple(key for key in self.filters if key in self.data))

    @cached_property
    def facets(self) -> dict[str, Facet]:
        """The facets by their keys."""
        return {key: one for key, one in self.filters.items() if isinstance(one, Facet)}

    # What is asked.

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the address gives each filter, as far as it can be read."""
        return self.form.cleaned_data if self.form.is_valid() or self.form.is_bound else {}

    @property
    def words(self) -> str:
        """The words to search for."""
        return self.asked.get(WORDS, "")

    @cached_property
    def values(self) -> list[Pair]:
        """Each facet with each of its values in the address, in the order of the facets."""
        return [(key, value) for key in self.facets for value in self.asked.get(key, ())]

    @cached_property
    def choices(self) -> list[Choice]:
        """What is asked of the facets, as far as it stands for something."""
        if not self.values:
            return []
        asked = [(self.holdings.choices[key].get(value.removeprefix("-")), value) for key, value in self.values]
        found = [(choice, value.startswith("-")) for choice, value in asked[:MOST_CHOICES] if choice]
        return [choice._replace(excluded=excluded) for choice, excluded in found]

    @cached_property
    def ignored(self) -> list[str]:
        """The keys of which the address asks something that stands for nothing, and was left out."""
        taken = {choice.pair for choice in self.choices}
        unknown = {key for key, value in self.values if (key, value) not in taken}
        return sorted(unknown.union(self.form.errors))

    @cached_property
    def parts(self) -> list[Part]:
        """What is asked in parts, in the order of a sentence."""
        words = [Part(WORDS, False, f" met ‘{self.words}’", [(WORDS, self.words)])] if self.words else []
        asked = {(one.key, one.excluded) for one in self.choices}
        chosen = [(key, excluded) for excluded in (False, True) for key in self.facets]
        return words + [self.part(*one) for one in chosen if one in asked]

    def part(self, key: str, excluded: bool) -> Part:
        """What is chosen from a facet, or excluded."""
        choices = [one for one in self.choices if one.key == key and one.excluded == excluded]
        told = self.facets[key].sentence([one.name for one in choices])
        return Part(key, excluded, f", niet{told.lstrip(',')}" if excluded else told, [one.pair for one in choices])

    def stored(self, part: Part) -> list[Any]:
        """What the database has for a part of what is asked of the facets."""
        return [one.stored for one in self.choices if one.key == part.key and one.excluded == part.excluded]

    def condition(self, part: Part) -> Q:
        """The condition that a record fits such a part."""
        condition = self.facets[part.key].condition(self.stored(part))
        return ~condition if part.excluded else condition

    def fitting(self, part: Part) -> Bits:
        """The records that fit a part of what is asked."""
        if part.key == WORDS:
            return self.answering([self.question])[0]
        found = self.facets[part.key].having(self.holdings.sets[part.key], self.stored(part))
        return self.holdings.everything & ~found if part.excluded else found

    # The records and their counts.

    @cached_property
    def question(self) -> Question:
        """How the words were understood."""
        return understood(self.words, self.queryset.model.search_kind) if self.words else Question()

    def answering(self, questions: Sequence[Question]) -> list[Bits]:
        """The records that answer each of some questions."""
        kind, everything = self.queryset.model.search_kind, self.holdings.everything
        rank(questions, kind)
        return [
            united(one.answers[kind].values())
            if one.terms
            else everything & ~one.left_out[kind]
            if one.asks
            else everything * (one.has_words or not one.is_hollow)
            for one in questions
        ]

    @property
    def ranked(self) -> Ranked:
        """The records with the words by how good an answer they are, the best first; none without words to find."""
        return self.question.answers.get(self.queryset.model.search_kind, {}) if self.words else {}

    def best(self, first: int, last: int, *fields: str) -> list[tuple[Any, ...]]:
        """Fields of the best answers, from a place, of which the first is 0, up to another one."""
        keys = [key for _, key in first_of(self.ranked, self.holdings.places, last, among=self.found())[first:]]
        queryset = self.queryset

        def chosen(*some: int) -> QuerySet:
            return queryset.filter(pk__in=some).order_by().values_list("pk", *fields)

        recipe = self.recipe("best", chosen, *fields)
        rows = recipe.rows(*keys) if keys else []
        found = {key: tuple(values) for key, *values in rows}
        return [found[key] for key in keys if key in found]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """The records that fit all that is asked."""
        records: Any = self.queryset.answering(self.question) if self.words else self.queryset.all()
        return records.filter(*(self.condition(part) for part in self.parts if part.key != WORDS))

    @cached_property
    def holdings(self) -> Holdings:
        """Which records have what, on the day, of all in the list."""
        return kept_of(self.day, type(self).__qualname__, self.gathered)

    def gathered(self) -> Holdings:
        """The same, from the database."""
        columns = [*dict.fromkeys(column for facet in self.facets.values() for column in facet.columns())]
        rows = list(self.queryset.order_by().values_list("pk", *columns))
        holding = {name: by_value((row[place], row[0]) for row in rows) for place, name in enumerate(columns, start=1)}
        holding |= linked({name: many for facet in self.facets.values() for name, many in facet.links().items()})
        choices: dict[str, dict[str, Choice]] = {key: {} for key in self.facets}
        for choice in choices_of(facet.choices(key) for key, facet in self.facets.items()):
            choices[choice.key][choice.value] = choice
        sets = {key: facet.sets(holding) for key, facet in self.facets.items()}
        in_order = background().places[self.queryset.model.search_kind] if WORDS in self.filters else places_in([])
        held = {
            key: [(one, sets[key][one.stored]) for one in choices[key].values() if one.stored in sets[key]]
            for key in self.facets
        }
        return Holdings(as_set([row[0] for row in rows]), in_order, choices, sets, held)

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """What each facet counts, as if nothing were chosen from it; what no record has is left out."""
        return {key: self.counted(key, self.found(but=key)) for key in self.facets}

    def counted(self, key: str, among: Bits) -> list[Row]:
        """How many of some records have each value of a facet."""
        return [
            Row(key, one.value, one.name, one.place, number)
            for one, records in self.holdings.held[key]
            if (number := (records & among).bit_count())
        ]

    @cached_property
    def fits(self) -> list[tuple[Part, Bits]]:
        """The parts of what is asked, each with the records that fit it."""
        return [(part, self.fitting(part)) for part in self.parts]

    def found(self, but: str = "") -> Bits:
        """The records that fit all that is asked, but for what is chosen from one facet."""
        found = self.holdings.everything
        for part, records in self.fits:
            if part.excluded or part.key != but:
                found &= records
        return found

    def recipe(self, use: str, build: Callable[..., QuerySet], *more: Hashable) -> Recipe:
        """How to make a queryset for a use of the list, whatever is asked of it, and of what `more` tells."""
        return Recipe((type(self).__qualname__, self.day, use, *more), build)

    @cached_property
    def count(self) -> int:
        """How many records are found."""
        return self.found().bit_count()

    def chosen_from(self, key: str) -> list[Choice]:
        """What is chosen from a facet, or excluded."""
        return [one for one in self.choices if one.key == key]

    def options(self, key: str) -> list[Option]:
        """The options of a facet with their counts: those with records, and those that are chosen or excluded."""
        return self.facets[key].all_options(self.rows[key], self.chosen_from(key))

    # In words.

    @property
    def number(self) -> str:
        """How many records there are: "12 projecten"."""
        return f"{number_format(self.count, force_grouping=True)} {self.noun[self.count != 1]}"

    @property
    def told(self) -> str:
        """What is asked: " over lezen in Midwest of Zuidwest, sinds 2020, niet voor jongeren"; "" when nothing is."""
        return "".join(part.told for part in self.parts)

    @property
    def sentence(self) -> str:
        """What is shown: "12 projecten over lezen in Midwest of Zuidwest, sinds 2020"."""
        return f"{self.number}{self.told}"

    # Other questions.

    def address(self, pairs: Iterable[Pair]) -> str:
        """The address of this list, in the same order, for another question."""
        query = urlencode([*pairs, *self.beside])
        return f"{self.request.path}?{query}" if query else self.request.path

    @property
    def beside(self) -> list[Pair]:
        """What is carried along."""
        return [(key, value) for key in self.carried for value in self.data.getlist(key) if value]

    @property
    def pairs(self) -> list[Pair]:
        """What is asked, as an address has it."""
        return [pair for part in self.parts for pair in part.pairs]

    @property
    def separate(self) -> list[tuple[Part, Bits]]:
        """The parts with the records that fit each, and each of several words as a part of its own."""
        others = [(part, records) for part, records in self.fits if part.key != WORDS]
        return [*self.separate_words, *others]

    @property
    def separate_words(self) -> list[tuple[Part, Bits]]:
        """The words, each with the records that have it."""
        if not self.words:
            return []
        apart = self.question.apart
        if not apart:
            return [(self.parts[0], 0)]
        parts = [Part(WORDS, bool(one.excluded), one.sentence, [(WORDS, one.as_asked)]) for one in apart]
        return list(zip(parts, self.answering(apart), strict=True))

    @cached_property
    def ways_out(self) -> list[WayOut]:
        """What to leave out of a question that finds nothing, the best first; otherwise what to keep of it."""
        separate = self.separate
        parts = [part for part, _ in separate]
        ways = []
        for place, (part, records) in enumerate(separate):
            without = self.holdings.everything
            for other, (_, some) in enumerate(separate):
                without &= without if other == place else some
            ways.append(self.way_out(part, parts, without.bit_count(), keep=False))
            ways.append(self.way_out(part, parts, (self.holdings.everything & records).bit_count(), keep=True))
        fruitful = sorted((way for way in ways if way.records), key=lambda way: (way.keep, -way.records))
        return [way for way in fruitful if way.keep == fruitful[0].keep]

    def way_out(self, part: Part, parts: Sequence[Part], records: int, *, keep: bool) -> WayOut:
        """The question with only one of its parts, or without that one."""
        kept = [part] if keep else [other for other in parts if other is not part]
        pairs = [pair for one in kept for pair in one.pairs]
        words = " ".join(value for key, value in pairs if key == WORDS)
        asked = [(WORDS, words)] if words else []
        return WayOut(
            keep, part.told.lstrip(", "), self.address([*asked, *(pair for pair in pairs if pair[0] != WORDS)]), records
        )


@lru_cache(maxsize=64)
def form_of(kind: Kind, keys: tuple[str, ...]) -> type[Form]:
    """The form of some filters of a kind of list."""
    return type("Asked", (Form,), {key: kind.base_filters[key].field for key in keys})


def linked(many: dict[str, Any]) -> dict[str, Sets]:
    """The records by what they name in each of some many-to-manys: all in one query."""
    queries = [
        one.remote_field.through._base_manager.order_by()
        .values(one.m2m_reverse_field_name())
        .annotate(name=Value(name), keys=Keys(one.m2m_field_name()))
        .values_list("name", one.m2m_reverse_field_name(), "keys")
        for name, one in many.items()
    ]
    found: dict[str, Sets] = {name: {} for name in many}
    for name, value, keys in joined(queries):
        found[name][value] = from_database([keys])
    return found


def choices_of(found: Iterable[list[Choice] | QuerySet]) -> list[Choice]:
    """The choices as they are, and those of all queries by one."""
    each = list(found)
    known = [choice for one in each if not isinstance(one, QuerySet) for choice in one]
    return known + [Choice(*row) for row in joined([one for one in each if isinstance(one, QuerySet)])]


def joined(queries: list[QuerySet]) -> Iterable[tuple[Any, ...]]:
    """The rows of all queries by one."""
    return queries[0].union(*queries[1:], all=True) if queries[1:] else queries[0] if queries else ()

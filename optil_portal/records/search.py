"""Search in Dutch, the same on both databases.

All words must be found. The order is ours: first the records with the words in the best fields, then those with the
very words before those with longer and like ones, then by name and key.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial, reduce
from html import escape
from itertools import chain, islice, starmap
from operator import or_
from typing import Any, NamedTuple, Self

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django_cte import CTE, with_cte
from django_cte.raw import raw_cte_sql

from optil_portal.records.dutch import (
    CHUNK,
    LONGEST,
    chunks,
    edits,
    edits_allowed,
    is_telling,
    piece_keys,
    root,
    spelled_like,
    stem,
    units,
    words_in,
)
from optil_portal.records.edition import edition_asked, kept
from optil_portal.records.folding import as_asked, fold
from optil_portal.records.index import SEPARATOR, Entry, IndexedQuerySet, Posting, Word
from optil_portal.records.index import kinds as every_kind
from optil_portal.records.known_edition import Number
from optil_portal.records.lexicon import LONGEST_FORM, Form, Lexicon, form, lexicon, stems
from optil_portal.records.prepared import Recipe, reading
from optil_portal.records.ranking import Places, Ranked, as_rows, first_of, numbers, places_in, rank
from optil_portal.records.sets import Bits

MOST_WORDS = 12
SHORTEST_PIECE = 3  # of a longer word that is found by it
MOST_LIKE = 100  # longer and like words for one that is asked
EXACT, INFLECTED, LONGER, COMPOUND, SYNONYM, SLIP = 0, 1, 2, 3, 4, 8  # how far a word is from the one that is asked
NEVER = 1_000
SHOWN = 200  # characters of a text in which something is found
BEFORE = 60  # of which so many before it
NO_RECORD = 0  # the key of none
PORTION = 4  # keys are asked by so many, so that queries are alike
NOWHERE = "\0"  # what stands in no text

ENTRIES, POSTINGS, WORDS = (model._meta.db_table for model in (Entry, Posting, Word))
# Never a set of all texts that are like it: a database reads them one by one, and only of records with the words.
IS_LIKE = f"""(
    SELECT entry.sequence LIKE %s FROM {ENTRIES} entry
    WHERE entry.kind = places.kind AND entry.record = places.record
)"""  # noqa: S608 - only names of ours
SAME = f"SELECT id FROM {WORDS} WHERE text = %s OR stem = %s OR root = %s"  # noqa: S608 - only names of ours
HIT = {"record": models.BigIntegerField(), "score": models.IntegerField()}

ASKED = re.compile(r'(?<!\S)(-?)(?:"([^"]*)"?|(\S+))')
QUOTES = str.maketrans("“”„«»", '"""""')


class Bytewise(models.Func):
    """A text in the order of its bytes, whatever the collation of the database."""

    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As SQLite orders by itself."""
        return super().as_sql(compiler, connection, template="%(expressions)s COLLATE BINARY", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """As PostgreSQL orders without a language."""
        return super().as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


class Sql(NamedTuple):
    """A piece of a query, plain enough for both databases, and its parameters.

    Written by hand because the ORM takes longer to make such queries than a database to answer them.
    """

    text: str
    parameters: tuple[str, ...] = ()


def joined(between: str, pieces: Iterable[Sql]) -> Sql:
    """Pieces with something between each two."""
    texts, parameters = zip(*pieces, strict=True)
    return Sql(between.join(texts), tuple(chain.from_iterable(parameters)))


@dataclass(eq=False)
class Known:
    """A word of the index, and where it stands in records of the kinds that are asked."""

    text: str
    shown: str
    stem: str
    root: str
    # By kind: each field with the records in which it stands, as `Keys` tells them.
    postings: defaultdict[int, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))


class Hit(NamedTuple):
    """A record that answers a question, as a list of hits shows it."""

    kind: int
    record: int
    name: str
    slug: str
    passages: list[str]  # the text in each of its search fields
    total: int  # how many of its kind answer


HIT_FIELDS = Hit._fields[:-1]


@dataclass
class Part:
    """One thing to find: a word, or a phrase; with the words of the index that will do, and how far each is."""

    words: Form
    is_literal: bool = False
    found: dict[Known, int] = field(default_factory=dict)
    beside: tuple[Known, ...] = ()  # of a phrase, its other words

    @property
    def is_phrase(self) -> bool:
        """Whether it is more than one word."""
        return len(self.words) > 1

    @cached_property
    def telling(self) -> set[str]:
        """The words that can be looked up."""
        return {word for word in self.words if is_telling(word)}

    @property
    def is_free(self) -> bool:
        """Whether inflections and longer words will do."""
        return len(self.words) == 1 and not self.is_literal

    @cached_property
    def key(self) -> str:
        """The word to look up: of a phrase the longest."""
        return max((word for word in self.words if is_telling(word)), key=len, default="")

    @property
    def needed(self) -> list[Collection[Known]]:
        """The words of which one of each of these must stand in a record."""
        return [self.found, *([word] for word in self.beside)]

    def places(self, kind: int, candidates: Bits) -> Sql:
        """The query for those among some records of a kind that have the whole phrase."""
        rows, told = as_rows({0: candidates})
        places = f"SELECT {kind:d} AS kind, record FROM ({rows}) AS hits"  # noqa: S608 - only names and numbers of ours
        found = f"SELECT kind, record FROM ({places}) AS places WHERE {IS_LIKE}"  # noqa: S608 - as above
        return Sql(found, (*told, f"% {' '.join(self.words)} %"))


@dataclass
class Term:
    """What a record must have: all that was asked, or one of the others that mean the same."""

    asked: str
    parts: list[Part]
    others: dict[str, Part] = field(default_factory=dict)
    meant: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """How it was asked."""
        return f'"{self.asked}"' if any(part.is_literal for part in self.parts) else self.asked

    @property
    def all_parts(self) -> list[Part]:
        """What was asked, and what means the same."""
        return [*self.parts, *self.others.values()]

    @property
    def ways(self) -> list[list[tuple[Part, int]]]:
        """The ways in which it can be found: parts that go together, with how far they are by nature."""
        asked = [[(part, EXACT) for part in self.parts]]
        ways = asked + [[(part, SYNONYM)] for part in self.others.values()]
        return [way for way in ways if way and all(part.found for part, _ in way)]

    @property
    def found(self) -> frozenset[Known]:
        """The words of which one must stand in a record."""
        return frozenset(word for way in self.ways for part, _ in way for word in part.found)

    @cached_property
    def looked_for(self) -> set[str]:
        """The folded words that were looked for in the records."""
        parts = [part for way in self.ways for part, _ in way]
        phrases = (part.words for part in parts if part.is_phrase)
        return {word.text for part in parts for word in part.found}.union(*phrases)


@dataclass
class Question:
    """What somebody asked, and how it was understood."""

    terms: list[Term] = field(default_factory=list)
    excluded: list[Part] = field(default_factory=list)
    written: str = ""
    answers: dict[int, Ranked] = field(default_factory=dict)  # by kind, of those that `rank` was asked
    left_out: dict[int, Bits] = field(default_factory=dict)
    places: dict[int, Places] = field(default_factory=dict)  # of all records by name, by kind

    @property
    def all_parts(self) -> list[Part]:
        """What is asked, what means the same, and what is excluded."""
        return [*(part for term in self.terms for part in term.all_parts), *self.excluded]

    @property
    def phrases(self) -> list[tuple[Part, tuple[frozenset[Known], ...]]]:
        """The parts that are phrases, each with the words of the other terms, for a record must have those too."""
        asked = [
            (part, [one for one in self.terms if one is not term]) for term in self.terms for part in term.all_parts
        ]
        parts = [*asked, *((part, []) for part in self.excluded)]
        return [
            (part, tuple(one.found for one in others if one.found))
            for part, others in parts
            if part.is_phrase and part.found
        ]

    @property
    def is_hollow(self) -> bool:
        """Whether something was written in which there is nothing to look for."""
        return bool(self.written) and not self.asks

    @property
    def has_words(self) -> bool:
        """Whether there is a letter or a digit in what was written."""
        return bool(fold(self.written))

    @property
    def asks(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.terms or self.excluded)

    @property
    def can_be_found(self) -> bool:
        """Whether each of its terms is in some record."""
        return all(term.ways for term in self.terms)

    @property
    def is_answerable(self) -> bool:
        """Whether there may be an answer: something is asked, and each of its terms is in some record."""
        return bool(self.terms) and self.can_be_found

    @property
    def corrections(self) -> list[Term]:
        """The terms of which other words were found than were asked."""
        return [term for term in self.terms if term.meant]

    @property
    def widened(self) -> list[tuple[Term, list[str]]]:
        """The terms with what was looked for as well."""
        told = ((term, [other for other, part in term.others.items() if part.found]) for term in self.terms)
        return [(term, others) for term, others in told if others]

    @property
    def literally(self) -> str:
        """The same, but only with the words as they stand there."""
        return self.told(lambda term: f'"{term.asked}"')

    @property
    def as_meant(self) -> str:
        """The same, but with the words that were meant."""
        return self.told(lambda term: term.meant[0] if term.meant else term.told)

    @property
    def as_asked(self) -> str:
        """The same, as it was asked."""
        return self.told(lambda term: term.told)

    def told(self, told: Callable[[Term], str]) -> str:
        """The question as it can be asked, with each term told in some way."""
        excluded = (f'-"{" ".join(part.words)}"' for part in self.excluded)
        return " ".join([*map(told, self.terms), *excluded])

    @cached_property
    def words(self) -> set[str]:
        """The folded words that were looked for in the records."""
        return set().union(*(term.looked_for for term in self.terms))

    @property
    def sentence(self) -> str:
        """What is asked as a piece of a sentence: " met ‘bib’, niet met ‘app’"."""
        excluded = "".join(f", niet met ‘{' '.join(part.words)}’" for part in self.excluded)
        return f" met ‘{' '.join(term.told for term in self.terms)}’{excluded}" if self.terms else excluded

    @property
    def apart(self) -> list["Question"]:
        """Its terms, and what it excludes, each as a question of its own."""
        return [Question([term]) for term in self.terms] + [Question(excluded=[part]) for part in self.excluded]

    @property
    def shorter(self) -> list["Question"]:
        """Where there is more than one term: the same without one of each, and then each alone."""
        if len(self.terms) < 2:
            return []
        less = [Question([one for one in self.terms if one is not term], self.excluded) for term in self.terms]
        alone = [Question([term]) for term in self.terms]
        return less + alone

    def beyond(self, text: str) -> "Question":
        """The terms of which nothing stands in a text."""
        return Question([term for term in self.terms if words_of_text(text).isdisjoint(term.looked_for)])

    @cached_property
    def very_words(self) -> set[str]:
        """The folded words that were asked or meant, longer and like ones aside."""
        parts = [part for term in self.terms for part in term.parts]
        return {word.text for part in parts for word, distance in part.found.items() if not EXACT < distance < SLIP}

    def is_all_of(self, name: str) -> bool:
        """Whether a name is nothing but words that were asked or meant."""
        if words_of_text(name).isdisjoint(self.very_words):
            return False
        told = [chunk for chunk in chunks(name) if is_telling(chunk.whole)]
        return bool(told) and all(
            chunk.whole in self.very_words or self.very_words.issuperset(chunk.units) for chunk in told
        )

    def marked(self, text: str) -> SafeString:
        """A text, with what was found in it marked."""
        return marked(text, self.words)

    def stands_in(self, text: str) -> bool:
        """Whether a word that was found is in a text."""
        return not words_of_text(text).isdisjoint(self.words)

    def excerpt(self, text: str) -> SafeString | None:
        """The part of a text around the first word that was found in it, marked; None when none is in it."""
        if not self.stands_in(text):
            return None
        first = next((start for start, _, words in spots(text) if not self.words.isdisjoint(words)), None)
        return None if first is None else marked(around(text, first), self.words)

    def hits(self, most: int, *kinds: int) -> list["Hit"]:
        """The best answers as lists show them, at most so many of each kind."""
        best = {kind: first_of(self.answers[kind], self.places[kind], most) for kind in kinds}
        scores = {(kind, key): score for kind, some in best.items() for score, key in some}
        totals = {kind: sum(records.bit_count() for records in self.answers[kind].values()) for kind in kinds}
        rows = entries({kind: [key for _, key in some] for kind, some in best.items()}, *HIT_FIELDS)
        hits = [Hit._make((*row, totals[row[0]])) for row in rows]
        return sorted(hits, key=lambda hit: (scores[hit.kind, hit.record], hit.name, hit.record))

    def reasons(self, passages: Sequence[str], labels: Sequence[str]) -> Iterator[SafeString]:
        """What is found in some search fields, marked, the best first, each behind the label of its field.

        A field without a label is a text, of which a piece is told; another one holds names.
        """
        for label, passage in zip(labels, passages, strict=True):
            if not self.stands_in(passage):
                continue
            found = [*filter(None, map(self.excerpt, passage.split(SEPARATOR) if label else [passage]))]
            if label and found:
                found = [format_html("{}: {}", label, format_html_join(", ", "{}", ((one,) for one in found)))]
            yield from found


class Background(NamedTuple):
    """What is kept of the content to understand a question, and to put equally good answers in order."""

    lexicon: Lexicon
    places: dict[int, Places]  # by kind, the place of each record among all by name


def background() -> Background:
    """It as the content is now."""
    return kept("search", lambda: Background(lexicon(), by_name_of_all()))


def by_name_of_all() -> dict[int, Places]:
    """By kind, the place of each record among all by name."""
    records: defaultdict[int, list[int]] = defaultdict(list)
    for kind, record in Entry.objects.order_by(Bytewise("name"), "record").values_list("kind", "record"):
        records[kind].append(record)
    return {kind: places_in(records[kind]) for kind in every_kind()}


def entries(records: dict[int, Sequence[int]], *fields: str) -> list[Any]:
    """Fields of the entries of some records, by kind."""
    sizes = {kind: -(-len(some) // PORTION) * PORTION for kind, some in records.items() if some}
    if not sizes:
        return []
    keys = [key for kind, size in sizes.items() for key in (*records[kind], *[NO_RECORD] * size)[:size]]
    return Recipe(("entries", *sizes.items(), *fields), partial(entries_query, sizes, fields)).rows(*keys)


def entries_query(sizes: dict[int, int], fields: Sequence[str], *keys: int) -> models.QuerySet:
    """Fields of the entries with some keys, so many of each kind in turn."""
    some = iter(keys)
    among = [models.Q(kind=kind, record__in=[*islice(some, size)]) for kind, size in sizes.items()]
    return Entry.objects.filter(reduce(or_, among)).values_list(*fields)


def counted(questions: Sequence[Question], *kinds: int) -> list[int]:
    """How many records of some kinds answer each of the questions."""
    rank(questions, *kinds)
    return [sum(records.bit_count() for kind in kinds for records in one.answers[kind].values()) for one in questions]


@lru_cache(maxsize=16_384)
def words_of(chunk: str) -> frozenset[str]:
    """The folded words in what is between two spaces; remembered, for texts are made of the same words."""
    return frozenset(words_in(chunk))


@lru_cache(maxsize=4_096)
def words_of_text(text: str) -> frozenset[str]:
    """The folded words in a text; remembered, for the same texts are shown again and again."""
    return frozenset(words_in(text))


@lru_cache(maxsize=4_096)
def spots(text: str) -> tuple[tuple[int, int, frozenset[str]], ...]:
    """Where each chunk of a text begins and ends, with its folded words; remembered as above."""
    return tuple((*match.span(), words_of(match[0])) for match in CHUNK.finditer(text))


def marked(text: str, words: set[str]) -> SafeString:
    """A text as HTML, with all that holds one of the folded words marked."""
    pieces, last = [], 0
    for start, end, its_words in () if words_of_text(text).isdisjoint(words) else spots(text):
        if not words.isdisjoint(its_words):
            pieces += [text[last:start], text[start:end]]
            last = end
    escaped = escape(NOWHERE.join([*pieces, text[last:]])).split(NOWHERE)
    told = (f"{before}<mark>{hit}</mark>" for before, hit in zip(escaped[::2], escaped[1::2], strict=False))
    return mark_safe("".join([*told, escaped[-1]]))  # noqa: S308 - escaped above


def around(text: str, place: int) -> str:
    """A piece of a text around a place in it, with whole words."""
    start = text.find(" ", place - BEFORE) + 1 if place > BEFORE else 0
    end = text.rfind(" ", place, start + SHOWN) if len(text) > start + SHOWN else len(text)
    return f"{'… ' if start else ''}{text[start:end]}{' …' if end < len(text) else ''}"


class SearchableQuerySet(IndexedQuerySet):
    """Records that know the word `search`."""

    model: type[Any]

    question = Question()

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # the stubs leave it out
        clone.question = self.question
        return clone

    def search(self, words: str) -> Self:
        """The records with all the words, the best first; all, as they were, without words, and none for signs only.

        `question` of what comes out tells how the words were understood.
        """
        return self.answering(understood(words, self.model.search_kind))

    def answering(self, question: Question) -> Self:
        """The records that answer a question, the best first."""
        if question.asks:
            records = self.found(question)
        else:
            records = self.none() if question.is_hollow and not question.has_words else self.all()
        records.question = question
        return records

    def found(self, question: Question) -> Self:
        """The records in which all that is asked is found."""
        kind = self.model.search_kind
        if not question.can_be_found:
            return self.none()
        if not question.terms:
            sql, told = as_rows({0: question.left_out[kind]})
            rows = RawSQL(f"SELECT record FROM ({sql}) AS hits", tuple(told))  # noqa: S608, S611 - only names of ours
            return self.exclude(pk__in=rows)
        hits = CTE(raw_cte_sql(*as_rows(question.answers[kind]), HIT), name="hits")
        ranked = with_cte(hits, select=hits.join(self, pk=hits.col.record))
        return ranked.order_by(hits.col.score.asc(), *by_name(self.model))

    def chosen(self, keys: Sequence[int]) -> Self:
        """The records with some keys, in that order."""
        places = " ".join(f"WHEN {key:d} THEN {place:d}" for place, key in enumerate(keys))
        in_order = models.Func("pk", template=f"CASE %(expressions)s {places} END", output_field=models.IntegerField())
        return self.filter(pk__in=keys).order_by(in_order) if keys else self.none()


def by_name(model: type[Any]) -> tuple[Any, ...]:
    """The order of records that are equally good an answer; none, but a fixed one, of those that nobody searches."""
    return (*map(Bytewise, model.search_fields[:1]), "pk")


def understood(words: str, *kinds: int) -> Question:
    """What somebody asks of records of some kinds, with its answers: for an edition the same, and not to be changed."""
    edition = edition_asked()
    return remembered(edition, words, *kinds) if edition else answered(words, *kinds)


@lru_cache(maxsize=32)
def remembered(edition: Number, words: str, *kinds: int) -> Question:
    """The same in an edition: all pages, orders and choices of a list ask the same words."""
    return answered(words, *kinds)


def answered(words: str, *kinds: int) -> Question:
    """What somebody asks, and its answers, from the database."""
    question = interpreted(words, *kinds)
    locate([word for term in question.corrections for part in term.parts for word in part.found], kinds)
    rank([question], *kinds)
    return question


def interpreted(words: str, *kinds: int) -> Question:
    """What somebody asks; of words that are meant by others, it is not known yet where they stand."""
    known_words, in_order = background()
    question = parsed(words, known_words)
    question.places = in_order
    parts = question.all_parts
    known = looked_up(parts, kinds)
    for part in parts:
        part.found = nearest(part, known) if part.telling <= known.keys() or part.is_free else {}
        part.beside = tuple(known[word] for word in sorted(part.telling - {part.key})) if part.found else ()
    for part in question.excluded:
        part.found = {word: distance for word, distance in part.found.items() if distance <= INFLECTED}
    question.excluded = [part for part in question.excluded if part.found]
    forgive([term for term in question.terms if not term.ways], kinds)
    return question


def parsed(words: str, known: Lexicon) -> Question:
    """What somebody asks, as it stands there, with what else the lexicon knows for it."""
    question = Question(written=as_asked(words))
    run: list[str] = []  # plain words that follow each other
    for minus, quoted, plain in ASKED.findall(question.written.translate(QUOTES))[:MOST_WORDS]:
        if plain and not minus:
            run += units(plain)
            continue
        part = Part(form(quoted or plain), is_literal=bool(quoted))
        if part.key and minus:
            question.excluded.append(part)
        elif part.key:
            question.terms += [*terms_of(run, known), Term(quoted, [part])]
            run = []
    question.terms += terms_of(run, known)
    return question


def terms_of(run: list[str], known: Lexicon) -> Iterator[Term]:
    """The terms in words that follow each other: as many as the lexicon knows together, otherwise each of its own."""
    while run:
        lengths = range(min(LONGEST_FORM, len(run)), 0, -1)
        length = next((length for length in lengths if stems(run[:length]) in known), 1)
        words, run = run[:length], run[length:]
        others = {other: Part(form(other)) for other in known.get(stems(words), ())}
        parts = [Part((word,)) for word in words if is_telling(word)]
        if parts or others:
            yield Term(" ".join(words), parts, others)


def looked_up(parts: Iterable[Part], kinds: Collection[int]) -> dict[str, Known]:
    """The words in records of some kinds that can do for the parts, by their texts."""
    return known_by(
        [alike(part.key, kinds) if part.is_free else texts(part.telling) for part in parts if part.telling], kinds
    )


def known_by(queries: Sequence[Sql], kinds: Collection[int]) -> dict[str, Known]:
    """The words of which some queries give the keys, and where they stand in records of some kinds, by their texts."""
    if not queries:
        return {}
    keys, parameters = joined(" UNION ALL ", queries)
    with reading(Word) as cursor:
        cursor.execute(standing(keys, numbers(kinds)), parameters)
        rows = cursor.fetchall()
    known: dict[str, Known] = {}
    for *word, kind, place, records in rows:
        known.setdefault(word[0], Known(*word)).postings[kind].append((place, records))
    return known


def locate(words: Sequence[Known], kinds: Collection[int]) -> None:
    """Have words know where they stand in records of some kinds."""
    known = known_by([texts([word.text for word in words])] if words else [], kinds)
    for word in words:
        if word.text in known:  # otherwise it left the index just now
            word.postings = known[word.text].postings


def standing(keys: str, kinds: str) -> str:
    """The query for words with some keys, with the records of some kinds in which each stands, by kind and field."""
    columns = "text, shown, stem, root, kind, field"
    if connection.vendor == "postgresql":  # word by word, for otherwise it first puts all that it finds in order
        return (
            f"SELECT {columns}, records FROM {WORDS} word CROSS JOIN LATERAL"  # noqa: S608 - only names of ours
            f" (SELECT kind, field, STRING_AGG(int8send(record), '') AS records FROM {POSTINGS}"
            f" WHERE word_id = word.id AND kind IN ({kinds}) GROUP BY kind, field) AS places WHERE id IN ({keys})"
        )
    return (
        f"SELECT {columns}, GROUP_CONCAT(record) FROM {WORDS} word JOIN {POSTINGS} ON word_id = word.id"  # noqa: S608
        f" WHERE word.id IN ({keys}) AND kind IN ({kinds}) GROUP BY word.id, kind, field"
    )


def alike(word: str, kinds: Collection[int]) -> Sql:
    """The query for the words in records of some kinds that can do for another."""
    short = stem(word)
    same = (word, short, root(word))
    if len(short) < SHORTEST_PIECE:
        return Sql(SAME, same)
    beginnings = [short] if word.startswith(short) else [word, short]
    begun = chain.from_iterable(map(begun_with, beginnings))
    return Sql(alike_query(len(beginnings), numbers(kinds)), (*begun, *same, *begun_with(short[::-1])))


@lru_cache(maxsize=32)
def alike_query(beginnings: int, kinds: str) -> str:
    """The text of that query, for a word of which others may begin in so many ways.

    Of the longer ones come no more than can do, for a few letters begin thousands of words: the shortest, and none by
    its end where enough begin so.
    """
    begun = " UNION ALL ".join([shortest("text", kinds, f"{MOST_LIKE}")] * beginnings)
    most = f"(SELECT CASE WHEN COUNT(*) < {MOST_LIKE} THEN {MOST_LIKE} ELSE 0 END FROM begun)"  # noqa: S608 - idem
    return (
        f"SELECT id FROM (WITH begun AS ({begun}) {SAME} UNION ALL SELECT id FROM begun"  # noqa: S608 - idem
        f" UNION ALL {shortest('reversed_stem', kinds, most)}) AS alike"
    )


def shortest(column: str, kinds: str, most: str) -> str:
    """The query for the shortest of the words in records of some kinds of which a text begins with another one.

    That is a range, which an index serves whatever the plan. They are put in order before a database looks for their
    records, so that it stops in time.
    """
    in_order = (
        f"SELECT id, LENGTH(text) AS size, {bytewise('text')} AS place FROM {WORDS}"  # noqa: S608 - only names of ours
        f" WHERE {column} >= %s AND {column} <= %s ORDER BY size, place"
    )
    first = f"SELECT id FROM ({in_order}) AS word WHERE {in_kinds(kinds)} ORDER BY size, place LIMIT {most}"  # noqa: S608
    return f"SELECT id FROM ({first}) AS longer"  # noqa: S608 - idem


def in_kinds(kinds: str) -> str:
    """The condition that a word stands in a record of some kinds."""
    return f"(SELECT 1 FROM {POSTINGS} WHERE word_id = word.id AND kind IN ({kinds}) LIMIT 1) = 1"  # noqa: S608


def begun_with(beginning: str) -> tuple[str, str]:
    """The first and the last of the folded texts that begin with one."""
    return beginning, beginning.ljust(LONGEST, "z")


def texts(words: Collection[str]) -> Sql:
    """The query for the words with some texts."""
    among_them = among("text", words)
    return Sql(f"SELECT id FROM {WORDS} WHERE {among_them.text}", among_them.parameters)  # noqa: S608 - only names of ours


def bytewise(column: str) -> str:
    """A column in the order of its bytes, as Bytewise has it."""
    return f'{column} COLLATE "C"' if connection.vendor == "postgresql" else column


def among(column: str, texts: Collection[str]) -> Sql:
    """The condition that a text is one of some."""
    return Sql(f"{column} IN ({', '.join(['%s'] * len(texts))})", tuple(sorted(texts)))


def nearest(part: Part, known: dict[str, Known]) -> dict[Known, int]:
    """The words that will do for a part, with how far each is: at most MOST_LIKE, the nearest and shortest."""
    if not part.is_free:
        return {known[part.key]: EXACT} if part.key in known else {}
    short, base = stem(part.key), root(part.key)
    distances = {word: far for word in known.values() if (far := how_far(part.key, short, base, word)) is not None}
    in_order = sorted(distances.items(), key=lambda one: (one[1], len(one[0].text), one[0].text))
    return dict(in_order[:MOST_LIKE])


def how_far(asked: str, short: str, base: str, word: Known) -> int | None:
    """How far a word is from the one that is asked, of which stem and root are known; None when it is another one."""
    if word.text == asked:
        return EXACT
    if word.stem == short or (word.root == base and (asked.endswith("en") or word.text.endswith("en"))):
        return INFLECTED
    if len(short) < SHORTEST_PIECE:
        return None
    if word.text.startswith((asked, short)):
        return LONGER
    return COMPOUND if word.stem.endswith(short) else None


def forgive(terms: list[Term], kinds: Collection[int]) -> None:
    """Find what was meant by terms that are nowhere as they were asked: a slip or two, or a space too few."""
    plain = [term for term in terms if len(term.parts) == 1 and term.parts[0].is_free]
    words = [term.parts[0].key for term in plain]
    known = near(with_slips(words).union(*map(halves, words)), kinds)
    for term, word in zip(plain, words, strict=True):
        apart, alike = meant_apart(word, known), meant(word, known)
        term.parts = apart if apart and min(alike.values(), default=NEVER) > SLIP + 1 else [Part((word,), found=alike)]
        term.meant = told(term.parts)


def told(parts: list[Part]) -> tuple[str, ...]:
    """What was meant: the likeliest words, or the two that belong together."""
    shown = [sorted(word.shown for word in part.found) for part in parts]
    return (" ".join(words[0] for words in shown),) if len(parts) > 1 else tuple(shown[0])


def near(spelled: Collection[str], kinds: Collection[int]) -> dict[str, Known]:
    """The words in records of some kinds that have one of some texts, by those; not yet where they stand.

    There are more of these than are meant, and to tell where the commonest stand takes longest.
    """
    if not spelled:
        return {}
    asked = among("text", spelled)
    with reading(Word) as cursor:
        cursor.execute(
            f"SELECT text, shown, stem, root FROM {WORDS} word WHERE {asked.text} AND {in_kinds(numbers(kinds))}",  # noqa: S608
            asked.parameters,
        )
        return {word.text: word for word in starmap(Known, cursor.fetchall())}


def with_slips(words: Sequence[str]) -> set[str]:
    """The words of the index that may be meant by one of others, in records of whatever kind."""
    columns = ("first_piece", "second_piece", "third_piece")
    slipped = [word for word in words if edits_allowed(word)]
    keys = [pair for word in slipped for pair in zip(columns, piece_keys(word, edits_allowed(word)), strict=True)]
    conditions = [among(column, texts) for column, texts in keys if texts]
    if not conditions:
        return set()
    any_of, parameters = joined(" OR ", conditions)
    with reading(Word) as cursor:
        cursor.execute(f"SELECT text FROM {WORDS} WHERE {any_of}", parameters)  # noqa: S608 - only names of ours
        known = [text for (text,) in cursor.fetchall()]
    return {text for word in slipped for text in spelled_like(word, known)}


def halves(word: str) -> set[str]:
    """The words that may have been written as one, as far as slips are forgiven in it."""
    return {half for pair in pairs(word) for half in pair} if edits_allowed(word) else set()


def pairs(word: str) -> list[tuple[str, str]]:
    """The ways to put a space in a word."""
    cuts = range(SHORTEST_PIECE, len(word) - SHORTEST_PIECE + 1)
    return [(word[:cut], word[cut:]) for cut in cuts]


def meant_apart(word: str, known: dict[str, Known]) -> list[Part]:
    """The two words that were written as one; none when it is no such word."""
    for pair in pairs(word):
        if all(half in known for half in pair):
            return [Part((half,), found={known[half]: SLIP}) for half in pair]
    return []


def meant(word: str, known: dict[str, Known]) -> dict[Known, int]:
    """The words that are spelled most like another one, of which the first letter is seldom wrong."""
    slips = {other: (edits(word, other.text), word[0] != other.text[0]) for other in known.values()}
    likely = {other: far for other, far in slips.items() if far[0] <= edits_allowed(word)}
    fewest = min(likely.values(), default=None)
    return {other: SLIP + far[0] for other, far in likely.items() if far == fewest}

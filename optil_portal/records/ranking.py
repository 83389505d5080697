"""Which records answer a question, and how well: the same on both databases.

A database tells from an index in which field of which records a word stands; to put words together is done here, with
sets. A score counts the field first, and then how far a word is from the one that was asked: the lower the better.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection

from optil_portal.records.index import Entry
from optil_portal.records.prepared import reading
from optil_portal.records.sets import Bits, as_set, from_database, members, merged, united

if TYPE_CHECKING:  # that module imports this one
    from optil_portal.records.search import Known, Part, Question, Term

Places = np.ndarray  # by key, the place of a record among all
Ranked = dict[int, Bits]  # by score, the best first; each record in one set only
Phrases = dict[tuple[tuple[str, ...], int], Bits]  # by the words of a phrase and kind: the records with all of it

FIELD = 256  # a field further counts for more than all words being further together


def rank(questions: Sequence["Question"], *kinds: int) -> None:
    """Have questions know their `answers` of some kinds, and what they leave out; the phrases of all by one query.

    Those that know them are left as they are.
    """
    questions = [one for one in questions if not one.answers.keys() >= set(kinds)]
    phrases = phrases_in(questions, kinds)
    for question in questions:
        for kind in kinds:
            outside = united(
                records for part in question.excluded for records in scored(part, 0, kind, phrases).values()
            )
            found = reduce(added, (best_of(term, kind, phrases) for term in question.terms)) if question.terms else {}
            question.left_out[kind] = outside
            question.answers[kind] = lowest(found, outside)


def phrases_in(questions: Sequence["Question"], kinds: Collection[int]) -> Phrases:
    """The records of some kinds with the whole of each phrase in questions: all by one query."""
    # Some stand in a question more than once.
    asked = {(part.words, others): part for question in questions for part, others in question.phrases}
    alike = [words for words, _ in asked]
    texts: list[str] = []
    parameters: list[str] = []
    for place, ((_, others), part) in enumerate(asked.items()):
        for kind in kinds:
            if candidates := reduce(and_, (having(words, kind) for words in (*part.needed, *others))):
                query = part.places(kind, candidates)
                texts.append(f"SELECT {place:d} AS part, kind, record FROM ({query.text}) AS phrase")  # noqa: S608
                parameters += query.parameters
    if not texts:
        return {}
    found: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    with reading(Entry) as cursor:
        cursor.execute(" UNION ALL ".join(texts), parameters)
        for place, kind, record in cursor.fetchall():
            found[place, kind].append(record)
    return merged(((alike[place], kind), as_set(records)) for (place, kind), records in found.items())


def having(words: Iterable["Known"], kind: int) -> Bits:
    """The records of a kind with one of some words."""
    told = [keys for word in words for _, keys in word.postings[kind]]
    return from_database(told) if told else 0


def best_of(term: "Term", kind: int, phrases: Phrases) -> Ranked:
    """The records in which a term is found, by the best of the ways to find it."""
    ways = (reduce(added, (scored(part, extra, kind, phrases) for part, extra in way)) for way in term.ways)
    return lowest(merged(pair for way in ways for pair in way.items()))


def scored(part: "Part", extra: int, kind: int, phrases: Phrases) -> Ranked:
    """The records in which a part is found, which is by nature so much further."""
    keys: defaultdict[int, list[Any]] = defaultdict(list)
    for word, distance in part.found.items():
        for field, some in word.postings[kind]:
            keys[field * FIELD + distance + extra].append(some)
    within = phrases.get((part.words, kind), 0) if part.is_phrase else ~0
    return lowest({score: from_database(some) & within for score, some in keys.items()})


def lowest(found: Ranked, outside: Bits = 0) -> Ranked:
    """Each record at its best score only, but for those outside."""
    ranked: Ranked = {}
    for score in sorted(found):
        if records := found[score] & ~outside:
            ranked[score] = records
            outside |= records
    return ranked


def added(one: Ranked, other: Ranked) -> Ranked:
    """The records in both, by the sum of their scores."""
    return merged(
        (this + that, both) for this, some in one.items() for that, more in other.items() if (both := some & more)
    )


def first_of(ranked: Ranked, places: Places, most: int, among: Bits = ~0) -> list[tuple[int, int]]:
    """The best answers among some records, at most so many, each as its score and its key; equal ones by place."""
    best: list[tuple[int, int]] = []
    for score, records in ranked.items():
        if len(best) < most:
            keys = members(records & among)
            in_order = np.argsort(np.take(places, keys, mode="clip"), kind="stable")
            best += ((score, key) for key in keys[in_order[: most - len(best)]].tolist())
    return best


def places_in(records: Sequence[int]) -> Places:
    """The place of each record in an order of all."""
    places = np.zeros(max(records, default=0) + 1, dtype=np.int64)
    places[records] = np.arange(len(records))
    return places


class Told:
    """What was found as the one parameter of a query, written only when that query is asked."""

    def __init__(self, ranked: Ranked) -> None:
        """Keep what was found."""
        self.ranked = ranked

    def __iter__(self) -> Iterator[str]:
        """The keys by score, as JSON."""
        yield json.dumps({score: members(records).tolist() for score, records in self.ranked.items()})


def as_rows(ranked: Ranked) -> tuple[str, Told]:
    """The query that gives the database back what was found, as `record` and `score`."""
    if connection.vendor == "postgresql":
        scores, keys = "json_each(CAST(%s AS json))", "json_array_elements_text(scores.value)"
    else:
        scores, keys = "json_each(%s)", "json_each(scores.value)"
    record, score = "CAST(keys.value AS bigint) AS record", "CAST(scores.key AS integer) AS score"
    return f"SELECT {record}, {score} FROM {scores} AS scores, {keys} AS keys", Told(ranked)  # noqa: S608 - idem


def numbers(values: Iterable[int]) -> str:
    """Numbers of ours as SQL has them."""
    return ", ".join(f"{value:d}" for value in sorted(values))

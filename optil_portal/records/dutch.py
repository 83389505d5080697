"""Dutch as a search reads it: the words of a text, their stems, and the words that are spelled nearly the same."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from snowballstemmer import stemmer

from optil_portal.records.folding import fold

LONGEST = 40
SHORTEST_STEM = 3
PIECES = 3  # with two edits, one of three pieces of a word is still whole
EVERYWHERE = """
aan al als bij dan dat de deze die dit door een en er haar had heb hebben heeft het hij hoe hun ik in is je jouw kan
maar me meer met mijn na naar niet nog nu of om ook op over te toch tot uit uw van veel voor waar waren was wat we
wel werd wie wij word worden wordt ze zei zelf zich zij zijn zo zou
"""
STOPS = frozenset(EVERYWHERE.split())  # looking for one of them tells nothing

CHUNK = re.compile(r"[^\W_]+(?:['’\-‐‑][^\W_]+)*")
UNIT = re.compile(r"[^\W_]+")
PART = re.compile(r"[^\W\d_]+|\d+")

KRAAIJ_POHLMANN = stemmer("dutch")
PORTER = stemmer("dutch_porter")


class Chunk(NamedTuple):
    """What stands between two spaces, as it was and folded: the units between hyphens, and their letters and digits."""

    shown: str
    units: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def whole(self) -> str:
        """All of it as one word."""
        return "".join(self.units)


def chunks(text: str) -> Iterator[Chunk]:
    """The chunks of a text, in order."""
    return filter(None, map(chunk, CHUNK.findall(unicodedata.normalize("NFC", text))))


@lru_cache(maxsize=16_384)
def chunk(shown: str) -> Chunk | None:
    """What stands between two spaces as a chunk; None when nothing of it can be looked for."""
    units = folded(UNIT, shown)
    return Chunk(shown, units, folded(PART, shown)) if units else None


def units(text: str) -> list[str]:
    """The words to look for in what somebody typed: apart at hyphens, but "e-inclusie" is one."""
    return [
        word
        for one in chunks(text)
        for word in ((one.whole[:LONGEST],) if any(len(unit) == 1 for unit in one.units) else one.units)
    ]


def folded(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    """What a pattern finds in a text, folded, as far as something is left of it."""
    return tuple(word for found in pattern.findall(text) if (word := fold(found)[:LONGEST]))


def words_in(text: str) -> dict[str, str]:
    """The words by which a text is found, each as it is written there.

    "Dijk92" is found as dijk92, as dijk and as 92; "Route 42" as route42 too; stop words not at all.
    """
    found: dict[str, str] = {}
    before = ""
    for one in chunks(text):
        whole = one.whole[:LONGEST]
        if is_telling(whole):
            found.setdefault(whole, one.shown)
        for word in (*one.units, *one.parts):
            if is_telling(word):
                found.setdefault(word, word)
        if before.isalpha() and one.units[0].isdigit():
            found.setdefault(f"{before}{one.units[0]}"[:LONGEST], f"{before} {one.units[0]}")
        before = whole
    return found


def is_telling(word: str) -> bool:
    """Whether a word is worth looking for: no stop word, and no single letter."""
    return word not in STOPS and (len(word) > 1 or word.isdigit())


def sequence(text: str) -> str:
    """All parts of a text in order, for phrases: " leest voor in de bib "."""
    return f" {' '.join(part for one in chunks(text) for part in one.parts)} "


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The stem of a folded word.

    Kraaij-Pohlmann gives what a compound begins with ("voorlezen" is voorlees), but takes the front of a word away too
    ("gedicht" would be dicht, "gemeente" meen): there, and only there, Porter does it.
    """
    short = KRAAIJ_POHLMANN.stemWord(word)
    if short[:2] != word[:2] or len(short) < SHORTEST_STEM:
        return root(word)
    return short


@lru_cache(maxsize=4096)
def root(word: str) -> str:
    """What Porter leaves of a folded word, for it knows that "dagen" are of one "dag", where the other sees a daag."""
    return PORTER.stemWord(word)


def edits_allowed(word: str) -> int:
    """How many slips of the keyboard a word is forgiven; none in a number."""
    if len(word) < 4 or any(character.isdigit() for character in word):
        return 0
    return 1 if len(word) < 7 else 2


def edits(one: str, other: str) -> int:
    """The slips between two words: a letter too many, too few or wrong, or two neighbours that changed places."""
    return OSA.distance(one, other)


def spelled_like(word: str, others: Sequence[str]) -> list[str]:
    """Those of other words that it can be with no more slips than it is forgiven."""
    return [
        other
        for other, _, _ in extract(word, others, scorer=OSA.distance, score_cutoff=edits_allowed(word), limit=None)
    ]


def bounds(length: int) -> list[tuple[int, int]]:
    """Where the pieces of a word of a length begin and end."""
    cuts = [length * n // PIECES for n in range(PIECES + 1)]
    return list(pairwise(cuts))


def pieces(word: str) -> list[str]:
    """The pieces of a word, each with its length, as `piece_keys` looks for them."""
    return [f"{len(word)}{word[start:end]}" for start, end in bounds(len(word))]


def piece_keys(word: str, slips: int) -> list[set[str]]:
    """For each piece in turn, what it can be in a word that is at most so many slips away from this one."""
    keys: list[set[str]] = [set() for _ in range(PIECES)]
    for length in range(max(len(word) - slips, PIECES), len(word) + slips + 1):
        for found, (start, end) in zip(keys, bounds(length), strict=True):
            shifts = range(max(start - slips, 0), start + slips + 1)
            found |= {f"{length}{word[shift : shift + end - start]}" for shift in shifts}
    return keys

"""In which municipality, and so in which region, does somebody live? Asked by name, former name, place or postal code.

Some 1,450 names are compared in Python, so that both databases are blind to the same accents and hyphens.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from igs.models import FormerMunicipality, Municipality, Place
from optil_portal.records.folding import fold

NEARBY = 6


@dataclass(frozen=True)
class Candidate:
    """A municipality that may be meant: by its own name, or by the names in it."""

    municipality: Municipality
    by_own_name: bool
    names: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """The candidates, the likeliest first, or else the nearby spellings to choose from."""

    candidates: tuple[Candidate, ...] = ()
    nearby: tuple[str, ...] = ()

    @property
    def municipality(self) -> Municipality | None:
        """The one municipality that is meant, or None."""
        return self.candidates[0].municipality if len(self.candidates) == 1 else None


def look_up(words: str, on: date) -> Answer:
    """The municipalities that `words` may mean, a name in any spelling or a postal code, with their region on a day."""
    postal_code = re.fullmatch(r"(?:B-?)?([1-9][0-9]{3})\b.*", words.strip(), re.IGNORECASE)
    if postal_code:
        places = Place.objects.filter(postal_codes__contains=postal_code[1])
        return Answer(as_candidates(list(places.values_list("name", "municipality")), fold(""), on))
    wanted = fold(words)
    if not wanted:
        return Answer()
    names = all_names()
    matches = [(name, municipality) for name, municipality in names if fold(name) == wanted]
    if matches:
        return Answer(as_candidates(matches, wanted, on))
    return Answer(nearby=tuple(spelled_like(wanted, {name for name, _ in names})))


def all_names() -> list[tuple[str, int]]:
    """Every name of today, of before a merger and of a place, each with the id of its municipality."""
    return [
        *Municipality.objects.values_list("name", "pk"),
        *FormerMunicipality.objects.values_list("name", "successor"),
        *Place.objects.values_list("name", "municipality"),
    ]


def as_candidates(matches: list[tuple[str, int]], wanted: str, on: date) -> tuple[Candidate, ...]:
    """One candidate for each municipality in `matches`, the one that is itself called `wanted` first."""
    names = defaultdict(set)
    for name, municipality in matches:
        names[municipality].add(name)
    candidates = [
        Candidate(
            municipality,
            fold(municipality.name) == wanted,
            tuple(sorted(names[municipality.pk] - {municipality.name})),
        )
        for municipality in Municipality.objects.with_region(on).filter(pk__in=names)
    ]
    return tuple(sorted(candidates, key=lambda one: (not one.by_own_name, one.municipality.name)))


def spelled_like(wanted: str, names: set[str]) -> list[str]:
    """The names that begin with `wanted` or are spelled nearly like it, at most NEARBY, the nearest first."""
    by_folded = {fold(name): name for name in sorted(names)}
    longer = [name for folded, name in sorted(by_folded.items()) if len(wanted) > 2 and folded.startswith(wanted)]
    close = [by_folded[folded] for folded in get_close_matches(wanted, by_folded, n=NEARBY, cutoff=0.7)]
    return list(dict.fromkeys([*longer, *close]))[:NEARBY]

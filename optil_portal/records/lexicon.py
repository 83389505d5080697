"""What else a word is called: the synonyms that consultants keep, and the names that records had before."""

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value

from optil_portal.records.dutch import sequence, stem, units
from optil_portal.records.history import Remembered
from optil_portal.records.prepared import Prepared

Form = tuple[str, ...]
Lexicon = dict[Form, tuple[str, ...]]

LONGEST_FORM = 6

# Each gives pairs of a name and what to look for as well. The apps above add theirs when they start.
ALIASES: list[Callable[[], models.QuerySet]] = []


def written(words: str) -> list[str]:
    """The words of a group, one a line."""
    return [line.strip() for line in words.splitlines() if sequence(line).strip()]


class Synonyms(Remembered):
    """Words that mean the same to whoever looks for one of them."""

    words = models.TextField(
        "woorden",
        unique=True,
        help_text=(
            "Eén per regel, minstens twee. Wie er een van zoekt, vindt ook wat de andere gebruikt; wat maar in één "
            "vorm staat (‘leest voor’), zoeken we precies zo. Verbuigingen van één woord hoef je niet op te sommen."
        ),
    )
    note = models.CharField(
        "opmerking", max_length=200, blank=True, help_text="Waarom dit hetzelfde is, voor collega's."
    )

    class Meta:
        verbose_name = "synoniemen"
        verbose_name_plural = "synoniemen"
        ordering: ClassVar = ["words"]

    def __str__(self) -> str:
        return " = ".join(written(self.words))

    def clean(self) -> None:
        """Refuse a group of one word."""
        if len(written(self.words)) < 2:
            raise ValidationError({"words": "Geef minstens twee woorden, elk op een eigen regel."})


def pairs() -> models.QuerySet:
    """The groups of synonyms, each beside an empty text, and the pairs of the aliases."""
    groups = Synonyms.objects.order_by().values_list("words", Value("", output_field=models.TextField()))
    return groups.union(*(aliases() for aliases in ALIASES), all=True).order_by("words")


pairs_query = Prepared(pairs)


def form(text: str) -> Form:
    """A word or a few as they stand in a text."""
    return tuple(sequence(text).split())


def stems(words: Sequence[str]) -> Form:
    """What two ways to ask for the same have in common, but for inflection."""
    return tuple(map(stem, words))


def lexicon() -> Lexicon:
    """For the stems of each form, what else to look for."""
    found: dict[Form, dict[str, None]] = {}
    for words, instead in pairs_query():
        group = written(words)
        for one, other in [(words, instead)] if instead else permutations(group, 2):
            if form(one) != form(other):
                found.setdefault(stems(units(one)), {})[other] = None
    return {key: tuple(others) for key, others in found.items()}

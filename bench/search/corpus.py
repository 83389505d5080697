"""Projects in Dutch that nobody did: as many as asked for, and each time the same.

Their words are drawn as often as the real texts of the fixtures use them. A part of them are compounds of two such
words, as Dutch makes them by the thousand, so that a large corpus has a long tail of rare words too.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from igs.models import Municipality, Region
from optil_portal.records.index import rebuild
from optil_portal.records.models import State
from projects.models import Audience, Partner, Project, Theme

SEED = 2026
TEXTS = Path(__file__).parents[2] / "fixtures" / "projects.json"
WORD = re.compile(r"[^\W\d_]{2,}")
COMPOUNDED = 0.12  # the part of the words that are compounds
TITLE, SUMMARY, BODY = (3, 7), (15, 30), (60, 120)  # words, at least and at most
YEARS = range(2008, 2027)
AT_ONCE = 2_000
# What a project names beside its region and its first theme, each with the most of it.
NAMED: dict[str, tuple[type[Model], int]] = {
    "other_regions": (Region, 2),
    "further_themes": (Theme, 2),
    "municipalities": (Municipality, 6),
    "partners": (Partner, 3),
    "audiences": (Audience, 2),
}


class Vocabulary:
    """Words that are drawn as often as real texts use them."""

    def __init__(self, used: Counter[str], random: Random) -> None:
        """Keep the words with how often they are `used`."""
        self.words = list(used)
        self.weights = list(accumulate(used.values()))
        self.parts = [word for word, _ in used.most_common() if len(word) > 3]
        self.random = random

    def draw(self, count: int) -> list[str]:
        """So many words."""
        drawn = self.random.choices(self.words, cum_weights=self.weights, k=count)
        return [self.compound() if self.random.random() < COMPOUNDED else word for word in drawn]

    def compound(self) -> str:
        """Two words as one; those that are used often far more often, as in any language."""
        first, last = (self.parts[int(len(self.parts) * self.random.random() ** 3)] for _ in range(2))
        return first + last

    def sentence(self, bounds: tuple[int, int]) -> str:
        """A number of words, within the bounds."""
        return " ".join(self.draw(self.random.randint(*bounds))).capitalize()


def real_words() -> Counter[str]:
    """The words of the real projects, each with how often it stands there."""
    fields = [record["fields"] for record in json.loads(TEXTS.read_text()) if "body" in record["fields"]]
    texts = (f"{one['title']} {one['summary']} {one['body']}" for one in fields)
    return Counter(word.lower() for text in texts for word in WORD.findall(text))


def drawn(number: int, vocabulary: Vocabulary, regions: list[int], themes: list[int]) -> Project:
    """A public project."""
    random = vocabulary.random
    first = random.choice(YEARS)
    return Project(
        title=vocabulary.sentence(TITLE)[:160],
        slug=f"project-{number}",
        summary=vocabulary.sentence(SUMMARY)[:400],
        body=vocabulary.sentence(BODY),
        state=State.PUBLISHED,
        region_id=random.choice(regions),
        theme_id=random.choice(themes),
        kind=random.choice(Project.Kind.values),
        year_from=first,
        year_until=min(first + random.randrange(4), YEARS[-1]),
        source_name="bench/search",
    )


def keys(model: type[Model]) -> list[int]:
    """The keys of all records of a model, in order."""
    return list(model._base_manager.order_by("pk").values_list("pk", flat=True))


def links(projects: list[Project], field: str, random: Random) -> Iterator[Model]:
    """The links of projects to what a field names."""
    many: Any = Project._meta.get_field(field)
    model, most = NAMED[field]
    known = keys(model)
    through, one, other = many.remote_field.through, many.m2m_field_name(), many.m2m_reverse_field_name()
    for project in projects:
        for pk in random.sample(known, random.randrange(most + 1)):
            yield through(**{f"{one}_id": project.pk, f"{other}_id": pk})


def fill(count: int) -> None:
    """Add so many projects, behind the back of the index: that is made at once when all are there."""
    random = Random(SEED)
    vocabulary = Vocabulary(real_words(), random)
    regions, themes = keys(Region), keys(Theme)
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        projects = [drawn(number, vocabulary, regions, themes) for number in numbers]
        create(Project, projects)
        for field in NAMED:
            create(getattr(Project, field).through, links(projects, field, random))


def prepare(count: int) -> None:
    """Add so many projects, index them, and have the database look at them."""
    fill(count)
    rebuild()
    analyze()


def analyze() -> None:
    """Have the database look at what it has, for otherwise it does so by itself, somewhere halfway."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def create(model: type[Any], records: Iterable[Any]) -> None:
    """Write records without the index."""
    QuerySet[Any](model).bulk_create(records, batch_size=AT_ONCE)

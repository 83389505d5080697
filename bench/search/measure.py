"""The measurements on one database, that of the environment."""

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import NamedTuple
from urllib.parse import urlencode

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client

from bench.search.corpus import SEED, analyze, fill, real_words
from igs.models import Region
from optil_portal.records.clock import today
from optil_portal.records.index import Word, rebuild
from optil_portal.records.known_edition import one_edition
from optil_portal.records.search import interpreted, remembered
from projects.filters import ProjectFilter
from projects.lists import ProjectList
from projects.models import Project, Theme
from projects.models.project import CARD_FIELDS, Card

PER_PAGE = ProjectList.paginate_by
FURTHER = 50  # the other page that is measured
LARGE = 50_000  # projects, from which on the bounds for many hold
QUESTIONS = 20  # of each kind, at most
EACH = 10  # milliseconds, on a small database
# The part of the projects in which words of a kind are found: from, and up to.
SHARES = {"zeldzaam": (0, 0.001), "middelmatig": (0.001, 0.04), "in 4–12 %": (0.04, 0.12), "in > 25 %": (0.25, 1)}


class Case(NamedTuple):
    """What is measured: the bound of its p95 in milliseconds on a large database, what is asked, and of whom."""

    name: str
    bound: float
    ask: Callable[[str], object]
    questions: list[str]
    small: float = EACH


class Spent(NamedTuple):
    """Milliseconds: on the clock, in this process, and in the server of the database."""

    clock: float
    python: float
    server: float


def hits(words: str, page: int = 1) -> list[Card]:
    """A page of the projects with the words, as the list asks for it."""
    return best(asked(urlencode({"q": words})), page)


def further(words: str) -> list[Card]:
    """The same, further on."""
    return hits(words, FURTHER)


def best(found: ProjectFilter, page: int = 1) -> list[Card]:
    """A page of the best answers, or of all when no words are asked."""
    places = PER_PAGE * (page - 1), PER_PAGE * page
    if found.words:
        return [Card(*values) for values in found.best(*places, *CARD_FIELDS)]
    return found.qs[slice(*places)].cards()


def asked(query: str) -> ProjectFilter:
    """The list for what stands in an address."""
    return ProjectFilter(QueryDict(query), Project.objects.listed().with_years(today()))


def facets(query: str) -> object:
    """The counts of all facets."""
    return asked(query).rows


def listed(query: str) -> object:
    """The first page of a list with all counts."""
    found = asked(query)
    return best(found), found.rows


def listed_further(query: str) -> object:
    """The same, further on."""
    found = asked(query)
    return best(found, FURTHER), found.rows


def meant(word: str) -> object:
    """What was meant by a word that is nowhere."""
    return interpreted(word, Project.search_kind).corrections


def visited(path: str) -> object:
    """A whole page."""
    response = Client(SERVER_NAME="127.0.0.1").get(path)
    if response.status_code != 200:
        sys.exit(f"{path} antwoordt {response.status_code}.")
    return response


def by_share(total: int) -> dict[str, list[str]]:
    """Words of the real texts by the part of the projects in which they are found."""
    found: dict[str, list[str]] = {kind: [] for kind in SHARES}
    counted = real_words().most_common()
    words = [word for word, _ in counted if len(word) > 3]
    Random(SEED).shuffle(words)
    # The commonest words first, for there are few of them.
    for word in [*(word for word, _ in counted[:80] if len(word) > 3), *words]:
        if all(len(some) == QUESTIONS for some in found.values()):
            break
        share = Project.objects.search(word).count() / total
        for kind, (least, most) in SHARES.items():
            if least < share <= most and len(found[kind]) < QUESTIONS and word not in found[kind]:
                found[kind].append(word)
    return found


def rare_words() -> list[str]:
    """Words that stand in the index and in no real text."""
    real = set(real_words())
    words = [word for word in Word.objects.order_by("-pk").values_list("text", flat=True)[:2000] if word not in real]
    return Random(SEED).sample(words, min(QUESTIONS, len(words)))


def misspelled(words: Sequence[str]) -> list[str]:
    """Words with two letters that changed places, as far as that makes another one."""
    found = [f"{word[:2]}{word[3]}{word[2]}{word[4:]}" for word in words if len(word) > 6 and word[2] != word[3]]
    return [word for word in found if not Word.objects.filter(text=word).exists()]


def addresses() -> list[str]:
    """What the address of a list asks of its facets: little, much, and with words."""
    themes = [*Theme.objects.order_by("number").values_list("slug", flat=True)]
    regions = [*Region.objects.active(today()).order_by("pk").values_list("slug", flat=True)]
    one = [urlencode({"thema": theme}) for theme in themes]
    two = [urlencode([("thema", themes[0]), ("regio", first), ("regio", other)]) for first, other in pairwise(regions)]
    return ["", "sinds=2020", "soort=lokaal-initiatief", *one, *two]


def cases(total: int) -> list[Case]:
    """All that is measured."""
    words = by_share(total)
    rare, medium, common, everywhere = (words[kind] for kind in SHARES)
    rare = [*rare[: QUESTIONS // 2], *rare_words()[: QUESTIONS // 2]]
    wrong = misspelled([*medium, *common, *everywhere])
    begun = list(dict.fromkeys(word[:4] for word in [*medium, *common, *everywhere] if len(word) > 5))[:QUESTIONS]
    pairs = [f"{one} {other}" for one, other in zip(medium, common, strict=False)]
    very = [f"{one} {other}" for one, other in pairwise(everywhere)]
    every = [*rare[:5], *medium[:5], *common[:5], *everywhere[:5], *pairs[:5], *wrong[:5], *begun[:5]]
    paths = [f"/{name}/?{urlencode({'q': one})}" for one in every for name in ("projecten", "zoeken")]
    both = [urlencode({"q": one, "sinds": "2015"}) for one in [*medium[:5], *common[:5]]]
    return [
        Case("zeldzaam woord", 20, hits, rare),
        Case("middelmatig woord", 20, hits, medium),
        Case("woord in 4–12 %", 60, hits, common),
        Case(f"idem, bladzijde {FURTHER}", 60, further, common),
        Case("woord in > 25 %", 120, hits, everywhere),
        Case(f"idem, bladzijde {FURTHER}", 120, further, everywhere),
        Case("twee woorden", 20, hits, pairs),
        Case("twee woorden in > 25 %", 120, hits, very),
        Case("vier letters", 120, hits, begun),
        Case("tikfout", 20, hits, wrong),
        Case("bedoelde je", 10, meant, wrong),
        Case("alle facetten", 60, facets, addresses()),
        Case("lijst met alle facetten", 120, listed, [*addresses(), *both]),
        Case(f"idem, bladzijde {FURTHER}", 120, listed_further, addresses()),
        Case("hele bladzijde", 200, visited, [*paths, "/projecten/", "/projecten/?thema=lezen&sinds=2020"], 200),
    ]


def server() -> Callable[[], float]:
    """What gives the milliseconds that the server of this connection has computed."""
    if connection.vendor != "postgresql":
        return lambda: 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [pid] = cursor.fetchone()
    spent = Path(f"/proc/{pid}/schedstat")
    return lambda: int(spent.read_text().split()[0]) / 1e6


def timed(case: Case, rounds: int, computed: Callable[[], float]) -> list[Spent]:
    """What each question took in its fastest round, for in the others the machine did something else as well."""
    turns = [[spent(case, question, computed) for question in case.questions] for _ in range(rounds)]
    return [min(several) for several in zip(*turns, strict=True)]


def spent(case: Case, question: str, computed: Callable[[], float]) -> Spent:
    """What a question that nobody asked before took, in a request as visitors make it."""
    remembered.cache_clear()
    clock, python, own = perf_counter(), process_time(), computed()
    with one_edition():
        case.ask(question)
    return Spent((perf_counter() - clock) * 1000, (process_time() - python) * 1000, computed() - own)


def p95(values: Sequence[float]) -> float:
    """The value that one in twenty passes."""
    return quantiles(values, n=20, method="inclusive")[-1]


def measure(projects: int, rounds: int) -> int:
    """Fill the database, measure and tell; 1 when a bound is passed."""
    call_command("migrate", verbosity=0)
    call_command("seed", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if not Project.objects.slugged("project-0"):
        began = perf_counter()
        fill(projects)
        filled = perf_counter()
        rebuild()
        print(f"gevuld in {filled - began:.0f} s, index gemaakt in {perf_counter() - filled:.0f} s")
    analyze()
    total = Project.objects.published().count()
    print(f"\n{connection.display_name}, {total} projecten; milliseconden, de rekentijd als p95")
    print(f"{'':28}{'vragen':>7}{'p50':>8}{'p95':>8}{'Python':>8}{'server':>8}{'grens':>7}")
    computed, missed = server(), []
    for case in cases(total):
        case.ask(case.questions[0])
        clock, python, own = zip(*timed(case, rounds, computed), strict=True)
        bound = case.bound if total > LARGE else case.small
        late = p95(clock) > bound
        missed += [case.name] * late
        print(
            f"{case.name:28}{len(case.questions):7}{median(clock):8.1f}{p95(clock):8.1f}"
            f"{p95(python):8.1f}{p95(own):8.1f}{bound:7.0f}{'  te traag' if late else ''}",
            flush=True,
        )
        worst = sorted(zip(clock, case.questions, strict=True), reverse=True)[:4]
        print("     ", ", ".join(f"{question} {took:.0f}" for took, question in worst))
    return int(bool(missed))

"""The facets of the lists: what they narrow, count and tell, beside a plain reading of the records in Python."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from igs.models import Membership, Municipality, Region
from libraries.filters import LibraryFilter
from libraries.models import Library
from optil_portal.records.filters import FacetedFilterSet
from projects.filters import ProjectFilter
from projects.models import Audience, Partner, Project, Theme
from tests.factories import make_library, make_membership, make_project, make_region
from tests.visiting import classed, links, section, text, texts, visit

TODAY = date(2026, 11, 24)
Values = dict[str, set[str]]
Question = list[tuple[str, str]]


@pytest.fixture
def many_projects() -> None:
    """Beside the fixtures sixty projects that name whatever there is, some of it twice."""
    chance = Random(4)
    regions, themes = [*Region.objects.all()], [*Theme.objects.all()]
    some: dict[str, list[Any]] = {
        "other_regions": regions,
        "further_themes": themes,
        "municipalities": [*Municipality.objects.all()[:12]],
        "partners": [*Partner.objects.all()],
        "audiences": [*Audience.objects.all()],
    }
    for _ in range(60):
        first = chance.choice([None, *range(2015, 2026)])
        last = chance.choice([None, first and min(first + 3, 2026), 2019 if first is None else None])
        make_project(
            region=chance.choice(regions),
            theme=chance.choice(themes),
            kind=chance.choice(["igs", "local"]),
            year_from=first,
            year_until=last,
            still_runs=chance.choice([None, True, False]) if last is None else None,
            state=chance.choice(["published", "published", "published", "draft"]),
            **{name: chance.sample(known, chance.randrange(3)) for name, known in some.items()},
        )


def provinces() -> dict[int, set[str]]:
    """The provinces of the members of each region."""
    found: dict[int, set[str]] = {region.pk: set() for region in Region.objects.all()}
    members: Iterable[Any] = Membership.objects.on(TODAY).exclude(municipality=None).select_related("municipality")
    for one in members:
        found[one.region_id].add(one.municipality.province)
    return found


def years_of(project: Project) -> range:
    """The years in which a project runs for sure."""
    running = TODAY.year if project.still_runs else None
    first = project.year_from or project.year_until or running
    last = project.year_until or running or first
    return range(first, last + 1) if first and last else range(0)


def values_of_projects() -> list[Values]:
    """The values of each public project for each facet."""
    lies_in = provinces()
    projects: Iterable[Any] = (
        Project.objects.published()
        .select_related("theme", "region")
        .prefetch_related("further_themes", "other_regions", "municipalities", "audiences", "partners")
    )
    return [
        {
            "thema": {one.theme.slug, *slugs(one.further_themes)},
            "regio": {one.region.slug, *slugs(one.other_regions)},
            "provincie": {name for region in (one.region, *one.other_regions.all()) for name in lies_in[region.pk]},
            "gemeente": slugs(one.municipalities),
            "doelgroep": slugs(one.audiences),
            "partner": slugs(one.partners),
            "soort": {"project-van-het-igs" if one.kind == "igs" else "lokaal-initiatief"},
            "jaar": {f"{year}" for year in years_of(one)},
            "sinds": {f"{year}" for year in range(1990, max(years_of(one), default=0) + 1)},
        }
        for one in projects
    ]


def slugs(records: Any) -> set[str]:
    return {one.slug for one in records.all()}


def fits(values: Values, question: Question) -> bool:
    """Whether what has the values is an answer: one of the chosen of each facet, none of the excluded."""
    for key in values:
        asked = [value for facet, value in question if facet == key]
        chosen = {value for value in asked if not value.startswith("-")}
        excluded = {value[1:] for value in asked if value.startswith("-")}
        if (chosen and not chosen & values[key]) or excluded & values[key]:
            return False
    return True


def answers(known: Iterable[Values], question: Question) -> int:
    return sum(fits(values, question) for values in known)


def questions(known: list[Values], number: int, seed: int) -> list[Question]:
    """Questions of one to four values of up to three facets, now and then behind a minus."""
    chance = Random(seed)
    there = {key: sorted(set().union(*(values[key] for values in known))) for key in known[0]}
    there["sinds"] = there.get("jaar", [])
    keys = [key for key in there if there[key]]
    asked = []
    for _ in range(number):
        question = [(key, chance.choice(there[key])) for key in chance.sample(keys, chance.randrange(1, 4))]
        question += [(key, chance.choice(there[key])) for key, _ in question[:1] if key != "sinds"]
        asked.append([(key, f"-{value}" if chance.random() < 0.2 else value) for key, value in dict.fromkeys(question)])
    return asked


def asked(kind: type[FacetedFilterSet], question: Question) -> FacetedFilterSet:
    """The filters of a list with a question."""
    lists: dict[Any, tuple[str, Callable]] = {
        ProjectFilter: ("/projecten/", lambda: Project.objects.listed().with_years(TODAY)),
        LibraryFilter: ("/bibliotheken/", Library.objects.listed),
    }
    path, records = lists[kind]
    return kind(QueryDict(urlencode(question)), records(), request=RequestFactory().get(path))


def counts(filterset: FacetedFilterSet) -> dict[str, dict[str, int]]:
    """What each option of each facet counts, without those that count nothing."""
    return {
        key: {option.value: option.records for option in filterset.options(key) if option.records}
        for key in filterset.facets
    }


def counted(known: list[Values], question: Question) -> dict[str, dict[str, int]]:
    """What each option should count: the answers with no other value of its facet chosen."""
    found = {}
    for key in known[0]:
        rest = [(one, value) for one, value in question if one != key or value.startswith("-")]
        fitting = Counter(value for values in known if fits(values, rest) for value in values[key])
        excluded = {value[1:] for one, value in question if one == key and value.startswith("-")}
        found[key] = {value: number for value, number in fitting.items() if value not in excluded}
    return found


def number_on(page: Any) -> int:
    """The number in the sentence above a list."""
    (heading,) = (one for one in page.main.iter("h2") if one.get("id") == "gevonden")
    return int(re.match(r"[\d.]+", text(heading))[0].replace(".", ""))  # type: ignore[index]


# Against the plain reading.


def test_any_question_to_the_projects_finds_what_it_should_and_counts_it_so(many_projects):
    known = values_of_projects()
    for question in [[], *questions(known, 60, seed=1)]:
        filterset = asked(ProjectFilter, question)
        assert filterset.qs.count() == filterset.count == answers(known, question), question
        expected = counted(known, question)
        ends = {max(values["sinds"]) for values in known if values["sinds"]}
        expected["sinds"] = {value: number for value, number in expected["sinds"].items() if value in ends}
        found = counts(filterset)
        # Of a later year nothing ends there that fits; of the years where something does, each is told.
        assert {v: expected["sinds"].get(v) for v in found["sinds"]} == found.pop("sinds"), question
        assert found == {key: expected[key] for key in found}, question


def test_any_question_to_the_libraries_finds_what_it_should_and_counts_it_so():
    ended = make_region(name="Voorbij", slug="voorbij", last_day=date(2021, 12, 31))
    member = Municipality.objects.get(slug="gent")
    make_membership(region=ended, municipality=member, since=date(2020, 1, 1), until=date(2022, 6, 1))
    make_membership(region=make_region(), municipality=member, since=date(2022, 6, 1))
    make_library(municipality=member)
    regions: dict[int, set[str]] = {}
    at_its_end = Membership.objects.on(date(2021, 12, 31)).filter(region=ended)
    members: list[Any] = [*Membership.objects.on(TODAY), *at_its_end]
    for one in members:
        regions.setdefault(one.municipality_id, set()).add(one.region.slug)
    known = [
        {
            "provincie": {one.municipality.province},
            "regio": regions.get(one.municipality_id, set()),
            "netwerk": {one.network.slug} if one.network else set(),
        }
        for one in Library.objects.published().select_related("municipality", "network")
    ]
    assert any("voorbij" in values["regio"] for values in known)
    for question in [[], [("regio", "voorbij")], *questions(known, 25, seed=2)]:
        filterset = asked(LibraryFilter, question)
        assert filterset.qs.count() == filterset.count == answers(known, question), question
        assert counts(filterset) == counted(known, question), question


def test_a_click_on_an_option_gives_the_number_beside_it(client, many_projects):
    chance = Random(3)
    for question in questions(values_of_projects(), 6, seed=3):
        filterset = asked(ProjectFilter, question)
        key = chance.choice([key for key in filterset.facets if filterset.options(key)])
        option = chance.choice(filterset.options(key))
        excluded = {choice.value for choice in filterset.choices if choice.excluded and choice.key == key}
        if option.value in excluded:
            continue
        rest = [(one, value) for one, value in question if one != key or value.startswith("-")]
        page = visit(client, f"/projecten/?{urlencode([*rest, (key, option.value)])}")
        assert (page.status, number_on(page)) == (200, option.records)


def test_the_numbers_beside_the_boxes_are_those_that_were_counted(client):
    page = visit(client, "/projecten/?thema=lezen&regio=-co7")
    told = re.findall(r'name="(\w+)" value="([^"]+)"(?: checked)?>[^<]+ <span>(\d+)</span>', page.content)
    filterset = asked(ProjectFilter, [("thema", "lezen"), ("regio", "-co7")])
    expected = [(key, value, f"{n}") for key, found in counts(filterset).items() for value, n in found.items()]
    assert told == [one for one in expected if one[0] != "sinds"]
    assert ("thema", "collecties", "21") in told


def test_the_options_of_a_facet_do_not_vanish_when_one_is_chosen():
    for key, value in (("thema", "lezen"), ("regio", "midwest"), ("soort", "lokaal-initiatief"), ("jaar", "2020")):
        assert counts(asked(ProjectFilter, [(key, value)]))[key] == counts(asked(ProjectFilter, []))[key]


def test_an_option_that_is_chosen_stands_there_even_when_it_counts_nothing():
    options = asked(ProjectFilter, [("partner", "howest"), ("gemeente", "aalst"), ("thema", "partners")]).options(
        "gemeente"
    )
    assert [(one.value, one.records) for one in options if one.value == "aalst"] == [("aalst", 0)]


# Other questions.


def asked_by(link: str) -> Question:
    return parse_qsl(urlsplit(link).query)


def test_each_chip_takes_away_or_turns_precisely_one_choice(client, many_projects):
    for question in questions(values_of_projects(), 5, seed=5):
        whole = [("q", "bib"), *question, ("sorteer", "regio")]
        page = visit(client, f"/projecten/?{urlencode([*whole, ('pagina', '2')])}")
        (chips,) = classed(page.main, "chips")
        found = {name: asked_by(href) for name, href in links(chips)}
        order = asked(ProjectFilter, whole).pairs
        assert sorted(order) == sorted(whole[:-1])
        taken = [rest for name, rest in found.items() if name.startswith("Laat ")]
        assert all(len(rest) == len(whole) - 1 and set(rest) < set(whole) for rest in taken)
        sizes = [len(classed(chips, "not")), len(chips)]
        excluded = [value for _, value in question if value.startswith("-")]
        assert sizes == [len(excluded), len(whole)]  # a chip for each, the order apart, and the link that clears all
        for key, value in question:
            turned = (key, value[1:] if value.startswith("-") else f"-{value}")
            same = [rest for rest in found.values() if set(rest) == {*whole, turned} - {(key, value)}]
            assert len(same) == (key != "sinds")
        assert found["Wis alles"] == [("sorteer", "regio")]


def test_what_to_leave_out_of_a_question_that_finds_nothing_is_counted_right(client, many_projects):
    known = values_of_projects()
    empty = [one for one in questions(known, 150, seed=6) if not answers(known, one)]
    for question in empty[:25]:
        for way in asked(ProjectFilter, question).ways_out:
            assert answers(known, asked_by(way.address)) == way.records > 0
    page = visit(client, f"/projecten/?{urlencode(empty[0])}")
    (help_,) = classed(page.main, "empty")
    for name, href in links(help_):
        assert number_on(visit(client, href)) > 0, name
    assert len(empty) > 10


def test_who_finds_nothing_reads_what_to_leave_out(client):
    page = visit(client, "/projecten/?thema=lezen&q=ruimteschip")
    (help_,) = classed(page.main, "empty")
    assert text(help_) == ("We vonden niets. Laat een deel van je vraag weg: zonder met ‘ruimteschip’ vind je er 17")
    assert [href for _, href in links(help_)] == ["/projecten/?thema=lezen"]


def test_who_asks_too_much_at_once_reads_what_to_keep(client):
    page = visit(client, "/projecten/?gemeente=aalst&partner=howest&q=ruimteschip&doelgroep=scholen")
    (help_,) = classed(page.main, "empty")
    assert text(help_).startswith("We vonden niets. Vraag minder tegelijk: alleen ")


# In words.


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "56 projecten"),
        ("thema=lezen", "17 projecten over lezen"),
        ("thema=lezen&thema=collecties&thema=partners", "40 projecten over lezen, collecties of partners"),
        ("thema=lezen&regio=midwest&regio=zuidwest", "0 projecten over lezen in Midwest of Zuidwest"),
        ("regio=midwest&sinds=2015", "1 project in Midwest, sinds 2015"),
        ("soort=lokaal-initiatief", "8 projecten van de soort lokaal initiatief"),
        ("thema=-lezen&provincie=limburg", "1 project in de provincie Limburg, niet over lezen"),
        ("q=bakfiets&jaar=2020", "0 projecten met ‘bakfiets’, in 2020"),
    ],
)
def test_one_sentence_says_what_is_shown(client, query: str, sentence: str):
    page = visit(client, f"/projecten/?{query}")
    (heading,) = (one for one in page.main.iter("h2") if one.get("id") == "gevonden")
    title = text(next(page.root.iter("title"))).removesuffix(" · IGS cultuur")
    assert (text(heading), title) == (sentence, sentence if query else "Projecten")


def test_facets_are_told_as_boxes_behind_their_name(client):
    page = visit(client, "/projecten/?regio=midwest&regio=-co7")
    (folds,) = classed(page.main, "folds")
    names = texts(folds.iter("summary"))
    assert names == ["Regio 2 gekozen", "Provincie", "Gemeente", "Doelgroep", "Soort", "Jaar"]
    ticked = [one.get("value", "") for one in page.main.iter("input") if one.get("checked") is not None]
    assert sorted(ticked) == ["-co7", "midwest"]


# In an order.


def test_the_projects_stand_in_the_order_that_is_asked(client):
    def titles(query: str) -> list[str]:
        return [text(one) for one in section(visit(client, f"/projecten/?{query}"), "gevonden").iter("h3")]

    known: list[Any] = [*Project.objects.published().with_years(TODAY).select_related("region")]
    by_title = sorted(known, key=lambda one: one.title.lower())
    recent = sorted(by_title, key=lambda one: -(one.last_year or 0))
    regions = sorted(by_title, key=lambda one: one.region.name)
    assert titles("") == titles("sorteer=titel") == [one.title for one in by_title][:18]
    assert titles("sorteer=recent") == [one.title for one in recent][:18]
    assert titles("sorteer=regio") == [one.title for one in regions][:18]
    assert titles("sorteer=onzin") == titles("")


def test_who_asks_words_gets_the_best_answers_first(client):
    page = visit(client, "/projecten/?q=bib")
    (sorts,) = classed(page.main, "sorts")
    assert texts(sorts.iter("strong")) == ["beste antwoord"]
    assert ("titel", "?q=bib&sorteer=titel") in links(sorts)
    assert texts(
        next(iter(classed(visit(client, "/projecten/?q=bib&sorteer=titel").main, "sorts"))).iter("strong")
    ) == ["titel"]


# Nonsense.


@pytest.mark.parametrize(
    "query",
    [
        "thema=-",
        "thema=--lezen",
        "jaar=99999999999999999999&sinds=-5",
        "jaar=%D9%A2%D9%A0%D9%A2%D9%A0",
        "gemeente=%00&partner=%F0%9F%93%9A&doelgroep=" + "a" * 5000,
        "&".join(f"gemeente=x{number}" for number in range(300)),
    ],
)
def test_nonsense_in_a_facet_is_left_out_and_said_so(client, query: str):
    page = visit(client, f"/projecten/?{query}")
    assert (page.status, number_on(page)) == (200, 56)
    assert "Een deel van je vraag herkenden we niet" in text(page.main)


def test_many_choices_at_once_cost_no_more_queries_than_the_budget(client):
    query = "q=e&thema=lezen&regio=co7&provincie=-limburg&gemeente=-aalst&doelgroep=kinderen&partner=-howest&jaar=2020"
    page = visit(client, f"/projecten/?{query}&soort=project-van-het-igs&sinds=2018&provincie=west-vlaanderen")
    assert (page.status, page.queries <= 8) == (200, True)


def test_each_of_several_words_is_a_part_to_leave_out(client):
    page = visit(client, "/projecten/?q=ruimteschip+voorlezen&thema=lezen")
    (help_,) = classed(page.main, "empty")
    [(name, href)] = links(help_)
    assert (name, href) == ("zonder met ‘ruimteschip’", "/projecten/?q=voorlezen&thema=lezen")
    assert f"vind je er {number_on(visit(client, href))}" in text(help_)

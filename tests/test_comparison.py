"""Regions side by side, and those that are like one: the facts, the reasons, and what an address may ask."""

from datetime import date
from itertools import combinations
from urllib.parse import quote
from xml.etree.ElementTree import Element

import pytest
from django.test import Client

from igs.models import Region
from optil_portal.comparison.likeness import NEAREST, Profile, difference, distance, likeness, nearest, profile
from optil_portal.records.clock import today
from projects.models import Project, Theme
from projects.models.spread import Spread
from tests.factories import make_membership, make_population, make_project, make_region
from tests.visiting import Page, classed, links, section, text, texts, visit, words

PATH = "/regios/vergelijken/"


def compared(client: Client, query: str = "") -> Page:
    """The page that compares what a query asks, which is always there."""
    page = visit(client, PATH + query)
    assert page.status == 200
    return page


def asking(*slugs: str) -> str:
    """The query that asks for regions."""
    return "?" + "&".join(f"regio={quote(slug)}" for slug in slugs)


def table(page: Page) -> dict[str, list[str]]:
    """The facts on a page: what is told of each region, under the name of its row."""
    found = [row for body in page.main.iter("tbody") for row in body if row.get("class") != "group"]
    return {(row.findall("th")[0].text or ""): [" ".join(words(one).split()) for one in cells(row)] for row in found}


def cells(row: Element) -> list[Element]:
    """The values in a row, without the names of the regions that stand before them on a telephone."""
    return [value for cell in row.findall("td") for value in cell.findall("div")]


def columns(page: Page) -> list[str]:
    """The regions at the head of the table."""
    return [text(one) for one in classed(page.main, "name")]


def notices(page: Page) -> list[str]:
    """What the page says of a question that it could not answer as it was asked."""
    return texts(classed(page.main, "doubt"))


def profiles() -> list[Profile]:
    """The profile of each region of today."""
    themes, spread = Theme.tiles(), Spread()
    return [profile(region, themes, spread) for region in Region.objects.active(today()).with_figures(today())]


def of(slug: str) -> Profile:
    """The profile of a region."""
    return next(one for one in profiles() if one.region.slug == slug)


# Side by side.


def test_two_regions_stand_side_by_side_with_all_that_is_known(client):
    facts = table(compared(client, asking("midwest", "co7")))
    assert {name: values for name, values in facts.items() if name != "Opgericht"} == {
        "Inwoners": ["172.711", "89.259"],
        "Gemeenten": [
            "8 Hooglede, Ingelmunster, Izegem, Lichtervelde, Moorslede, Roeselare, Staden, Wingene",
            "7 Heuvelland, Ieper, Langemark-Poelkapelle, Mesen, Poperinge, Vleteren, Zonnebeke",
        ],
        "Oppervlakte": ["348", "510"],
        "Provincie": ["West-Vlaanderen", "West-Vlaanderen"],
        "Rechtsvorm": ["dienstverlenende vereniging", "projectvereniging"],
        "Erkend IGS sinds": ["1 januari 2020", "1 januari 2020"],
        "Bibliotheken": ["8", "4"],
        "Netwerk": ["Midwestbibliotheken", "Biblio7"],
        "Projecten": ["2", "3"],
        "Lezen": ["nog geen", "nog geen"],
        "Collecties": ["1", "nog geen"],
        "Thuisgevoel": ["1", "3"],
        "Expertise": ["1", "nog geen"],
        "Partners": ["nog geen", "1"],
    }
    assert [value.split(" ")[0] for value in facts["Opgericht"]] == ["2017", "2005"]


def test_the_numbers_are_those_of_the_regions_themselves(client):
    regions = [*Region.objects.active(today()).with_figures(today())]
    for four in [regions[:4], regions[4:8], regions[8:12], regions[12:16], regions[15:]]:
        facts = table(compared(client, asking(*(region.slug for region in four))))
        shown = [int(value.replace(".", "")) for value in facts["Inwoners"]]
        assert shown == [region.inhabitants for region in four]
        assert [int(value.split()[0]) for value in facts["Gemeenten"]] == [one.municipality_count for one in four]
        assert [int(value.replace("nog geen", "0")) for value in facts["Projecten"]] == [
            Project.objects.published().in_region(region).count() for region in four
        ]


def test_the_numbers_lead_to_what_they_count(client):
    page = compared(client, asking("midwest", "zuidwest"))
    shown = links(section(page, "naast"))
    assert {address for _, address in shown if address.startswith(("/projecten/", "/bibliotheken/"))} >= {
        "/projecten/?regio=midwest",
        "/projecten/?thema=collecties&regio=zuidwest",
        "/bibliotheken/?regio=midwest",
    }
    wrong = [
        (shown_as, address)
        for shown_as, address in shown
        if "thema=" in address and counted(client, address) != shown_as
    ]
    assert wrong == []


def counted(client: Client, address: str) -> str:
    """How many projects the list at an address shows."""
    return str(len(classed(visit(client, address).main, "card")))


def test_the_bars_are_drawn_against_the_largest_of_the_regions(client):
    page = compared(client, asking("midwest", "co7"))
    first = next(body for body in page.main.iter("tbody"))
    bars = [(one.get("viewbox"), one.findall("rect")[0].get("width")) for one in classed(first, "bar")]
    assert bars[:4] == [
        ("0 0 172711 1", "172711"),
        ("0 0 172711 1", "89259"),
        ("0 0 8 1", "8"),
        ("0 0 8 1", "7"),
    ]


def test_the_table_says_which_cells_its_heads_are_about(client):
    page = compared(client, asking("midwest", "co7", "ginter"))
    heads = [one.get("scope") for one in page.main.iter("th")]
    assert {scope: heads.count(scope) for scope in heads} == {"col": 4, "rowgroup": 4, "row": 16}
    assert {len(row) for body in page.main.iter("tbody") for row in body if row.get("class") != "group"} == {4}


def test_how_the_inhabitants_are_counted_is_told(client):
    assert "Inwonerstelling: 1 januari 2026" in texts(compared(client, asking("co7", "zender")).main.iter("th"))


def test_counts_of_more_than_one_day_are_not_told_as_of_one(client):
    municipality = make_membership(region=Region.objects.get(slug="co7")).municipality
    make_population(municipality=municipality, counted_on=date(2025, 1, 1))
    heads = texts(compared(client, asking("co7", "zender")).main.iter("th"))
    assert "Inwonerstelling: van elke gemeente de laatste" in heads


def test_the_last_day_is_a_fact_where_one_of_them_ends(client):
    assert table(compared(client, asking("ginter", "co7")))["Laatste dag"] == ["31 december 2026", "geen einde bekend"]
    assert "Laatste dag" not in table(compared(client, asking("midwest", "co7")))


def test_what_is_not_known_is_said_to_be_unknown(client):
    empty = make_region(name="Leegland", slug="leegland")
    facts = table(compared(client, asking("leegland", "co7")))
    assert {name: values[0] for name, values in facts.items()} == {
        **dict.fromkeys(["Inwoners", "Oppervlakte", "Provincie", "Opgericht", "Rechtsvorm"], "onbekend"),
        **dict.fromkeys(["Erkend IGS sinds", "Netwerk"], "onbekend"),
        **dict.fromkeys(["Gemeenten", "Bibliotheken", "Projecten"], "nog geen"),
        **dict.fromkeys([theme.short_name for theme in Theme.objects.all()], "nog geen"),
    }
    assert empty.name in columns(compared(client, asking("leegland", "co7")))


def test_a_region_over_more_than_one_province_names_them_all(client):
    facts = table(compared(client, asking("de-merode", "co7")))
    assert facts["Provincie"] == ["Antwerpen, Limburg en Vlaams-Brabant", "West-Vlaanderen"]


# What is asked.


def test_the_regions_stand_in_the_order_asked_and_each_once(client):
    page = compared(client, asking("zuidwest", "co7", "zuidwest", "midwest"))
    assert columns(page) == ["6Zuidwest", "4CO7", "5Midwest"]
    assert (page.title, notices(page)) == ("Drie regio’s naast elkaar", [])


def test_without_a_region_the_page_says_how_many_to_choose(client):
    page = compared(client)
    assert (page.title, notices(page)) == ("Vergelijk regio’s", [])
    assert "Kies twee tot vier regio’s" in text(classed(page.main, "lead")[0])


def test_of_one_region_the_page_says_that_it_takes_two_and_shows_those_like_it(client):
    page = compared(client, asking("midwest"))
    assert page.title == "Regio’s zoals Midwest"
    assert text(classed(page.main, "lead")[0]).startswith(
        "Een vergelijking vraagt twee tot vier regio’s en je koos er één."
    )
    assert len(classed(page.main, "card")) == NEAREST


def test_of_more_than_four_the_first_four_are_shown_and_the_others_named(client):
    page = compared(client, asking("ginter", "co7", "midwest", "zuidwest", "zender", "ecru"))
    assert columns(page) == ["1Ginter", "4CO7", "5Midwest", "6Zuidwest"]
    assert notices(page) == ["Meer dan vier naast elkaar leest niet meer. We lieten Zender en ECRU weg."]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param("onzin", "onzin", id="nonsense"),
        pytest.param("<b>'\"", "<b>'\"", id="markup"),
        pytest.param("a\0b", "ab", id="nul"),
        pytest.param("x" * 10_000, "x" * 100, id="huge"),
        pytest.param("Midwest", "Midwest", id="name-for-slug"),
    ],
)
def test_a_region_that_is_not_known_is_left_out_and_said_so(client, asked: str, told: str):
    page = compared(client, asking("midwest", asked, "co7"))
    assert columns(page) == ["5Midwest", "4CO7"]
    assert notices(page) == [f"‘{told}’: die regio kennen we niet, of ze werkt vandaag niet. We lieten dat weg."]


def test_an_empty_word_is_nothing_asked(client):
    assert notices(compared(client, "?regio=&regio=&x=1")) == []


def test_from_2027_ginter_is_not_to_compare(client, settings):
    settings.TODAY = date(2027, 1, 1)
    page = compared(client, asking("ginter", "co7"))
    assert page.title == "Regio’s zoals CO7"
    assert [one.split(":")[0] for one in notices(page)] == ["‘ginter’"]


def test_a_region_can_be_left_out_by_its_link(client):
    page = compared(client, asking("midwest", "co7", "zender"))
    assert [one.get("href") for one in classed(page.main, "drop")] == [
        PATH + asking("co7", "zender"),
        PATH + asking("midwest", "zender"),
        PATH + asking("midwest", "co7"),
    ]


def test_the_form_holds_every_region_of_today_and_ticks_the_chosen(client):
    page = compared(client, asking("midwest", "co7"))
    boxes = [one for one in page.main.iter("input") if one.get("name") == "regio"]
    assert [one.get("value") for one in boxes] == [one.slug for one in Region.objects.active(today()).by_number()]
    assert {one.get("value") for one in boxes if "checked" in one.keys()} == {"midwest", "co7"}  # noqa: SIM118


def test_on_the_list_each_region_can_be_ticked_to_compare(client):
    page = visit(client, "/regios/")
    (form,) = [one for one in page.main.iter("form") if one.get("action") == PATH]
    boxes = {one.get("value"): one.get("aria-label") for one in form.iter("input")}
    assert boxes == {one.slug: f"Vergelijk {one.name}" for one in Region.objects.active(today())}


def test_the_page_of_a_region_leads_to_its_comparison_as_long_as_it_works(client, settings):
    told = ("Vergelijk met een andere regio", PATH + asking("ginter"))
    assert told in links(visit(client, "/regios/ginter/").main)
    settings.TODAY = date(2027, 1, 1)
    assert told not in links(visit(client, "/regios/ginter/").main)


def test_only_the_empty_comparison_is_for_search_engines(client):
    robots = [
        [one.get("content") for one in compared(client, query).root.iter("meta") if one.get("name") == "robots"]
        for query in ("", asking("midwest"), asking("midwest", "co7"))
    ]
    assert robots == [[], ["noindex"], ["noindex"]]


# Regions like one.


def test_the_distance_is_the_same_from_both_sides_and_between_0_and_1():
    for one, other in combinations(profiles(), 2):
        assert distance(one, other) == distance(other, one)
        assert 0 <= distance(one, other) <= 1


def test_a_region_with_projects_is_at_no_distance_of_its_own_kind():
    assert {distance(one, one) for one in profiles() if any(one.projects.values())} == {0.0}


def test_a_region_is_never_like_itself():
    every = profiles()
    assert [one.region for one in every if one.region in [like.region for like in nearest(one, every)]] == []


def test_the_nearest_are_the_same_whatever_the_order_of_the_others_but_for_equals():
    every = profiles()
    for one in every:
        distances = sorted(distance(one, other) for other in every if other.region != one.region)
        assert len(set(distances[: NEAREST + 1])) == NEAREST + 1  # so there are no equals among the real ones
        assert nearest(one, every) == nearest(one, every[::-1])


def test_of_equally_near_regions_the_first_goes_first():
    one = Profile(Region(pk=1), 100, 4, {"Lezen": 1})
    twins = [Profile(Region(pk=pk), 90, 4, {"Lezen": 1}) for pk in (2, 3, 4, 5)]
    assert [like.region.pk for like in nearest(one, twins)] == [2, 3, 4]
    assert [like.region.pk for like in nearest(one, twins[::-1])] == [5, 4, 3]


def test_the_distance_is_the_mean_of_its_three_parts():
    one = Profile(Region(pk=1), 100_000, 8, {"Lezen": 2, "Collecties": 2})
    other = Profile(Region(pk=2), 50_000, 6, {"Lezen": 1, "Collecties": 0})
    assert distance(one, other) == pytest.approx((0.5 + 0.25 + 0.5) / 3)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(8, 8, 0.0, id="equal"),
        pytest.param(8, 6, 0.25, id="a-quarter-less"),
        pytest.param(6, 8, 0.25, id="other-way-round"),
        pytest.param(0, 8, 1.0, id="not-known"),
        pytest.param(0, 0, 1.0, id="neither-known"),
    ],
)
def test_a_difference_is_the_part_that_the_smallest_is_short(one: int, other: int, expected: float):
    assert difference(one, other) == expected


def test_regions_without_a_known_project_are_not_made_alike_by_that():
    one, other = of("de-merode"), of("zuidrand")
    assert (any(one.projects.values()), any(other.projects.values())) == (False, False)
    assert likeness(one, other).unlike[-1] == "nog geen project bekend van de Merode en Streekvereniging Zuidrand"


def test_the_reasons_give_the_numbers_of_both():
    found = likeness(of("leie-schelde"), of("ginter"))
    assert found.alike[:2] == [
        "ongeveer evenveel inwoners: 119.000 tegen 132.000",
        "ongeveer evenveel gemeenten: 8 tegen 7",
    ]
    assert likeness(of("midwest"), of("ginter")).alike[0] == "evenveel gemeenten: 8"


def test_what_is_not_alike_is_told_too():
    assert likeness(of("neteland"), of("zuidwest")).unlike[:2] == [
        "meer inwoners: 326.000 tegen 71.000",
        "meer gemeenten: 13 tegen 5",
    ]


def test_the_themes_that_are_told_are_those_that_both_have_most():
    one = Profile(Region(pk=1), 1, 1, {"Lezen": 5, "Collecties": 1, "Expertise": 2, "Partners": 0})
    other = Profile(Region(pk=2), 1, 1, {"Lezen": 1, "Collecties": 1, "Expertise": 4, "Partners": 4})
    assert likeness(one, other).alike[-1] == "ook projecten over expertise en lezen"
    third = Profile(Region(pk=3), 1, 1, {"Lezen": 0, "Collecties": 0, "Expertise": 0, "Partners": 1})
    assert likeness(one, third).unlike == ["projecten over andere thema’s"]


def test_the_page_shows_the_nearest_with_their_reasons_and_links_that_put_them_beside(client):
    found = nearest(of("midwest"), profiles())
    page = compared(client, asking("midwest"))
    assert [one for one in links(section(page, "zoals")) if one[1].startswith(PATH)] == [
        (f"Midwest naast {like.region.name}", PATH + asking("midwest", like.region.slug)) for like in found
    ]
    shown = [[one.lower() for one in texts(card.iter("li"))] for card in classed(page.main, "text")]
    assert shown == [like.alike for like in found]
    assert "die even zwaar tellen omdat" in text(classed(section(page, "zoals"), "aside")[0])


def test_a_new_project_changes_what_a_region_is_like():
    before = of("de-merode")
    make_project(region=before.region, theme=Theme.objects.get(slug="lezen"))
    assert (sum(before.projects.values()), of("de-merode").projects["Lezen"]) == (0, 1)

"""The pages of another day: who was in which region, what merged since, and a day that cannot be shown."""

from datetime import date
from urllib.parse import quote

import pytest
from django.test import Client

from igs.models import FormerMunicipality, Membership, Municipality, Outline, Region
from igs.moment import AHEAD, FIRST_DAY, NO_DAY, TOO_EARLY, TOO_LATE, Moment
from tests.factories import make_former_municipality, make_membership, make_municipality, make_outline, make_region
from tests.taking import ids, taken
from tests.visiting import Page, classed, links, rows, section, text, texts, visit

THEN = "?op=2024-12-31"
TODAY = date(2026, 11, 24)


def on(client: Client, path: str, query: str = THEN) -> Page:
    """The page at a path on the day that a query asks for, which is there."""
    page = visit(client, path + query)
    assert page.status == 200
    return page


def members(page: Page) -> list[str]:
    """The names in the table of members on the page of a region."""
    (table,) = classed(page.root, "members")
    return [
        next(one for one in head.itertext() if one.strip()) for head in table.iter("th") if head.get("scope") == "row"
    ]


def told(page: Page) -> str:
    """What stands large under the title."""
    return text(classed(page.main, "lead")[0])


def robots(page: Page) -> list[str]:
    """What the page asks of search engines."""
    return [one.get("content", "") for one in page.root.iter("meta") if one.get("name") == "robots"]


# A region.


def test_a_region_shows_the_members_of_the_day_and_says_so(client):
    page = on(client, "/regios/cultuurtuin-waas/")
    assert told(page) == "Zo was het op 31 december 2024."
    assert members(page) == [
        *("Beveren", "Kruibeke", "Lokeren", "Moerbeke", "Sint-Gillis-Waas", "Sint-Niklaas"),
        *("Stekene", "Temse", "Waasmunster", "Zwijndrecht"),
    ]


def test_the_next_day_it_shows_those_after_the_mergers_and_names_who_merged(client):
    page = on(client, "/regios/cultuurtuin-waas/", "?op=2025-01-01")
    assert members(page) == [
        *("Beveren-Kruibeke-Zwijndrecht", "Lokeren", "Sint-Gillis-Waas", "Sint-Niklaas"),
        *("Stekene", "Temse", "Waasmunster"),
    ]
    assert "Moerbeke tot 1 januari 2025, opgegaan in Lokeren" in texts(section(page, "gemeenten").iter("li"))


@pytest.mark.parametrize(
    ("day", "number"),
    [
        pytest.param("2024-12-31", 150, id="before-the-mergers"),
        pytest.param("2025-01-01", 143, id="since-the-mergers"),
        pytest.param("2026-12-31", 143, id="last-day-of-ginter"),
    ],
)
def test_the_members_on_the_pages_of_all_regions_are_as_many_as_are_known(client, day: str, number: int):
    pages = [on(client, region.get_absolute_url(), f"?op={day}") for region in Region.objects.all()]
    assert sum(len(members(page)) for page in pages) == number == Membership.objects.on(date.fromisoformat(day)).count()


def test_a_former_member_leads_to_its_successor_on_the_same_day(client):
    page = on(client, "/regios/midwest/")
    assert ("Wingene", f"/gemeenten/wingene/{THEN}") in links(section(page, "gemeenten"))
    (told_of,) = [one for one in texts(section(page, "gemeenten").iter("th")) if one.startswith("Wingene")]
    assert told_of.endswith("Ging op 1 januari 2025 met Ruiselede op in de nieuwe gemeente Wingene. Nu: Wingene.")


def test_a_former_member_without_a_note_says_until_when_it_was_in(client):
    region = make_region()
    former = make_former_municipality(successor=make_municipality(name="Nieuwdorp", slug="nieuwdorp"), name="Oudorp")
    make_membership(region=region, municipality=None, former_municipality=former, until=date(2025, 1, 1))
    page = on(client, region.get_absolute_url())
    assert texts(section(page, "gemeenten").iter("th"))[-1] == "OudorpLid tot 1 januari 2025. Nu: Nieuwdorp."


def test_inhabitants_are_not_shown_of_a_day_before_the_first_count(client):
    page = on(client, "/regios/comeet/")
    assert "Inwonertallen van die dag of ervoor hebben we niet." in texts(page.main.iter("p"))
    assert [text(one) for one in classed(page.main, "figures")] == ["gemeenten9"]


def test_inhabitants_are_shown_of_a_day_after_it(client):
    page = on(client, "/regios/comeet/", "?op=2026-03-01")
    assert [text(one) for one in classed(page.main, "figures")] == ["gemeenten9 inwoners, laatste telling190.716"]


def test_a_member_of_which_the_start_is_not_known_is_said_to_be_unsure(client):
    unsure = "Van wie een onbekend begin heeft, weten we niet zeker of die toen al lid was."
    asides = {slug: texts(classed(on(client, f"/regios/{slug}/").main, "aside")) for slug in ("ginter", "comeet")}
    assert {slug: unsure in found for slug, found in asides.items()} == {"ginter": True, "comeet": False}


def test_maldegem_had_left_comeet_when_that_began(client):
    page = on(client, "/regios/comeet/", "?op=2020-01-01")
    assert "Maldegem" not in members(page)
    assert texts(classed(page.main, "rows")) == ["Maldegem tot 1 januari 2020"]


def test_from_2027_the_page_of_ginter_tells_that_it_has_ended(client):
    page = on(client, "/regios/ginter/", "?op=2027-01-01")
    assert texts(classed(page.main, "doubt")) == [
        "Op 1 januari 2027 werkt deze regio niet meer: de laatste dag die we kennen is 31 december 2026. "
        "Hieronder zie je wie die dag lid is."
    ]
    assert len(members(page)) == 8


def test_of_a_day_to_come_a_page_says_that_it_is_what_we_know_now(client):
    page = on(client, "/regios/midwest/", "?op=2027-01-01")
    assert told(page) == "Zo ziet het eruit op 1 januari 2027, voor zover we nu weten."


def test_a_page_of_another_day_shows_nothing_that_is_not_dated(client):
    page = on(client, "/regios/midwest/")
    assert [one.get("aria-labelledby") for one in page.main.iter("section")] == ["gemeenten"]
    assert ("de bladzijde van vandaag", "/regios/midwest/") in links(page.main)


# The map.


def drawn(page: Page, colour: str) -> list[str]:
    """The municipalities of a region on its map."""
    (own,) = [one for one in classed(page.main, colour) if one.tag == "g"]
    return texts(own.iter("title"))


def test_the_map_shows_the_tile_of_the_successor_and_says_so(client):
    page = on(client, "/regios/zuidrand/")
    assert ("Borsbeek" in members(page), "Antwerpen" in members(page)) == (True, False)
    assert "Antwerpen" in drawn(page, Region.objects.get(slug="zuidrand").colour)
    assert "Wie intussen fuseerde, staat er met de tegel van de opvolger." in text(classed(page.main, "caption")[0])


def test_since_the_merger_antwerpen_is_not_on_that_map(client):
    page = on(client, "/regios/zuidrand/", "?op=2025-01-01")
    assert drawn(page, Region.objects.get(slug="zuidrand").colour) == members(page)
    assert "opvolger" not in text(classed(page.main, "caption")[0])


def test_a_tile_shows_the_own_region_of_a_municipality_before_that_of_one_that_merged_into_it():
    municipality = make_municipality()
    make_outline(municipality=municipality)
    own, other = make_membership(municipality=municipality).region, make_region()
    former = make_former_municipality(successor=municipality)
    make_membership(region=other, municipality=None, former_municipality=former)
    (tile,) = [tile for tile in Outline.tiles_then(date(2024, 12, 31)) if tile.slug == municipality.slug]
    assert tile.region == own.pk


def test_of_two_that_merged_a_tile_shows_the_region_of_the_first_by_name():
    municipality = make_municipality()
    make_outline(municipality=municipality)
    regions = {}
    for name in ("Zandhoek", "Akkergem"):
        former = make_former_municipality(name=name, successor=municipality)
        regions[name] = make_membership(municipality=None, former_municipality=former).region.pk
    (tile,) = [tile for tile in Outline.tiles_then(date(2024, 12, 31)) if tile.slug == municipality.slug]
    assert tile.region == regions["Akkergem"]


# A municipality.


def test_a_municipality_shows_its_region_of_the_day_and_keeps_the_day(client):
    page = on(client, "/gemeenten/ieper/")
    assert told(page) == "Zo was het op 31 december 2024. Ieper hoorde bij de regio CO7."
    assert ("CO7", f"/regios/co7/{THEN}") in links(page.main)


def test_a_municipality_that_was_not_there_yet_names_those_that_were(client):
    page = on(client, "/gemeenten/lokeren/")
    assert told(page) == "Zo was het op 31 december 2024. Lokeren zoals we het nu kennen, bestond nog niet."
    assert texts(classed(page.main, "rows")[0]) == [
        "Lokeren in Cultuurtuin Waas, sinds 1 januari 2025 deel van het Lokeren van nu",
        "Moerbeke in Cultuurtuin Waas, sinds 1 januari 2025 deel van Lokeren",
    ]


def test_of_those_that_merged_one_may_have_been_in_no_region(client):
    page = on(client, "/gemeenten/wingene/")
    assert texts(classed(page.main, "rows")[0]) == [
        "Ruiselede in geen IGS cultuur, sinds 1 januari 2025 deel van Wingene",
        "Wingene in Midwest, sinds 1 januari 2025 deel van het Wingene van nu",
    ]


def test_a_municipality_that_took_another_in_was_there_already(client):
    page = on(client, "/gemeenten/antwerpen/")
    assert told(page) == "Zo was het op 31 december 2024. Antwerpen lag in geen IGS cultuur."
    assert texts(classed(page.main, "rows")[0]) == [
        "Borsbeek in Streekvereniging Zuidrand, sinds 1 januari 2025 deel van Antwerpen"
    ]


def test_all_that_merged_were_apart_on_the_day_before_and_not_on_the_day_itself():
    for municipality in Municipality.objects.filter(predecessors__merged_on=date(2025, 1, 1)).distinct():
        assert municipality.parts_on(date(2024, 12, 31)).former == [*municipality.predecessors.all()]
        assert municipality.parts_on(date(2025, 1, 1)).former == []


def test_the_name_of_a_municipality_that_merged_leads_to_its_successor_on_the_same_day(client):
    response = client.get(f"/gemeenten/moerbeke/{THEN}")
    assert (response.status_code, response.headers["Location"]) == (301, f"/gemeenten/lokeren/{THEN}")


def test_a_former_name_of_a_region_leads_to_it_on_the_same_day(client):
    response = client.get(f"/regios/bie/{THEN}")
    assert (response.status_code, response.headers["Location"]) == (301, f"/regios/midwest/{THEN}")


def test_a_municipality_says_of_which_region_it_was_no_member_any_more(client):
    page = on(client, "/gemeenten/maldegem/")
    assert texts(classed(page.main, "rows")[0]) == ["Lid van COMEET tot 1 januari 2020"]


# The list.


@pytest.mark.parametrize(
    ("day", "said"),
    [
        pytest.param("2024-12-31", "In 19 regio’s samen 150 gemeenten.", id="before-the-mergers"),
        pytest.param("2025-01-01", "In 19 regio’s samen 143 gemeenten.", id="since-the-mergers"),
        pytest.param("2027-01-01", "In 18 regio’s samen 135 gemeenten.", id="without-ginter"),
    ],
)
def test_the_list_counts_the_members_of_the_day(client, day: str, said: str):
    page = on(client, "/regios/", f"?op={day}")
    assert said in told(page)
    counts = [int(row[1]) for row in rows(page.main)]
    assert [len(counts), sum(counts)] == [int(word) for word in said.split() if word.isdigit()]


def test_the_links_of_the_list_and_of_its_map_stay_on_the_day(client):
    page = on(client, "/regios/")
    shown = [address for _, address in links(section(page, "kaart")) + links(section(page, "lijst"))]
    assert [address for address in shown if not address.endswith(THEN)] == []
    assert len(shown) > 38


def test_the_list_of_municipalities_tells_their_regions_of_the_day(client):
    page = on(client, "/gemeenten/", f"{THEN}&regio=cultuurtuin-waas")
    names = [name for name, address in links(section(page, "az")) if address.endswith(f"/{THEN}")]
    assert names == ["Sint-Gillis-Waas", "Sint-Niklaas", "Stekene", "Temse", "Waasmunster"]


# The lists in other formats.


@pytest.mark.parametrize(
    ("day", "members", "lonely"),
    [
        pytest.param("", 143, 142, id="today"),
        pytest.param("2024-12-31", 150, 149, id="before-the-mergers"),
        pytest.param("2027-01-01", 135, 150, id="without-ginter"),
    ],
)
def test_the_formats_tell_the_members_of_the_day(client, day: str, members: int, lonely: int):
    query = f"?op={day}" if day else ""
    regions = taken(client, "regios", "json", query).json()
    municipalities = taken(client, "gemeenten", "json", query).json()
    assert sum(one["aantal_gemeenten"] for one in regions["records"]) == members
    assert sum(len(one["gemeenten"]) for one in regions["records"]) == members
    assert sum(one["regio"] is None for one in municipalities["records"]) == lonely
    assert [one["url"].partition("?")[2] for one in (regions, municipalities)] == [query[1:]] * 2


def test_a_facet_looks_at_the_members_of_the_day(client):
    before = ids(client, "gemeenten", "csv", f"{THEN}&regio=cultuurtuin-waas")
    now = ids(client, "gemeenten", "csv", "?regio=cultuurtuin-waas")
    assert sorted(set(now) - set(before)) == ["beveren-kruibeke-zwijndrecht", "lokeren"]


def test_a_format_of_a_day_that_cannot_be_shown_is_that_of_today_and_says_so(client):
    found = taken(client, "regios", "json", "?op=2019-12-31").json()
    assert found["niet_herkend"] == ["op"]
    assert found["records"] == taken(client, "regios", "json").json()["records"]


# The day itself.


ASKED = [
    pytest.param("2024-12-31", date(2024, 12, 31), id="as-a-browser-sends-it"),
    pytest.param("31/12/2024", date(2024, 12, 31), id="as-people-write-it"),
    pytest.param("31-12-2024", date(2024, 12, 31), id="with-dashes"),
    pytest.param(" 2024-12-31 ", date(2024, 12, 31), id="with-spaces"),
    pytest.param("2020-01-01", FIRST_DAY, id="first"),
    pytest.param("2032-12-31", date(2032, 12, 31), id="last"),
]
REFUSED = [
    pytest.param("onzin", NO_DAY.format("onzin"), id="nonsense"),
    pytest.param("2024-02-31", NO_DAY.format("2024-02-31"), id="not-in-the-calendar"),
    pytest.param("2024", NO_DAY.format("2024"), id="year-only"),
    pytest.param("0000-00-00", NO_DAY.format("0000-00-00"), id="zeroes"),
    pytest.param("2024-12-31\0", NO_DAY.format("2024-12-31"), id="nul"),
    pytest.param("9" * 10_000, NO_DAY.format("9" * 100), id="huge"),
    pytest.param("<b>", NO_DAY.format("<b>"), id="markup"),
    pytest.param("2019-12-31", TOO_EARLY.format("1 januari 2020"), id="too-early"),
    pytest.param("0001-01-01", TOO_EARLY.format("1 januari 2020"), id="far-too-early"),
    pytest.param("2033-01-01", TOO_LATE.format("31 december 2032"), id="too-late"),
    pytest.param("9999-12-31", TOO_LATE.format("31 december 2032"), id="far-too-late"),
]
PATHS = ("/regios/", "/regios/midwest/", "/gemeenten/ieper/")
each_path = pytest.mark.parametrize("path", PATHS)


@pytest.mark.parametrize(("asked", "day"), ASKED)
def test_a_day_is_read_in_the_ways_people_write_it(asked: str, day: date):
    assert Moment.read(asked, FIRST_DAY) == (day, f"?op={day.isoformat()}", "")


@pytest.mark.parametrize(("asked", "refusal"), REFUSED)
def test_a_day_that_cannot_be_shown_is_refused_with_the_reason(asked: str, refusal: str):
    assert Moment.read(asked, FIRST_DAY) == (TODAY, "", refusal)


@pytest.mark.parametrize(("asked", "refusal"), REFUSED)
@each_path
def test_a_page_of_a_day_that_cannot_be_shown_is_that_of_today_and_says_why(
    client, path: str, asked: str, refusal: str
):
    page = on(client, path, f"?op={quote(asked)}")
    assert texts(classed(page.main, "doubt"))[0] == f"{refusal} Je ziet de bladzijde van vandaag."
    assert (page.title, robots(page)) == (on(client, path, "").title, [])


@each_path
def test_the_page_of_today_is_the_same_whether_it_is_asked_for_or_not(client, path: str):
    today, empty, asked = (texts(on(client, path, query).root.iter()) for query in ("", "?op=", "?op=2026-11-24"))
    assert today == empty == asked


@each_path
def test_a_page_of_another_day_is_not_for_search_engines_which_are_led_to_today(client, path: str):
    page = on(client, path)
    (canonical,) = [one.get("href") for one in page.root.iter("link") if one.get("rel") == "canonical"]
    assert (canonical, robots(page)) == (f"http://testserver{path}", ["noindex"])


@each_path
def test_the_day_can_be_chosen_on_each_page_and_stands_there_when_it_is(client, path: str):
    fields = [
        [one.get("value", "") for one in on(client, path, query).main.iter("input") if one.get("name") == "op"]
        for query in ("", THEN)
    ]
    assert fields == [[""], ["2024-12-31"]]


def test_a_region_that_began_later_is_known_from_then_on(client):
    region = make_region(first_day=date(2023, 1, 1))
    page = on(client, region.get_absolute_url(), "?op=2022-12-31")
    assert texts(classed(page.main, "doubt")) == [
        f"{TOO_EARLY.format('1 januari 2023')} Je ziet de bladzijde van vandaag."
    ]


def test_the_first_day_is_that_of_the_first_regions_and_all_can_be_looked_ahead_to():
    assert min(one for one in Region.objects.values_list("first_day", flat=True) if one) == FIRST_DAY
    assert max(one.year for one in Region.objects.values_list("last_day", flat=True) if one) <= TODAY.year + AHEAD


def test_no_municipality_merged_twice_so_that_two_formers_on_a_day_are_a_new_one():
    merged = FormerMunicipality.objects.order_by().values_list("successor", "merged_on").distinct()
    assert len(merged) == len({successor for successor, _ in merged})

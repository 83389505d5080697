"""What each page tells, as it stands there to read."""

from collections import Counter
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from igs.models import Membership, Municipality, Population, Region
from libraries.models import Library
from optil_portal.records.clock import today
from projects.models import Project, Theme
from tests.factories import (
    image_bytes,
    make_audience,
    make_consultant,
    make_library,
    make_membership,
    make_municipality,
    make_network,
    make_partner,
    make_project,
    make_project_image,
    make_project_link,
    make_region,
    make_testimony,
    make_theme,
    upload,
)
from tests.visiting import Page, classed, facts, headings, links, rows, section, text, texts, visit, words

NEW_YEAR = date(2027, 1, 1)
OPTIL = "OP/TIL Ravensteingalerij 50, 1000 Brussel 02 670 06 70 info@cultuuroptil.be"


def cards(page: Page) -> list[str]:
    """The titles of the projects on a page that lists them."""
    return [text(next(card.iter("a"))) for card in classed(page.main, "card")]


def from_page_to_page(client: Client, address: str) -> list[Page]:
    """The pages of a list, from its first to where no link leads on."""
    pages = [visit(client, address)]
    while following := [link.get("href", "") for link in pages[-1].main.iter("a") if link.get("rel") == "next"]:
        pages.append(visit(client, address.partition("?")[0] + following[0]))
    return pages


# Home.


@pytest.mark.parametrize("day", [date(2026, 11, 24), NEW_YEAR], ids=str)
def test_home_tells_the_three_published_figures_and_leads_to_how_they_were_counted(client, settings, day: date):
    settings.TODAY = day
    page = visit(client, "/")
    (figures,) = classed(page.main, "figures")
    assert [texts(figure)[:2] for figure in figures] == [
        ["IGS'en cultuur", "19"],
        ["lokale besturen", "143"],
        ["inwoners", "3.087.323"],
    ]
    assert ("Hoe geteld, wanneer en volgens welke bron?", "/over/#cijfers") in links(page.main)


def test_home_lists_beside_the_map_the_regions_that_are_on_it(client):
    page = visit(client, "/")
    (drawing,) = classed(page.main, "map")
    (listed,) = classed(page.main, "region-rows")
    on_map = [(one.get("aria-label"), one.get("href")) for one in drawing.iter("a") if one.get("aria-label")]
    regions = list(Region.objects.by_number())
    assert on_map == [(region.name, region.get_absolute_url()) for region in regions]
    assert [text(row) for row in listed] == [
        f"{region.number}{region.name} {Membership.objects.on(today()).filter(region=region).count()} gemeenten"
        for region in regions
    ]


def test_home_shows_the_five_themes_in_the_order_of_the_brochure(client):
    page = visit(client, "/")
    themes = [name for level, name in headings(section(page, "themas")) if level == 3]
    assert themes == list(Theme.objects.order_by("number").values_list("name", flat=True))


def test_home_shows_two_testimonies_and_three_projects_the_last_changed_first(client):
    make_project(title="Net erbij", slug="net-erbij")
    page = visit(client, "/")
    assert (len(classed(page.main, "testimony")), len(cards(page)), cards(page)[0]) == (2, 3, "Net erbij")


def test_home_shows_others_in_the_course_of_a_week(client, settings):
    projects, testimonies = set(), set()
    for day in range(24, 31):
        settings.TODAY = date(2026, 11, day)
        page = visit(client, "/")
        projects.add(tuple(cards(page)))
        testimonies.add(tuple(texts(classed(page.main, "testimony"))))
    assert (len(projects) > 1, len(testimonies) > 1) == (True, True)


def test_home_helps_to_find_a_municipality_and_whom_to_ask(client):
    page = visit(client, "/")
    (lookup,) = classed(page.main, "lookup")
    assert (lookup.get("action"), lookup.get("method", "get")) == ("/gemeenten/", "get")
    assert [one.get("name") for one in lookup.iter("input")] == ["q"]
    assert {"tel:+3226700670", "mailto:info@cultuuroptil.be"} <= {href for _, href in links(page.main)}


# Regions.


@pytest.mark.parametrize(
    ("query", "column", "downwards"),
    [
        pytest.param("", "number", False, id="by-number-unless-asked"),
        pytest.param("?sorteer=nummer", "number", False, id="by-number"),
        pytest.param("?sorteer=naam", "name", False, id="by-name"),
        pytest.param("?sorteer=inwoners", "inhabitants", True, id="by-inhabitants"),
        pytest.param("?sorteer=gemeenten", "municipality_count", True, id="by-municipalities"),
        pytest.param("?sorteer=projecten", "project_count", True, id="by-projects"),
    ],
)
def test_the_regions_are_sorted_as_asked(client, query: str, column: str, downwards: bool):
    def place(region: Region) -> tuple:
        name, value = region.name.casefold(), getattr(region, column)
        return (name,) if column == "name" else (-value if downwards else value, name)

    regions: list[Any] = sorted(Region.objects.active(today()).with_figures(today()), key=place)
    assert rows(visit(client, f"/regios/{query}").main) == [
        [f"{one.number}{one.name}", dotted(one.inhabitants), str(one.municipality_count), str(one.project_count)]
        for one in regions
    ]


def dotted(number: int) -> str:
    """A number as it is written in Dutch."""
    return f"{number:,}".replace(",", ".")


def test_a_sort_that_is_chosen_is_no_link(client):
    (sorts,) = classed(visit(client, "/regios/?sorteer=inwoners").main, "sorts")
    assert [text(one) for one in sorts.iter("strong")] == ["inwoners"]
    assert [name for name, _ in links(sorts)] == ["nummer", "naam", "gemeenten", "projecten"]


def test_each_region_shows_its_members_with_their_inhabitants(client):
    shown = {}
    for region in Region.objects.all():
        page = visit(client, region.get_absolute_url())
        shown[region.name] = [(name, inhabitants) for name, inhabitants, _ in member_rows(page)]
    people = dict(Population.objects.values_list("municipality", "inhabitants"))
    assert shown == {
        region.name: [
            (one.name, dotted(people[one.pk]))
            for one in Municipality.objects.filter(memberships__in=Membership.objects.on(today()).filter(region=region))
        ]
        for region in Region.objects.all()
    }


def member_rows(page: Page) -> list[list[str]]:
    """The rows of the table with members: the name of each first, without the remarks under it."""
    (table,) = classed(page.main, "members")
    return [[text(next(row.iter("a"))), *texts(row.findall("td"))] for body in table.iter("tbody") for row in body]


def test_a_region_tells_what_it_has_and_how_many_live_there(client):
    page = visit(client, "/regios/comeet/")
    (figures,) = classed(page.main, "figures")
    assert (page.title, texts(figures)) == ("COMEET", ["gemeenten9", "inwoners190.716"])
    assert facts(page.main) == [
        ("Officiële naam", "COMEET, Cultuuroverleg Meetjesland"),
        ("Ook bekend als", "Cultuuroverleg Meetjesland (andere schrijfwijze)"),
        ("Rechtsvorm", "projectvereniging"),
        ("Zetel", "Eeklo"),
        ("Opgericht", "5 mei 2004"),
        ("Erkend IGS sinds", "1 januari 2020"),
    ]


def test_a_region_names_who_is_no_longer_a_member(client):
    (past,) = classed(section(visit(client, "/regios/comeet/"), "gemeenten"), "rows")
    assert texts(past) == ["Maldegem tot 1 januari 2020", "Wachtebeke tot 1 januari 2025, nu deel van Lochristi"]
    assert links(past) == [("Maldegem", "/gemeenten/maldegem/"), ("Lochristi", "/gemeenten/lochristi/")]


def test_a_region_says_since_when_each_is_a_member_as_far_as_is_known(client):
    since = {name: day for name, _, day in member_rows(visit(client, "/regios/comeet/"))}
    assert (since["Aalter"], since["Lochristi"]) == ("2020", "1 januari 2025")
    since = {name: day for name, _, day in member_rows(visit(client, "/regios/ginter/"))}
    assert (since["Jabbeke"], since["Gistel"]) == ("1 januari 2020", "onbekend")


def test_a_region_says_what_is_not_certain_about_it_and_about_its_members(client):
    page = visit(client, "/regios/comeet/")
    told = words(page.main)
    assert "Nog te bevestigen: Of het nieuwe Lochristi lid is van COMEET, is nog te bevestigen" in told
    assert "Nog te bevestigen. Wachtebeke was lid en werd in 2025 een deel van Lochristi" in told


@pytest.mark.parametrize(
    ("model", "slug"),
    [
        pytest.param(Region, "comeet", id="region"),
        pytest.param(Municipality, "lokeren", id="municipality"),
        pytest.param(Theme, "lezen", id="theme"),
        pytest.param(Project, "wase-regiobib", id="project"),
        pytest.param(Library, "openbare-bibliotheek-hamme", id="library"),
    ],
)
def test_a_page_names_its_sources_and_the_day_it_was_checked(client, model: type[Any], slug: str):
    record = model.objects.slugged(slug)
    (provenance,) = classed(visit(client, record.get_absolute_url()).main, "provenance")
    first, *further = texts(next(provenance.iter("ul")))
    assert (first.startswith(record.source_name), len(further)) == (True, len(record.further_sources.splitlines()))
    assert f"Nagekeken op {record.checked_on.day} november 2026" in text(provenance)


def test_a_region_shows_its_projects_under_their_themes(client):
    panel = section(visit(client, "/regios/comeet/"), "projecten")
    assert [(text(next(one.iter("a"))), next(one.iter("a")).get("href")) for one in classed(panel, "theme-name")] == [
        ("2Collecties", "/themas/collecties/"),
        ("4Expertise", "/themas/expertise/"),
    ]
    assert [texts([next(card.iter("a")) for card in classed(group, "card")]) for group in classed(panel, "cards")] == [
        [
            "Drempelvrije Regiobib Meetjesland",
            "Eén gebruikersreglement voor veertien bibliotheken",
            "Proefjaar Regiobib Meetjesland",
            "Gedeelde collectie en gedeeld lidmaatschap",
        ],
        ["Studiedag Regionaal Collectioneren"],
    ]


def test_a_region_shows_the_project_it_joins_and_so_does_the_leading_one(client):
    assert [
        "Intervisiedag regiobib met thematafels" in cards(visit(client, f"/regios/{slug}/"))
        for slug in ("dijk92", "route-42", "comeet")
    ] == [True, True, False]


def test_a_region_without_projects_says_so(client):
    panel = section(visit(client, "/regios/zuidrand/"), "projecten")
    assert text(panel).startswith("Projecten Nog geen project van Streekvereniging Zuidrand bekend.")


def test_a_region_shows_its_libraries_and_its_network(client):
    panel = section(visit(client, "/regios/comeet/"), "bibliotheken")
    (names,) = classed(panel, "names")
    places = "Aalter Assenede Eeklo Evergem Kaprijke Lievegem Wachtebeke Sint-Laureins Zelzate"  # by municipality
    assert texts(names) == [f"Openbare bibliotheek {place}" for place in places.split()]
    assert text(panel.findall("p")[0]) == "De bibliotheken werken hier samen als Regiobib Meetjesland."


def test_a_region_tells_what_somebody_said_of_it_in_reported_speech(client):
    (testimony,) = classed(visit(client, "/regios/comeet/").main, "testimony")
    assert text(testimony).startswith("De bibs delen nu hun collectie en hun leden")
    assert links(testimony) == [
        ("COMEET", "/regios/comeet/"),
        ("Gedeelde collectie en gedeeld lidmaatschap", "/projecten/gedeelde-collectie-gedeeld-lidmaatschap/"),
    ]
    assert text(next(testimony.iter("small"))) == "Brochure van OP/TIL, 9 oktober 2025"


def test_a_region_leads_to_its_own_site_and_to_optil_while_no_consultant_is_known(client):
    page = visit(client, "/regios/comeet/")
    assert ("Website van COMEET", Region.objects.get(slug="comeet").website) in links(page.main)
    assert [words(one) for one in page.main.iter("address")] == [OPTIL]


def test_a_region_shows_its_consultant_in_place_of_optil(client):
    make_consultant(
        name="Lode", slug="lode", email="meetjesland@voorbeeld.be", regions=[Region.objects.get(slug="comeet")]
    )
    page = visit(client, "/regios/comeet/")
    told = {("Lode", "/consulenten/#lode"), ("meetjesland@voorbeeld.be", "mailto:meetjesland@voorbeeld.be")}
    assert told <= set(links(page.main))
    assert list(page.main.iter("address")) == []


def test_the_map_of_a_region_names_its_members(client):
    (drawing,) = classed(visit(client, "/regios/neteland/").main, "map")
    (names,) = classed(drawing, "names")
    assert texts(names) == ["Grobbendonk", "Herentals", "Herenthout", "Olen", "Vorselaar"]


# A region that stops.


def test_the_page_of_ginter_gives_both_dates(client):
    told = words(visit(client, "/regios/ginter/").main)
    assert "Deze regio stopt; de laatste dag die we kennen is 31 december 2026." in told
    assert "een persbericht van december 2024 en oudere bladzijden van OP/TIL spreken over eind 2025" in told


def test_on_its_last_day_ginter_is_still_there(client, settings):
    settings.TODAY = date(2026, 12, 31)
    assert visit(client, "/regios/").title == "19 regio’s, elk met eigen gemeenten"


def test_from_2027_there_are_eighteen_regions(client, settings):
    settings.TODAY = NEW_YEAR
    page = visit(client, "/regios/")
    assert page.title == "18 regio’s, elk met eigen gemeenten"
    assert [row[0] for row in rows(page.main)] == [
        f"{one.number}{one.name}" for one in Region.objects.by_number() if one.name != "Ginter"
    ]
    (listed,) = classed(visit(client, "/").main, "region-rows")
    assert len(listed) == 18


def test_from_2027_about_says_so_beside_the_published_figures(client, settings):
    settings.TODAY = NEW_YEAR
    (table,) = section(visit(client, "/over/"), "cijfers").iter("table")
    assert text(table.findall("thead/tr/th")[2]) == "Onze telling op 1 januari 2027"
    assert [row[2] for row in rows(table)] == ["18", "135", "2.953.181"]


@pytest.mark.parametrize("address", ["/", "/regios/", "/themas/", "/contact/", "/consulenten/"])
def test_from_2027_no_page_says_that_there_are_nineteen(client, settings, address: str):
    settings.TODAY = NEW_YEAR
    assert "negentien" not in visit(client, address).content.lower()


def test_the_page_of_an_ended_region_shows_how_it_was_on_its_last_day(client, settings):
    before = visit(client, "/regios/ginter/")
    settings.TODAY = NEW_YEAR
    after = visit(client, "/regios/ginter/")
    assert after.title == "Ginter"
    assert texts(classed(after.main, "doubt"))[0] == (
        "Deze regio werkte tot en met 31 december 2026. Hieronder staat hoe het die dag was."
    )
    assert member_rows(after) == member_rows(before)
    assert cards(after) == cards(before)
    assert text(section(after, "bibliotheken")) == text(section(before, "bibliotheken"))


def test_the_page_of_an_ended_region_still_has_its_map(client, settings):
    settings.TODAY = NEW_YEAR
    drawings = classed(visit(client, "/regios/ginter/").main, "map")
    assert [texts(classed(drawing, "names")[0]) for drawing in drawings] == [
        ["Gistel", "Ichtegem", "Jabbeke", "Koekelare", "Kortemark", "Oudenburg", "Torhout", "Zedelgem"]
    ]


def test_the_page_of_a_member_of_an_ended_region_says_it_was_one(client, settings):
    settings.TODAY = NEW_YEAR
    page = visit(client, "/gemeenten/gistel/")
    assert "Gistel ligt vandaag in geen IGS cultuur." in words(page.main)
    assert ("Ginter", "/regios/ginter/") in links(page.main)


# Municipalities.


def test_all_municipalities_stand_from_a_to_z_with_their_region(client):
    page = visit(client, "/gemeenten/")
    (listed,) = classed(page.main, "a-to-z")
    region = {one.municipality_id: one.region.name for one in Membership.objects.on(today()).with_region()}
    assert [text(item) for item in listed.iter("li")] == [
        f"{one.name} {region.get(one.pk, '')}".strip() for one in Municipality.objects.order_by("name")
    ]
    assert len(list(listed.iter("li"))) == 285


def lead(page: Page) -> list[str]:
    """The sentences at the head of a page."""
    (hero,) = classed(page.main, "hero")
    return [text(one) for one in hero.iter("p")]


def test_the_page_of_lokeren_says_what_became_of_moerbeke(client):
    assert lead(visit(client, "/gemeenten/lokeren/"))[1:4] == [
        "Lokeren hoort bij de regio Cultuurtuin Waas.",
        "Het vroegere Lokeren ging in 2025 op in het Lokeren van nu.",
        "Moerbeke hoort sinds 2025 bij Lokeren.",
    ]


def test_a_municipality_shows_inhabitants_area_places_and_membership(client):
    page = visit(client, "/gemeenten/lokeren/")
    (figures,) = classed(page.main, "figures")
    assert [texts(figure) for figure in figures] == [["inwoners op 1 januari 2026", "50.897"], ["km²", "106,2"]]
    assert facts(page.main) == [
        ("NIS-code", "46029"),
        ("Kernen", "Daknam (9160), Eksaarde (9160), Lokeren (9160), Moerbeke (9180)"),
        (
            "Lid van Cultuurtuin Waas",
            "sinds 1 januari 2025. Ontstond op 1 januari 2025 uit Lokeren en Moerbeke, die beide lid waren.",
        ),
    ]


def test_a_municipality_shows_its_libraries_and_the_projects_it_takes_part_in(client):
    page = visit(client, "/gemeenten/lokeren/")
    (names,) = classed(section(page, "bibliotheken"), "names")
    assert texts(names) == ["Openbare bibliotheek Lokeren", "Openbare bibliotheek Moerbeke"]
    assert cards(page) == ["BiblioWijs, gezamenlijk programmaboekje", "Wase Regiobib"]


def test_a_municipality_outside_any_igs_is_kindly_answered(client):
    page = visit(client, "/gemeenten/gent/")
    assert lead(page)[1] == "Gent ligt vandaag in geen IGS cultuur."
    assert ("OP/TIL helpt je verder.", "/contact/") in links(page.main)
    (figures,) = classed(page.main, "figures")
    assert texts(figures[0]) == ["inwoners", "onbekend"]
    assert [words(one) for one in page.main.iter("address")] == [OPTIL]


def test_a_municipality_that_left_a_region_says_until_when(client):
    page = visit(client, "/gemeenten/maldegem/")
    assert lead(page)[1] == "Maldegem ligt vandaag in geen IGS cultuur."
    assert facts(page.main)[-1] == ("Vroeger lid van", "COMEET, tot 1 januari 2020")


# Themes.


def test_the_themes_stand_in_the_order_of_the_brochure_with_their_projects_counted(client):
    page = visit(client, "/themas/")
    names = [name for level, name in headings(section(page, "themas")) if level == 3]
    counts = [text(one) for one in classed(page.main, "count")]
    themes = list(Theme.objects.order_by("number"))
    assert names == [one.name for one in themes]
    assert counts == [f"{Project.objects.published().on_theme(one).count()} projecten" for one in themes]


def test_each_theme_shows_all_its_projects_first_or_further(client):
    for theme in Theme.objects.all():
        on_theme = Project.objects.published().on_theme(theme).order_by("title")
        assert cards(visit(client, theme.get_absolute_url())) == [one.title for one in on_theme]


def test_the_second_theme_tells_what_the_igs_does_behind_the_scenes(client):
    page = visit(client, "/themas/collecties/")
    (introduction,) = classed(page.main, "lead")
    assert texts(introduction)[1] == (
        "Achter de schermen zorgt het IGS voor nog meer. Het regelt het transport, plant de vrijwilligers in, volgt de "
        "financiën en de reserveringen op en leaset een busje."
    )


# Projects.


def test_the_projects_stand_once_each_over_four_pages(client):
    pages = from_page_to_page(client, "/projecten/")
    assert [len(cards(page)) for page in pages] == [18, 18, 18, 2]
    listed = [title for page in pages for title in cards(page)]
    assert Counter(listed) == Counter(Project.objects.values_list("title", flat=True))
    assert {dict(headings(page.main))[2] for page in pages} == {"56 projecten"}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        pytest.param("?thema=expertise", {"theme": ["expertise"]}, id="theme"),
        pytest.param("?thema=expertise&thema=partners", {"theme": ["expertise", "partners"]}, id="two-themes"),
        pytest.param("?regio=route-42", {"region": ["route-42"]}, id="region"),
        pytest.param("?regio=route-42&thema=lezen", {"region": ["route-42"], "theme": ["lezen"]}, id="both"),
    ],
)
def test_the_projects_are_narrowed_by_theme_and_region(client, query: str, wanted: dict):
    def fits(project: Any) -> bool:
        themes = {one.slug for one in (project.theme, *project.further_themes.all())}
        regions = {one.slug for one in (project.region, *project.other_regions.all())}
        return bool(themes & set(wanted.get("theme", themes))) and bool(regions & set(wanted.get("region", regions)))

    listed = [title for page in from_page_to_page(client, f"/projecten/{query}") for title in cards(page)]
    assert sorted(listed) == sorted(one.title for one in Project.objects.all() if fits(one))
    assert len(listed) > 1


@pytest.mark.parametrize("query", ["bakfiets", "BAKFIETS", "bakfiets kinderen", "Neteland bakfiets"])
def test_the_projects_are_narrowed_by_words(client, query: str):
    assert "Bib Neteland leest voor!" in cards(visit(client, f"/projecten/?q={query}"))
    assert "Groepsaankopen" not in cards(visit(client, f"/projecten/?q={query}"))


def test_every_word_must_stand_in_a_project(client):
    page = visit(client, "/projecten/?q=bakfiets+ruimteschip")
    assert (cards(page), text(classed(page.main, "empty")[0])[:22]) == ([], "We vonden niets. Laat ")


def test_the_list_keeps_what_was_asked_on_its_next_page_and_in_its_form(client):
    page = visit(client, "/projecten/?thema=collecties&q=bib")
    (following,) = [href for name, href in links(page.main) if name == "Volgende"]
    assert following == "?thema=collecties&q=bib&pagina=2"
    ticked = [one.get("value") for one in page.main.iter("input") if one.get("checked") is not None]
    assert (ticked, [one.get("value") for one in page.main.iter("input") if one.get("name") == "q"]) == (
        ["collecties"],
        ["bib"],
    )


@pytest.fixture
def everything(settings, tmp_path) -> Project:
    """A project with each field filled in."""
    settings.MEDIA_ROOT = tmp_path
    region = make_region(name="De Trekkers", slug="de-trekkers")
    theme = make_theme(name="Het eerste thema", slug="het-eerste", short_name="Eerste")
    project = make_project(
        title="Alles ingevuld",
        slug="alles-ingevuld",
        summary="Een project met alles erop en eraan.",
        body="De eerste alinea.\n\nDe tweede alinea.",
        region=region,
        theme=theme,
        other_regions=[make_region(name="De Helpers", slug="de-helpers")],
        further_themes=[make_theme(name="Het tweede thema", slug="het-tweede", short_name="Tweede")],
        municipalities=[
            make_municipality(name="Bachten", slug="bachten"),
            make_municipality(name="Achter", slug="achter"),
        ],
        libraries=[make_library(name="Bib Bachten", slug="bib-bachten")],
        partners=[make_partner(name="De Kring", slug="de-kring")],
        audiences=[make_audience(name="Kinderen van acht", slug="kinderen-van-acht")],
        year_from=2022,
        year_until=2024,
        still_runs=False,
        source_name="Het krantje",
        source_url="https://voorbeeld.be/krantje",
        source_date=date(2023, 5, 4),
        confidence="medium",
        doubt="Of het acht of negen kinderen waren, is onzeker.",
        note="Er kwam taart.",
    )
    make_project_image(project=project, image=upload(content=image_bytes(size=(60, 40))), alt="De kinderen lezen")
    make_project_image(project=project, image=upload(content=image_bytes(size=(60, 40))), alt="De taart", credit="An")
    make_project_link(project=project, label="Het verslag", url="https://voorbeeld.be/verslag")
    make_testimony(region=region, project=project, person="Fien", role="juf", text="Vond het fijn.", slug="fien")
    make_project(title="Ook van hen", slug="ook-van-hen", region=region)
    make_project(title="Ook dat thema", slug="ook-dat-thema", theme=theme)
    return project


def test_the_page_of_a_project_shows_every_field(client, everything: Project):
    page = visit(client, everything.get_absolute_url())
    assert (page.title, lead(page)) == (
        "Alles ingevuld",
        ["Eerste De Trekkers", "Een project met alles erop en eraan."],
    )
    assert facts(page.main) == [
        ("Soort", "Project van het IGS"),
        ("Wanneer", "2022–2024, afgelopen"),
        ("Trekkende regio", "De Trekkers"),
        ("Samen met", "De Helpers"),
        ("Thema", "Het eerste themaHet tweede thema"),
        ("Gemeenten", "Achter, Bachten"),
        ("Bibliotheken", "Bib Bachten"),
    ]
    (prose,) = classed(page.main, "prose")
    assert [text(one) for one in prose.findall("p")] == ["De eerste alinea.", "De tweede alinea."]


def test_the_page_of_a_project_leads_to_all_it_names(client, everything: Project):
    page = visit(client, everything.get_absolute_url())
    assert {href for _, href in links(page.main)} >= {
        "/regios/de-trekkers/",
        "/regios/de-helpers/",
        "/themas/het-eerste/",
        "/themas/het-tweede/",
        "/gemeenten/bachten/",
        "/gemeenten/achter/",
        "/bibliotheken/bib-bachten/",
        "https://voorbeeld.be/verslag",
        "https://voorbeeld.be/krantje",
    }


def test_the_page_of_a_project_shows_its_photographs_with_their_texts(client, everything: Project):
    page = visit(client, everything.get_absolute_url())
    shown = [one.get("alt") for one in page.main.iter("img")]
    assert shown == ["De kinderen lezen", "De taart"]
    assert text(next(page.main.iter("figcaption"))) == "An"


def test_the_page_of_a_project_tells_its_source_its_doubt_and_its_note(client, everything: Project):
    (provenance,) = classed(visit(client, everything.get_absolute_url()).main, "provenance")
    told = text(provenance)
    assert "Nog te bevestigen. Of het acht of negen kinderen waren, is onzeker. Er kwam taart." in told
    assert "Het krantje, 4 mei 2023 Nog niet nagekeken · zekerheid middel." in told


def test_the_page_of_a_project_shows_what_people_say_and_projects_like_it(client, everything: Project):
    page = visit(client, everything.get_absolute_url())
    (testimony,) = classed(page.main, "testimony")
    assert text(testimony).startswith("Vond het fijn. Fien, juf")
    assert sorted(cards(page)) == ["Ook dat thema", "Ook van hen"]


def test_a_project_leads_to_those_of_its_theme_and_region_first_and_never_to_itself(client):
    theme, region = make_theme(), make_region()
    asked = make_project(title="Zelf", theme=theme, region=region, year_from=2026)
    make_project(title="Van de regio", region=region, year_from=2026)
    make_project(title="Over het thema", theme=theme, year_from=2025)
    make_project(title="Over het thema, ouder", theme=theme, year_from=2024)
    make_project(title="Van beide", theme=theme, region=region)
    assert cards(visit(client, asked.get_absolute_url())) == ["Van beide", "Over het thema", "Over het thema, ouder"]


def test_a_project_of_which_little_is_known_says_so(client):
    page = visit(client, make_project(title="Kaal", slug="kaal").get_absolute_url())
    assert dict(facts(page.main))["Wanneer"] == "jaar niet bekend; of het nog loopt, is niet bekend"
    assert [label for label, _ in facts(page.main)] == ["Soort", "Wanneer", "Trekkende regio", "Thema"]
    assert "Verwante projecten" not in [name for _, name in headings(page.main)]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        pytest.param({"year_from": 2018, "year_until": 2018}, "2018; of het nog loopt, is niet bekend", id="one-year"),
        pytest.param({"year_from": 2021, "still_runs": True}, "vanaf 2021, loopt nog", id="runs"),
        pytest.param({"year_until": 2021, "still_runs": False}, "2021, afgelopen", id="only-its-end"),
    ],
)
def test_a_project_tells_when_it_was(client, values: dict, told: str):
    page = visit(client, make_project(**values).get_absolute_url())
    assert dict(facts(page.main))["Wanneer"].partition(". Van voor")[0] == told


def test_a_project_from_before_the_recognition_says_so_and_a_later_one_does_not(client):
    pages = [visit(client, f"/projecten/{slug}/") for slug in ("stripbakfiets", "wase-regiobib")]
    told = ["Van voor de huidige erkenning" in dict(facts(page.main))["Wanneer"] for page in pages]
    assert told == [True, False]


def test_a_local_initiative_is_not_shown_as_a_project_of_the_igs(client):
    shown = dict(facts(visit(client, "/projecten/fablib-koksijde/").main))
    assert shown["Soort"] == (
        "Lokaal initiatief: het IGS is niet de trekker, de bibliotheek ligt wel in zijn werkingsgebied"
    )
    assert (shown["In de regio"], "Trekkende regio" in shown) == ("Viertoren", False)


# Libraries.


def test_the_libraries_stand_once_each_over_three_pages(client):
    pages = from_page_to_page(client, "/bibliotheken/")
    listed = [texts(classed(page.main, "rows")[0]) for page in pages]
    assert [len(rows) for rows in listed] == [36, 36, 32]
    known = Library.objects.select_related("municipality", "network")
    assert Counter(row for rows in listed for row in rows) == Counter(
        f"{one.name}{one.municipality.name}{f' · {one.network.name}' if one.network else ''}" for one in known
    )


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        pytest.param("?regio=neteland", {"municipality__memberships__region__slug": "neteland"}, id="region"),
        pytest.param("?q=biblio7", {"network__name": "Biblio7"}, id="network"),
        pytest.param("?q=poperinge", {"municipality__name": "Poperinge"}, id="municipality"),
    ],
)
def test_the_libraries_are_narrowed_by_region_and_words(client, query: str, condition: dict):
    (listed,) = classed(visit(client, f"/bibliotheken/{query}").main, "rows")
    known = Library.objects.filter(**condition).values_list("name", flat=True)
    assert sorted(text(next(row.iter("a"))) for row in listed) == sorted(known)
    assert len(listed) >= 1


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/bibliotheken/?q=wevelgem", "de naam heeft, daarna in de plaats, het netwerk en het adres"),
        (
            "/projecten/?q=bib",
            "de titel heeft, daarna in de samenvatting, de tekst, de partners, de plaatsen en de thema’s",
        ),
    ],
)
def test_a_list_tells_in_which_of_its_own_fields_words_count_most(client, path: str, told: str):
    (understood,) = classed(visit(client, path).main, "told")[-1:]
    assert texts(classed(understood, "fine")) == [
        f"Bovenaan staat wat je woorden in {told}; het woord zelf gaat voor op langere en verwante woorden."
    ]


def test_the_page_of_a_library_shows_what_is_known(client):
    region = make_region(name="De Streek", slug="de-streek")
    municipality = make_membership(
        region=region, municipality=make_municipality(name="Bachten", slug="bachten")
    ).municipality
    library = make_library(
        name="Bib Bachten",
        slug="bib-bachten",
        municipality=municipality,
        network=make_network(name="Het net", slug="het-net", website="https://net.voorbeeld.be/"),
        street="Dorp 1",
        postal_code="9999",
        city="Achterbachten",
        website="https://bib.voorbeeld.be/",
    )
    project = make_project(title="Samen lezen", slug="samen-lezen", libraries=[library])
    page = visit(client, library.get_absolute_url())
    assert (page.title, cards(page)) == ("Bib Bachten", [project.title])
    assert facts(page.main) == [
        ("Adres", "Dorp 1, 9999 Achterbachten"),
        ("Website", "https://bib.voorbeeld.be/"),
        ("Netwerk", "Het net"),
        ("Regio", "De Streek"),
    ]
    assert {("Het net", "https://net.voorbeeld.be/"), ("De Streek", "/regios/de-streek/")} <= set(links(page.main))


def test_the_page_of_a_library_says_what_is_not_known(client):
    page = visit(client, make_library(municipality=Municipality.objects.get(name="Gent")).get_absolute_url())
    assert facts(page.main) == [
        ("Adres", "niet bekend"),
        ("Website", "niet bekend"),
        ("Netwerk", "niet bekend"),
        ("Regio", "Gent ligt in geen IGS cultuur"),
    ]


# Consultants, contact and about.


def test_the_page_of_consultants_answers_with_optil_while_none_is_known(client):
    page = visit(client, "/consulenten/")
    assert [text(one) for one in classed(page.main, "empty")] == [
        "Van de consulenten kennen we nog geen namen. OP/TIL zelf brengt je bij de juiste persoon."
    ]
    assert [words(one) for one in page.main.iter("address")] == [OPTIL]


def test_the_page_of_consultants_shows_each_with_the_regions_they_help(client):
    regions = list(Region.objects.filter(slug__in=["co7", "midwest"]))
    make_consultant(name="Lode", slug="lode", email="westen@voorbeeld.be", regions=regions)
    page = visit(client, "/consulenten/")
    assert classed(page.main, "empty") == []
    assert texts(classed(page.main, "consultant")) == ["Lode westen@voorbeeld.be"]
    (names,) = classed(page.main, "names")
    assert links(names) == [("CO7", "/regios/co7/"), ("Midwest", "/regios/midwest/")]


def test_contact_gives_the_address_of_optil(client):
    page = visit(client, "/contact/")
    assert [words(one) for one in page.main.iter("address")] == [OPTIL]
    assert ("info@cultuuroptil.be", "mailto:info@cultuuroptil.be") in links(page.main)


def test_about_gives_both_counts_of_each_figure_and_tells_how_they_were_made(client):
    (table,) = section(visit(client, "/over/"), "cijfers").iter("table")
    source = "Brochure van OP/TIL, 9 oktober 2025"
    figures = rows(table)
    assert [row[:3] for row in figures] == [
        ["IGS'en cultuur", f"19{source}", "19"],
        ["lokale besturen", f"143{source}", "143"],
        ["inwoners", f"3.087.323{source}", "3.072.270"],
    ]
    assert [len(row[3]) > 100 for row in figures] == [True, True, True]
    assert (
        "is onze som 3.072.270: dat zijn er 15.053 minder. Voor dat verschil hebben we geen verklaring" in figures[2][3]
    )
    assert text(table.findall("thead/tr/th")[2]) == "Onze telling op 24 november 2026"


def test_about_shows_the_rounds_as_a_timeline_and_says_what_is_not_known(client):
    first, second = rows(section(visit(client, "/over/"), "rondes"))
    assert (first[0], second[0]) == ("2020–2025", "2027 en verder")
    assert first[2].startswith("Bovenlokaal Cultuurdecreet: ongeveer 1.525.000 euro per jaar.")
    assert "of de regio's in 2026 doorwerken dankzij een verlenging van deze ronde, is ons niet bekend" in first[2]
    assert second[2].startswith("Bovenlokaal Cultuurdecreet. In 2026 is er een nieuwe erkenningsronde")


def test_about_tells_what_a_region_does_for_a_library_under_each_theme(client):
    page = visit(client, "/over/")
    (does,) = classed(page.main, "does")
    assert [text(one) for one in does.iter("h3")] == [f"{one.number}{one.name}" for one in Theme.objects.all()]


def test_every_page_names_the_responsible_publisher(client):
    (footer,) = visit(client, "/").root.iter("footer")
    assert "Verantwoordelijke uitgever: Lien Verwaeren (OP/TIL)." in text(footer)


# Search.


def finds(page: Page) -> dict[str, list[str]]:
    """The names under each heading of what a search found."""
    sections = [one for one in page.main.iter("section") if classed(one, "finds")]
    return {text(next(one.iter("h2"))): [text(next(row.iter("a"))) for row in one.iter("li")] for one in sections}


def test_a_search_finds_all_kinds_the_best_guess_first(client):
    assert list(finds(visit(client, "/zoeken/?q=Poperinge")).items()) == [
        ("1 gemeente", ["Poperinge"]),
        ("1 project", ["Maakbib in Poperinge en Biblio7"]),
        ("1 bibliotheek", ["Openbare bibliotheek Poperinge"]),
        ("1 regio", ["CO7"]),
    ]


@pytest.mark.parametrize("words", ["Vlezenbeek", "1602", "sint pieters leeuw", "Sint-Pieters-Leew"])
def test_a_search_for_a_municipality_or_a_place_in_it_answers_with_its_region(client, words: str):
    page = visit(client, f"/zoeken/?q={words}")
    first = next(iter(classed(page.main, "finds")[0]))
    assert links(first) == [("Sint-Pieters-Leeuw", "/gemeenten/sint-pieters-leeuw/"), ("Zender", "/regios/zender/")]


def test_a_search_for_a_theme_finds_it(client):
    assert "1 thema" in finds(visit(client, "/zoeken/?q=collecties groter maken"))


def test_a_search_tells_where_and_why(client):
    (section,) = classed(visit(client, "/zoeken/?q=howest").main, "finds")
    assert [text(one) for one in section.iter("p")] == [
        "… techniek, kunst en wiskunde. De tocht kwam er samen met Howest."
    ]
    assert [text(one) for one in section.iter("mark")] == ["Howest"]


def test_a_search_that_finds_nothing_says_so_and_gives_a_way_on(client):
    page = visit(client, "/zoeken/?q=ruimteschipvogel")
    assert (page.title, text(classed(page.main, "empty")[0])[:39]) == (
        "Gevonden voor ‘ruimteschipvogel’",
        "We vonden niets voor ‘ruimteschipvogel’",
    )


def test_a_search_without_words_asks_for_some(client):
    page = visit(client, "/zoeken/")
    assert (page.title, classed(page.main, "empty")) == ("Wat zoek je?", [])


def test_a_search_for_what_stands_everywhere_asks_for_another_word(client):
    page = visit(client, "/zoeken/?q=de")
    assert text(classed(page.main, "empty")[0])[:25] == "‘de’ staat overal; daarop"


def test_a_search_for_signs_only_asks_for_a_word(client):
    page = visit(client, "/zoeken/?q=%3F%21")
    assert text(classed(page.main, "empty")[0])[:32] == "In ‘?!’ staat geen woord om op t"


def test_a_search_that_asks_too_much_offers_less_of_it(client):
    make_project(title="Kwartelhut in een zandschuur")
    page = visit(client, "/zoeken/?q=kwartelhut+zandschuur+ruimteschipvogel")
    assert text(classed(page.main, "empty")[0]) == (
        "We vonden niets waarin dat allemaal staat. Vraag minder tegelijk: kwartelhut zandschuur geeft er 1"
    )
    make_project(title="Feest met een ruimteschipvogel")
    page = visit(client, "/zoeken/?q=zandschuur+ruimteschipvogel")
    assert links(classed(page.main, "empty")[0]) == [
        ("ruimteschipvogel", "?q=ruimteschipvogel"),
        ("zandschuur", "?q=zandschuur"),
    ]


def test_a_list_says_when_there_is_nothing_to_look_for(client):
    told = {
        words: classed(visit(client, f"/projecten/?q={words}").main, "doubt") for words in ("de+het", "%3F%21", "bib")
    }
    assert {words: texts(one) for words, one in told.items()} == {
        "de+het": ["‘de het’ staat overal; daarop zoeken helpt niet. Je ziet alles, alsof je geen woorden gaf."],
        "%3F%21": ["In ‘?!’ staat geen woord om op te zoeken."],
        "bib": [],
    }


def test_a_card_tells_why_it_was_found(client):
    make_project(title="Kwartelhut", summary="Een feest.", body="Dat was <leuk> in de zandschuur.")
    [card] = classed(visit(client, "/projecten/?q=kwartelhut").main, "card")
    assert (texts(card.iter("mark")), texts(classed(card, "fine"))) == (["Kwartelhut"], [])
    [card] = classed(visit(client, "/projecten/?q=kwartelhut+zandschuur").main, "card")
    assert texts(card.iter("mark")) == ["Kwartelhut", "zandschuur"]
    assert texts(classed(card, "fine")) == ["Dat was <leuk> in de zandschuur."]


def test_a_card_tells_which_name_was_found(client):
    make_project(title="Kwartelhut", summary="Een feest.", partners=[make_partner(name="Zandschuur vzw")])
    [card] = classed(visit(client, "/projecten/?q=zandschuur").main, "card")
    assert texts(classed(card, "fine")) == ["partner: Zandschuur vzw"]


def test_a_search_with_many_finds_shows_twelve_and_leads_to_all(client):
    page = visit(client, "/zoeken/?q=bib")
    count = Project.objects.published().search("bib").count()
    assert len(finds(page)[f"{count} projecten"]) == 12 < count
    assert ("Toon ze allemaal", "/projecten/?q=bib") in links(page.main)


def test_while_somebody_types_names_are_suggested_with_their_kind_and_address(client):
    response = client.get("/zoeken/voorstellen.json?q=vlezen")
    assert (response["Content-Type"], response.json()) == (
        "application/x-suggestions+json",
        [
            "vlezen",
            [
                "Bibliotheekpunt Vlezenbeek (De Merselborre)",
                "Onbemand bibliotheekpunt Vlezenbeek",
                "Sint-Pieters-Leeuw",
            ],
            ["bibliotheek", "project", "gemeente"],
            [
                "/bibliotheken/bibliotheekpunt-vlezenbeek-de-merselborre/",
                "/projecten/onbemand-bibliotheekpunt-vlezenbeek/",
                "/gemeenten/sint-pieters-leeuw/",
            ],
        ],
    )


def test_a_browser_can_learn_to_search_here(client):
    (link,) = (one for one in visit(client, "/").root.iter("link") if one.get("rel") == "search")
    described = ElementTree.fromstring(client.get(link.get("href", "")).content)  # noqa: S314 - our own
    addresses = [one.get("template") for one in described.iter("{http://a9.com/-/spec/opensearch/1.1/}Url")]
    assert addresses == [
        "http://testserver/zoeken/?q={searchTerms}",
        "http://testserver/zoeken/voorstellen.json?q={searchTerms}",
    ]

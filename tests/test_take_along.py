"""The list that a visitor takes along: chosen on any page with projects, kept in its address and nowhere else."""

import pytest
from django.test import Client

from optil_portal.records.models import State
from projects.models import Project
from projects.take_along import MOST, Selection
from tests.factories import make_project
from tests.taking import ids
from tests.taking import taken as formatted
from tests.visiting import Page, classed, links, text, texts, visit, words


def taken(page: Page) -> list[str]:
    """The titles in the list, in its order."""
    return texts(heading for one in classed(page.main, "taken") for heading in one.iter("h3"))


def buttons(page: Page) -> list[tuple[str, str]]:
    """What the buttons of the list are called, and what they ask for."""
    tools = [one for group in classed(page.main, "tools") for one in group]
    return [(one.get("aria-label", ""), one.get("value", "")) for one in tools]


def projects(*titles: str) -> list[Project]:
    """Public projects with these titles."""
    return [make_project(title=title) for title in titles]


def address(*numbers: object) -> str:
    """The address of the list with these projects."""
    return f"/lijst/?p={'-'.join(map(str, numbers))}"


def doubts(page: Page) -> list[str]:
    """What the page says that it left out."""
    return texts(classed(page.main, "doubt"))


# What an address names.


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        pytest.param(["12-48-51"], Selection((12, 48, 51)), id="one-value"),
        pytest.param(["12", "48", "51"], Selection((12, 48, 51)), id="ticked-boxes"),
        pytest.param(["48-12", "51", "12"], Selection((48, 12, 51)), id="kept-ones-first-and-each-once"),
        pytest.param(["12,48, 51"], Selection((12, 48), has_nonsense=True), id="commas"),
        pytest.param([], Selection(), id="nothing"),
        pytest.param(["", "--"], Selection(), id="empty"),
        pytest.param(["012"], Selection((12,)), id="leading-zero"),
        pytest.param(["12-onzin"], Selection((12,), has_nonsense=True), id="no-number"),
        pytest.param(["12-\x00"], Selection((12,), has_nonsense=True), id="nul"),
        pytest.param(["١٢"], Selection((), has_nonsense=True), id="arabic-digits"),
        pytest.param(["9" * 5000], Selection((), has_nonsense=True), id="number-that-no-database-takes"),
        pytest.param(
            ["-".join(map(str, range(1, MOST + 2)))],
            Selection(tuple(range(1, MOST + 1)), is_cut=True),
            id="one-too-many",
        ),
    ],
)
def test_an_address_names_projects(asked: list[str], told: Selection):
    assert Selection.asked(asked) == told


def test_a_selection_is_written_as_it_is_asked_for():
    assert str(Selection((12, 48, 51))) == "12-48-51"
    assert Selection.asked([str(Selection((12, 48, 51)))]) == Selection((12, 48, 51))


@pytest.mark.parametrize(
    ("number", "steps", "told"),
    [(51, -1, "12-51-48"), (12, 1, "48-12-51"), (12, -1, "12-48-51"), (51, 1, "12-48-51"), (48, 1, "12-51-48")],
)
def test_a_project_moves_in_the_list(number: int, steps: int, told: str):
    assert str(Selection((12, 48, 51)).moved(number, steps)) == told


# The list.


def test_the_list_shows_the_projects_in_the_order_of_the_address(client: Client):
    one, two, three = projects("Amandel", "Bes", "Citroen")
    assert taken(visit(client, address(two.pk, three.pk, one.pk))) == ["Bes", "Citroen", "Amandel"]
    assert taken(visit(client, f"/lijst/?p={three.pk}&p={one.pk}")) == ["Citroen", "Amandel"]


def test_each_project_can_be_moved_and_taken_out(client: Client):
    a, b, c = (project.pk for project in projects("Amandel", "Bes", "Citroen"))
    assert buttons(visit(client, address(a, b, c))) == [
        ("Zet ‘Amandel’ lager", f"{b}-{a}-{c}"),
        ("Haal ‘Amandel’ uit de lijst", f"{b}-{c}"),
        ("Zet ‘Bes’ hoger", f"{b}-{a}-{c}"),
        ("Zet ‘Bes’ lager", f"{a}-{c}-{b}"),
        ("Haal ‘Bes’ uit de lijst", f"{a}-{c}"),
        ("Zet ‘Citroen’ hoger", f"{a}-{c}-{b}"),
        ("Haal ‘Citroen’ uit de lijst", f"{a}-{b}"),
    ]


def test_the_last_project_that_is_taken_out_leaves_an_empty_list(client: Client):
    (only,) = projects("Amandel")
    assert buttons(visit(client, address(only.pk))) == [("Haal ‘Amandel’ uit de lijst", "")]
    assert words(visit(client, "/lijst/?p=").main) == words(visit(client, "/lijst/").main)


def test_an_empty_list_tells_how_to_begin(client: Client):
    page = visit(client, "/lijst/")
    assert (taken(page), doubts(page)) == ([], [])
    assert ("de projecten", "/projecten/") in links(page.main)


@pytest.mark.parametrize("state", [State.DRAFT, State.ARCHIVED])
def test_a_project_that_is_not_public_is_left_out_and_that_is_said(client: Client, state: State):
    (shown,) = projects("Amandel")
    hidden = make_project(title="Geheim", state=state)
    page = visit(client, address(hidden.pk, shown.pk))
    assert taken(page) == ["Amandel"]
    assert doubts(page) == ["Eén project uit het adres tonen we niet: het staat niet of niet meer op dit portaal."]
    assert "Geheim" not in page.content
    assert str(hidden.pk) not in [part for _, asked in buttons(page) for part in asked.split("-")]


def test_all_that_is_left_out_is_said(client: Client):
    (shown,) = projects("Amandel")
    page = visit(client, address(shown.pk, 900_001, 900_002, "onzin"))
    assert taken(page) == ["Amandel"]
    assert doubts(page) == [
        "2 projecten uit het adres tonen we niet: ze staan niet of niet meer op dit portaal.",
        "Een deel van het adres herkenden we niet; dat lieten we weg.",
    ]


def test_a_list_is_no_longer_than_sixty_and_that_is_said(client: Client):
    many = projects(*(f"Project {n:02}" for n in range(MOST + 2)))
    page = visit(client, address(*(project.pk for project in many)))
    assert taken(page) == [f"Project {n:02}" for n in range(MOST)]
    assert doubts(page) == ["Een lijst telt hoogstens 60 projecten; de rest lieten we weg."]


def test_a_long_list_takes_as_many_queries_as_a_short_one(client: Client):
    many = [project.pk for project in projects(*(f"Project {n}" for n in range(40)))]
    few, all_of_them = visit(client, address(*many[:2])), visit(client, address(*many))
    assert few.queries == all_of_them.queries <= 2


def test_the_list_tells_the_shortest_address_that_leads_back_to_it(client: Client):
    one, two = projects("Amandel", "Bes")
    page = visit(client, f"/lijst/?p={two.pk}&p={one.pk}&p=900001&x=1")
    told = f"http://testserver/lijst/?p={two.pk}-{one.pk}"
    assert (told, told) in links(page.main)
    (mail,) = [where for name, where in links(page.main) if name == "Mail de lijst"]
    assert mail.endswith(f"&body=http%3A%2F%2Ftestserver%2Flijst%2F%3Fp%3D{two.pk}-{one.pk}")


def test_search_engines_leave_the_lists_alone(client: Client):
    told = [one.get("content") for one in visit(client, "/lijst/").root.iter("meta") if one.get("name") == "robots"]
    assert told == ["noindex"]


def test_a_list_leaves_no_cookie(client: Client):
    (one,) = projects("Amandel")
    assert visit(client, address(one.pk)).cookies == []


# Choosing.


def forms(page: Page) -> list:
    """The forms around cards."""
    return classed(page.main, "take")


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/projecten/", "/themas/lezen/", "/regios/co7/"),
        *("/projecten/leeslab/", "/gemeenten/ieper/", "/bibliotheken/openbare-bibliotheek-herentals/"),
    ],
)
def test_wherever_projects_stand_each_can_be_ticked(client: Client, path: str):
    page = visit(client, path)
    cards = classed(page.main, "card")
    boxes = [box for form in forms(page) for box in form.iter("input") if box.get("type") == "checkbox"]
    titles = [text(link) for card in cards for link in card.iter("a")]
    assert [box.get("aria-label") for box in boxes] == [f"Neem ‘{title}’ mee" for title in titles]
    assert [Project.objects.get(pk=box.get("value")).title for box in boxes] == titles
    assert {(form.get("action"), form.get("method")) for form in forms(page)} == {("/lijst/", None)}


def test_who_comes_from_a_list_adds_to_it(client: Client):
    one, two = projects("Amandelzaterdag", "Bessenzaterdag")
    (form,) = forms(visit(client, f"/projecten/?q=zaterdag&lijst={two.pk}-900001"))
    kept = [(box.get("name"), box.get("value")) for box in form.iter("input") if box.get("type") == "hidden"]
    ticked = {box.get("value"): (box.get("checked"), box.get("disabled")) for box in form.iter("input")}
    assert next(form.iter("input")).get("type") == "hidden"  # so that what is added comes after what was there
    assert kept == [("p", f"{two.pk}-900001")]
    assert (ticked[str(one.pk)], ticked[str(two.pk)]) == ((None, None), ("", ""))


def test_the_filter_and_the_pages_remember_the_list_to_add_to(client: Client):
    page = visit(client, "/projecten/?lijst=3-1-2")
    (filter_form,) = classed(page.main, "filter")
    assert ("lijst", "3-1-2") in [(one.get("name"), one.get("value")) for one in filter_form.iter("input")]
    assert "?lijst=3-1-2&pagina=2" in [where for _, where in links(page.main)]


@pytest.mark.parametrize("asked", ["%00", "onzin", "%22%3E%3Cscript%3E", "9" * 3000])
def test_nonsense_for_a_list_to_add_to_is_ignored(client: Client, asked: str):
    (form,) = forms(visit(client, f"/projecten/?lijst={asked}"))
    assert [box for box in form.iter("input") if box.get("type") == "hidden" or box.get("checked") is not None] == []


# What a card tells of its time.


@pytest.mark.parametrize(
    ("years", "told"),
    [
        pytest.param({}, "niet bekend wanneer", id="nothing-known"),
        pytest.param({"still_runs": True}, "loopt nog", id="runs"),
        pytest.param({"still_runs": False}, "afgelopen", id="over"),
        pytest.param({"year_from": 2021, "still_runs": True}, "vanaf 2021, loopt nog", id="since-and-runs"),
        pytest.param({"year_from": 2021}, "vanaf 2021, loopt misschien nog", id="since"),
        pytest.param(
            {"year_from": 2022, "year_until": 2024, "still_runs": False}, "2022–2024, afgelopen", id="years-and-over"
        ),
        pytest.param({"year_from": 2022, "year_until": 2024}, "2022–2024, loopt misschien nog", id="years"),
    ],
)
def test_a_card_tells_its_years_and_whether_it_still_runs(client: Client, years: dict, told: str):
    make_project(title="Amandelzaterdag", **years)
    (card,) = classed(visit(client, "/projecten/?q=Amandelzaterdag").main, "card")
    assert text(classed(card, "labels")[0]).partition(" · ")[2] == told


# The list in other formats.


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "atom"])
def test_the_list_is_taken_along_in_its_order(client: Client, form: str):
    hut, shed, party = projects("Kwartelhut", "Zandschuur", "Feest")
    make_project(title="Niet gekozen")
    query = f"?p={shed.pk}-{party.pk}-{hut.pk}"
    assert ids(client, "lijst", form, query) == [shed.slug, party.slug, hut.slug]


def test_what_is_left_out_of_a_list_is_told_in_its_formats(client: Client):
    hut, shed = projects("Kwartelhut", "Zandschuur")
    draft = make_project(title="Ontwerp", state=State.DRAFT)
    asked = [f"{hut.pk}-{shed.pk}", f"{hut.pk}-{draft.pk}", f"{hut.pk}-onzin"]
    told = [formatted(client, "lijst", "json", f"?p={one}").json()["niet_herkend"] for one in asked]
    assert told == [[], ["p"], ["p"]]
    assert ids(client, "lijst", "json", f"?p={hut.pk}-{draft.pk}") == [hut.slug]


def test_the_page_of_the_list_leads_to_its_formats(client: Client):
    hut, shed = projects("Kwartelhut", "Zandschuur")
    page = visit(client, address(shed.pk, hut.pk))
    [line] = classed(page.main, "take-along")
    beside = [f"/lijst.{form}?p={shed.pk}-{hut.pk}" for form in ("csv", "xlsx", "json", "atom")]
    assert [one.get("href") for one in line.iter("a")] == [*beside, "/open-data/#projecten"]


def test_an_empty_list_is_an_empty_table(client: Client):
    assert {form: ids(client, "lijst", form) for form in ("csv", "json", "atom")} == {"csv": [], "json": [], "atom": []}

"""In which municipality do you live? Found by any name, in any spelling, and told kindly when it is not."""

from typing import Any

import pytest

from igs.lookup import NEARBY, Answer, Candidate, look_up
from optil_portal.records.clock import today
from tests.factories import make_former_municipality, make_membership, make_municipality, make_place, make_region
from tests.visiting import Page, classed, headings, links, text, texts, visit, words


def found(asked: str) -> list[str]:
    """The names of the municipalities that may be meant, the likeliest first."""
    return [candidate.municipality.name for candidate in look_up(asked, today()).candidates]


ONE: list[Any] = [
    pytest.param("Ieper", "Ieper", id="present-name"),
    pytest.param("Moerbeke-Waas", None, id="name-that-no-list-holds"),
    pytest.param("Borsbeek", "Antwerpen", id="former-name"),
    pytest.param("Nevele", "Deinze", id="former-name-of-2019"),
    pytest.param("Lokeren", "Lokeren", id="former-and-present-name"),
    pytest.param("Haasdonk", "Beveren-Kruibeke-Zwijndrecht", id="place"),
    pytest.param("Kruibeke", "Beveren-Kruibeke-Zwijndrecht", id="former-name-and-place"),
    pytest.param("8900", "Ieper", id="postal-code"),
    pytest.param(" B-8900 ", "Ieper", id="postal-code-with-the-country"),
    pytest.param("B8900", "Ieper", id="postal-code-with-the-country-and-no-hyphen"),
    pytest.param("9180", "Lokeren", id="postal-code-of-a-former-municipality"),
    pytest.param("0890", None, id="postal-code-that-cannot-be"),
    pytest.param("1000", None, id="postal-code-outside-flanders"),
    pytest.param("ieper", "Ieper", id="small-letters"),
    pytest.param("IEPER", "Ieper", id="capitals"),
    pytest.param("  Ieper  ", "Ieper", id="spaces-around"),
    pytest.param("sint niklaas", "Sint-Niklaas", id="space-for-a-hyphen"),
    pytest.param("SINTNIKLAAS", "Sint-Niklaas", id="nothing-for-a-hyphen"),
    pytest.param("Sint–Niklaas", "Sint-Niklaas", id="dash-for-a-hyphen"),
    pytest.param("Léuvèn", "Leuven", id="accents-that-are-not-there"),
    pytest.param("Rĳkevorsel", "Rijkevorsel", id="one-letter-ij"),
    pytest.param("RIJKEVORSEL", "Rijkevorsel", id="capital-ij"),
    pytest.param("ĲKEVORSEL", None, id="part-of-a-name"),
    pytest.param("s gravenwezel", "Schilde", id="without-its-apostrophe"),
    pytest.param("’s-Gravenwezel", "Schilde", id="curly-apostrophe"),
    pytest.param("'s-Gravenwezel", "Schilde", id="straight-apostrophe"),
    pytest.param("Sint-Job-in-’t-Goor", "Brecht", id="apostrophe-in-the-middle"),
    pytest.param("Gent", "Gent", id="outside-any-igs"),
    pytest.param("!?", None, id="no-letters"),
    pytest.param("", None, id="nothing"),
]


@pytest.mark.parametrize(("asked", "name"), ONE)
def test_one_is_found_by_any_of_its_names(asked: str, name: str | None):
    municipality = look_up(asked, today()).municipality
    assert (municipality.name if municipality else None) == name


SEVERAL: list[Any] = [
    pytest.param("Hamme", [("Hamme", True, ()), ("Merchtem", False, ("Hamme",))], id="present-and-place"),
    pytest.param(
        "moerbeke",
        [("Geraardsbergen", False, ("Moerbeke",)), ("Lokeren", False, ("Moerbeke",))],
        id="former-and-places",
    ),
    pytest.param("Vorst", [("Laakdal", False, ("Vorst",))], id="one-in-flanders"),
    pytest.param(
        "Nieuwerkerken", [("Nieuwerkerken", True, ()), ("Aalst", False, ("Nieuwerkerken",))], id="both-outside-an-igs"
    ),
    pytest.param(
        "Beveren",
        [
            ("Alveringem", False, ("Beveren",)),
            ("Beveren-Kruibeke-Zwijndrecht", False, ("Beveren",)),
            ("Roeselare", False, ("Beveren",)),
            ("Waregem", False, ("Beveren",)),
        ],
        id="former-and-three-places",
    ),
    pytest.param("8900", [("Ieper", False, ("Brielen", "Dikkebus", "Sint-Jan"))], id="postal-code-of-several-places"),
]


@pytest.mark.parametrize(("asked", "candidates"), SEVERAL)
def test_a_municipality_is_a_candidate_once_with_the_names_in_it(asked: str, candidates: list):
    answer = look_up(asked, today())
    assert [(one.municipality.name, one.by_own_name, one.names) for one in answer.candidates] == candidates
    assert answer.nearby == ()


def test_several_candidates_are_not_taken_for_one():
    assert look_up("Moerbeke", today()).municipality is None


def test_a_postal_code_that_two_share_gives_both():
    assert found("9660") == ["Brakel", "Zottegem"]


def test_a_postal_code_within_another_number_is_not_found():
    make_place(postal_codes="9997 9998")
    assert (found("9799"), found("7999"), len(found("9998"))) == ([], [], 1)


def test_the_one_that_has_the_name_itself_comes_before_others_whatever_the_alphabet():
    make_place(name="Zele", municipality=make_municipality(name="Aaaa", slug="aaaa"))
    assert found("zele") == ["Zele", "Aaaa"]


def test_names_of_before_and_places_of_one_municipality_count_together():
    municipality = make_municipality(name="Nieuwstad", slug="nieuwstad")
    make_former_municipality(name="Oudstad", successor=municipality)
    make_place(name="Oudstad", municipality=municipality)
    assert look_up("oudstad", today()).candidates == (Candidate(municipality, by_own_name=False, names=("Oudstad",)),)


def test_each_candidate_knows_its_region_of_the_day(settings):
    region = make_region()
    make_membership(region=region, municipality=make_municipality(name="Nieuwstad", slug="nieuwstad"))
    assert [one.municipality.region for one in look_up("nieuwstad", today()).candidates] == [region]
    assert [one.municipality.region for one in look_up("gent", today()).candidates] == [None]


NEAR: list[Any] = [
    pytest.param("Ipeer", "Ieper", id="letters-changed-round"),
    pytest.param("Loekeren", "Lokeren", id="letter-too-many"),
    pytest.param("Gend", "Gent", id="other-letter"),
    pytest.param("Sint-Niklas", "Sint-Niklaas", id="letter-too-few"),
    pytest.param("Beverne", "Beveren", id="former-name"),
    pytest.param("Haasdnk", "Haasdonk", id="place"),
    pytest.param("Knok", "Knokke-Heist", id="beginning"),
]


@pytest.mark.parametrize(("asked", "name"), NEAR)
def test_a_typing_error_gets_nearby_spellings(asked: str, name: str):
    answer = look_up(asked, today())
    assert (answer.candidates, name in answer.nearby, len(answer.nearby) <= NEARBY) == ((), True, True)


@pytest.mark.parametrize("asked", ["xyzzy", "qq", "ge", "🙂", "1234567"])
def test_what_is_like_nothing_gets_no_spellings(asked: str):
    assert look_up(asked, today()) == Answer()


def test_nearby_spellings_are_names_that_are_found():
    nearby = look_up("Loekeren", today()).nearby
    assert [name for name in nearby if not found(name)] == []
    assert len(nearby) > 1


# The pages that answer.


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        pytest.param("Ieper", "ieper", id="present-name"),
        pytest.param("moerbeke-waas", None, id="unknown-name"),
        pytest.param("Wachtebeke", "lochristi", id="former-name"),
        pytest.param("Haasdonk", "beveren-kruibeke-zwijndrecht", id="place"),
        pytest.param("8900", "ieper", id="postal-code"),
        pytest.param("GENT", "gent", id="outside-any-igs"),
        pytest.param("Hamme", None, id="several"),
        pytest.param("Ipeer", None, id="typing-error"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_one_hit_leads_straight_to_the_municipality(client, asked: str, slug: str | None):
    response = client.get("/gemeenten/", {"q": asked})
    expected = (302, f"/gemeenten/{slug}/") if slug else (200, None)
    assert (response.status_code, response.headers.get("Location")) == expected


def test_several_hits_are_listed_with_their_region(client):
    (listed,) = classed(visit(client, "/gemeenten/?q=Hamme").main, "candidates")
    assert texts(listed) == ["Hamme in Dijk92", "Merchtem met Hamme in Cultuur Noordrand"]
    assert links(listed) == [("Hamme", "/gemeenten/hamme/"), ("Merchtem", "/gemeenten/merchtem/")]


def test_candidates_outside_any_igs_are_listed_too(client):
    (listed,) = classed(visit(client, "/gemeenten/?q=Nieuwerkerken").main, "candidates")
    assert texts(listed) == ["Nieuwerkerken in geen IGS cultuur", "Aalst met Nieuwerkerken in geen IGS cultuur"]


def answered(page: Page) -> str:
    """What is said about the look-up."""
    (part,) = (one for one in page.main.iter("section") if one.get("aria-labelledby") == "antwoord")
    return text(part)


def test_several_hits_are_announced(client):
    assert answered(visit(client, "/gemeenten/?q=Hamme")).startswith("‘Hamme’ kan meer dan één gemeente zijn")


def test_a_typing_error_is_answered_with_links_that_lead_on(client):
    page = visit(client, "/gemeenten/?q=Ipeer")
    assert answered(page) == "‘Ipeer’ vonden we niet Bedoelde je Peer of Ieper?"
    assert {("Peer", "/gemeenten/?q=Peer"), ("Ieper", "/gemeenten/?q=Ieper")} <= set(links(page.main))
    assert client.get("/gemeenten/?q=Ieper").headers["Location"] == "/gemeenten/ieper/"


def test_a_name_with_signs_in_it_still_leads_on(client):
    page = visit(client, "/gemeenten/?q=Sint-Job-in-t-Gor")
    (address,) = [href for name, href in links(page.main) if name == "Sint-Job-in-'t-Goor"]
    assert client.get(address).headers["Location"] == "/gemeenten/brecht/"


def test_who_finds_nothing_reads_what_is_known_and_sees_the_whole_list(client):
    page = visit(client, "/gemeenten/?q=xyzzy")
    assert answered(page).startswith(
        "We vonden niets dat op ‘xyzzy’ lijkt We kennen de gemeenten, dorpen en postnummers"
    )
    assert (2, "Van A tot Z") in headings(page.main)


def test_what_was_asked_stays_in_the_field(client):
    page = visit(client, "/gemeenten/?q=Hamme")
    (lookup,) = classed(page.main, "lookup")
    assert [one.get("value") for one in lookup.iter("input")] == ["Hamme"]


def test_the_search_of_the_whole_site_knows_former_names_places_and_postal_codes(client):
    answers = {asked: visit(client, f"/zoeken/?q={asked}").main for asked in ("Wachtebeke", "Haasdonk", "8900")}
    assert {asked: words(classed(main, "finds")[0]) for asked, main in answers.items()} == {
        "Wachtebeke": "Lochristi in COMEET vroegere gemeente: Wachtebeke",
        "Haasdonk": "Beveren-Kruibeke-Zwijndrecht in Cultuurtuin Waas plaats: Haasdonk",
        "8900": "Ieper in CO7 postnummer: 8900",
    }

"""How the search works: what words mean, who is found by them, and that the index is never behind the records."""

import random
import time
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from igs.models import Municipality, Region
from libraries.models import Library, LibraryNetwork
from optil_portal.records.dutch import piece_keys, pieces, stem, words_in
from optil_portal.records.index import Entry, Posting, rebuild
from optil_portal.records.lexicon import Synonyms
from optil_portal.records.models import State
from optil_portal.records.search import Question, counted, parsed, understood
from projects.models import Partner, Project, Theme
from tests.cast import HIDDEN, hide, make_scene
from tests.factories import (
    make_audience,
    make_library,
    make_municipality,
    make_network,
    make_partner,
    make_place,
    make_project,
    make_region,
    make_region_name,
    make_theme,
)
from tests.forms import form_data

KIND = Project.search_kind


def titles(words: str) -> list[str]:
    """What a search finds among the projects, in order."""
    return [project.title for project in Project.objects.listed().search(words)]


def index() -> tuple[set, set]:
    """All that is in the index, by the words themselves."""
    postings = set(Posting.objects.values_list("kind", "record", "word__text", "field"))
    return postings, set(Entry.objects.values_list("kind", "record", "name", "slug", "sequence"))


# Words.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Dijk92", {"dijk92", "dijk", "92"}, id="letters-and-digits"),
        pytest.param("Route 42", {"route", "42", "route42"}, id="digits-after-a-space"),
        pytest.param("Sint-Pieters-Leeuw", {"sintpietersleeuw", "sint", "pieters", "leeuw"}, id="hyphens"),
        pytest.param("de thema’s", {"themas", "thema"}, id="apostrophe-and-stop-word"),
        pytest.param("e-inclusie", {"einclusie", "inclusie"}, id="single-letter"),
        pytest.param("3D-printer", {"3dprinter", "3d", "3", "printer"}, id="3d"),
        pytest.param("Ĳzer IJzer Ijzer", {"ijzer"}, id="ij"),
        pytest.param("poe\u0308zie", {"poezie"}, id="accent-apart"),
    ],
)
def test_a_text_is_found_by(text: str, words: set[str]):
    assert set(words_in(text)) == words


@pytest.mark.parametrize(
    "forms",
    [
        ("bibliotheek", "bibliotheken"),
        ("gedicht", "gedichten"),
        ("gemeente", "gemeenten"),
        ("boete", "boetes"),
        ("collectie", "collecties"),
        ("verhaal", "verhalen"),
        ("vrijwilliger", "vrijwilligers"),
    ],
)
def test_inflections_have_one_stem(forms: tuple[str, ...]):
    assert len(set(map(stem, forms))) == 1


def test_a_stem_keeps_the_front_of_a_word():
    assert (stem("gedicht"), stem("gemeente"), stem("voorlezen")) == ("gedicht", "gemeent", "voorlees")


def test_a_word_two_edits_away_shares_a_piece():
    chance = random.Random(4)
    letters = "abcde"
    for _ in range(3000):
        word = "".join(chance.choices(letters, k=chance.randint(7, 14)))
        slipped = list(word)
        for _ in range(2):
            place = chance.randrange(len(slipped))
            slipped[place : place + chance.randint(0, 1)] = chance.choices(letters, k=chance.randint(0, 1))
        keys = piece_keys("".join(slipped), 2)
        assert any(piece in found for piece, found in zip(pieces(word), keys, strict=True)), (word, slipped)


# What is asked.


def test_all_words_must_be_found():
    both, one = make_project(title="Kwartelfeest Zandkasteel"), make_project(title="Kwartelfeest")
    assert (titles("zandkasteel kwartelfeest"), titles("kwartelfeest")) == ([both.title], [one.title, both.title])


def test_the_same_words_are_looked_up_once_until_the_content_changes():
    make_project(title="Kwartelfeest")
    first = understood("kwartelfeest", KIND)
    with CaptureQueriesContext(connection) as queries:
        assert understood("kwartelfeest", KIND) is first
    assert [query["sql"] for query in queries if "records_edition" not in query["sql"]] == []
    make_project(title="Nog een kwartelfeest")
    assert counted([first, understood("kwartelfeest", KIND)], KIND) == [1, 2]


def test_no_words_leave_everything_as_it_was():
    assert titles("") == titles("  ") == titles("de en het") == [one.title for one in Project.objects.listed()]


def test_a_better_field_comes_first_and_then_the_word_itself():
    body = make_project(title="Aaa", body="Een kwartelfeest.")
    longer = make_project(title="Bbb", summary="Kwartelfeestje of kwartelfeestgedruis.")
    inflected = make_project(title="Ccc", summary="Twee kwartelfeesten.")
    exact = make_project(title="Ddd", summary="Een kwartelfeest.")
    partner = make_project(title="Eee", partners=[make_partner(name="Kwartelfeest vzw")])
    title = make_project(title="Fff kwartelfeest")
    audience = make_project(title="Ggg", audiences=[make_audience(name="Kwartelfeestvierders")])
    found = [title, exact, inflected, longer, body, partner, audience]
    assert titles("kwartelfeest") == [one.title for one in found]


def test_what_is_equal_is_by_title_and_then_in_the_order_of_making():
    second, first = make_project(title="Kwartelfeest B"), make_project(title="Kwartelfeest A")
    third = make_project(title="Kwartelfeest B")
    assert list(Project.objects.search("kwartelfeest")) == [first, second, third]


def test_a_compound_is_found_by_its_beginning_and_by_its_end():
    project = make_project(title="Zomerkwartelfeestcomité")
    other = make_project(title="Kwartelfeestcomité")
    assert (titles("feestcomités"), titles("zomerkwartel"), titles("kwartelfeest")) == (
        [other.title, project.title],
        [project.title],
        [other.title],
    )


def test_a_phrase_is_found_word_for_word():
    project = make_project(title="De kwartel van het feest")
    make_project(title="Het feest van de kwartel")
    assert titles('"kwartel van het feest"') == titles("“kwartel van het feest”") == [project.title]
    assert titles('"kwartels van het feest"') == []


def test_a_word_between_quotes_is_that_word_only():
    make_project(title="Kwartels")
    one = make_project(title="Kwartel")
    assert titles('"kwartel"') == [one.title]


def test_an_open_quote_counts_until_the_end():
    project = make_project(title="De kwartel van het feest")
    assert titles('"kwartel van het') == [project.title]


def test_a_minus_leaves_out_and_a_hyphen_does_not():
    feast, fair = make_project(title="Kwartel-feest"), make_project(title="Kwartel kermis")
    assert titles("kwartel -kermis") == titles('kwartel -"kwartel kermis"') == [feast.title]
    assert titles("kwartel-kermis") == titles("kwartel - kermis") == [fair.title]


def test_only_a_minus_leaves_out_of_everything():
    project = make_project(title="Kwartelfeest")
    assert len(titles("-kwartelfeest")) == Project.objects.published().count() - 1
    assert project.title not in titles("-kwartelfeest")


def test_a_slip_is_forgiven_only_when_nothing_else_matches():
    project = make_project(title="Geletterdheid")
    assert titles("geletterdhied") == [project.title]
    exact = make_project(title="Geletterdhied")
    assert titles("geletterdhied") == [exact.title]


def test_a_slip_in_a_short_word_or_a_number_is_not_forgiven():
    make_project(title="Kwu 2031")
    assert (titles("kwi"), titles("2032")) == ([], [])


def test_what_was_meant_is_told():
    make_project(title="Geletterdheid")
    (term,) = Project.objects.search("geletterdhied").question.corrections
    assert (term.asked, term.meant) == ("geletterdhied", ("Geletterdheid",))


def test_a_question_stays_with_its_projects_whatever_narrows_them_further():
    projects = Project.objects.listed().search("biblioteek").published().all()[:3]
    assert isinstance(projects.question, Question)
    assert [term.asked for term in projects.question.corrections] == ["biblioteek"]


# Composing.


def test_a_search_goes_together_with_every_other_word():
    region, theme = make_region(), make_theme()
    mine = make_project(title="Kwartelfeest", region=region, theme=theme)
    make_project(title="Kwartelfeest elders")
    found = Project.objects.listed().search("kwartelfeest")
    narrowed = found.in_region(region).on_theme(theme)
    assert (found.count(), list(narrowed), narrowed.count(), narrowed.exists()) == (2, [mine], 1, True)
    assert list(Project.objects.filter(pk__in=narrowed.values("pk"))) == [mine]
    assert list(Project.objects.published().in_region(region).search("kwartelfeest")) == [mine]
    assert list(narrowed.values_list("title", flat=True)) == ["Kwartelfeest"]
    assert [card.title for card in narrowed.cards()] == ["Kwartelfeest"]


# The lexicon.


def test_synonyms_are_looked_for_as_well_and_told():
    hut, shed = make_project(title="Kwartelhut"), make_project(title="Zandschuur")
    Synonyms.objects.create(words="kwartelhut\nzandschuur\nonbestaandhok")
    found = Project.objects.search("kwartelhutten")
    assert list(found) == [hut, shed]
    ((term, others),) = found.question.widened
    assert (term.asked, others) == ("kwartelhutten", ["zandschuur"])


def test_synonyms_can_be_switched_off():
    hut = make_project(title="Kwartelhut")
    make_project(title="Zandschuur")
    Synonyms.objects.create(words="kwartelhut\nzandschuur")
    question = Project.objects.search("kwartelhut").question
    assert (question.literally, titles(question.literally)) == ('"kwartelhut"', [hut.title])


def test_synonyms_of_more_words_are_found_word_for_word():
    place, room = make_project(title="Een vierde kwartel"), make_project(title="Zandkamer")
    make_project(title="Vierde feest met een kwartel")
    Synonyms.objects.create(words="vierde kwartel\nzandkamer")
    assert titles("zandkamer") == [room.title, place.title]
    assert room.title in titles("vierde kwartel")


def test_synonyms_of_which_nothing_is_found_find_nothing():
    Synonyms.objects.create(words="de het\nonbestaandhok")
    assert (titles("de het"), titles("onbestaandhok")) == ([], [])


def test_a_former_name_of_a_region_leads_to_its_projects():
    region = make_region(name="Kwartelstreek")
    project = make_project(title="Feest", region=region)
    assert titles("zandgouw") == []
    make_region_name(region=region, name="Zandgouw")
    assert titles("zandgouw") == [project.title]


def test_a_lexicon_is_edited_in_the_admin(admin_client):
    address = reverse("admin:records_synonyms_add")
    refused = admin_client.post(address, {"words": "kwartelhut", "note": ""})
    assert refused.context["adminform"].form.errors["words"] == ["Geef minstens twee woorden, elk op een eigen regel."]
    admin_client.post(address, {"words": "kwartelhut\r\nzandschuur", "note": ""})
    assert [str(one) for one in Synonyms.objects.filter(words__contains="kwartelhut")] == ["kwartelhut = zandschuur"]


# The index is never behind.


def test_the_seeded_index_is_that_of_a_rebuild():
    before = index()
    rebuild()
    assert index() == before


def test_the_index_is_made_anew_by_a_command():
    Posting.objects.all().delete()
    out = StringIO()
    call_command("rebuild_search", stdout=out)
    assert out.getvalue().startswith(f"{Entry.objects.count()} gegevens")
    assert "Maakbib Leopoldsburg" in titles("maakbib")


RENAMED = {
    "region": lambda project: project.region,
    "other-region": lambda project: project.other_regions.get(),
    "partner": lambda project: project.partners.get(),
    "municipality": lambda project: project.municipalities.get(),
    "theme": lambda project: project.theme,
    "further-theme": lambda project: project.further_themes.get(),
    "network": lambda project: project.libraries.get().network,
    "audience": lambda project: project.audiences.get(),
}


@pytest.fixture
def naming() -> Project:
    """A project that names one of everything."""
    return make_project(
        other_regions=[make_region()],
        partners=[make_partner()],
        municipalities=[make_municipality()],
        further_themes=[make_theme()],
        libraries=[make_library(network=make_network())],
        audiences=[make_audience()],
    )


@pytest.mark.parametrize("named", RENAMED.values(), ids=list(RENAMED))
@pytest.mark.parametrize("how", ["save", "update"])
def test_who_is_renamed_is_found_under_the_new_name_at_once(naming: Project, named, how: str):
    record = named(naming)
    if how == "save":
        record.name = "Kwartelfeest"
        record.save()
    else:
        type(record).objects.filter(pk=record.pk).update(name="Kwartelfeest")
    assert titles("kwartelfeest") == [naming.title]
    record.name = "Zandkasteel"
    record.save()
    assert (titles("kwartelfeest"), titles("zandkasteel")) == ([], [naming.title])


def test_who_is_renamed_in_the_admin_is_found_under_the_new_name_at_once(admin_client, naming: Project):
    partner = ("admin:projects_partner_change", naming.partners.get().pk, {"name": "Kwartelfeest"})
    region = ("admin:igs_region_change", naming.region_id, {"name": "Zandkasteel"})
    for page, record, change in (partner, region):
        address = reverse(page, args=[record])
        assert admin_client.post(address, form_data(admin_client.get(address)) | change).status_code == 302
    assert titles("kwartelfeest zandkasteel") == [naming.title]


def test_links_that_come_and_go_are_followed_from_both_sides(naming: Project):
    partner = make_partner(name="Kwartelfeest")
    for link, unlink in (
        (lambda: naming.partners.add(partner), lambda: naming.partners.remove(partner)),
        (lambda: partner.projects.add(naming), lambda: partner.projects.remove(naming)),
        (lambda: naming.partners.set([partner]), naming.partners.clear),
        (lambda: partner.projects.set([naming]), partner.projects.clear),
    ):
        link()
        assert titles("kwartelfeest") == [naming.title]
        unlink()
        assert titles("kwartelfeest") == []


def test_a_name_that_moves_to_another_region_is_lost_to_the_first():
    name = make_region_name(name="Kwartelfeest")
    first, second = name.region, make_region()
    name.region = second
    name.save()
    assert list(Region.objects.search("kwartelfeest")) == [second] != [first]
    name.delete()
    assert list(Region.objects.search('"kwartelfeest"')) == []


def test_a_place_in_a_row_of_the_admin_is_found_at_once(admin_client):
    municipality = make_municipality()
    make_place(municipality=municipality)
    address = reverse("admin:igs_municipality_change", args=[municipality.pk])
    data = form_data(admin_client.get(address))
    data["places-0-name"] = "Kwartelgem"
    assert admin_client.post(address, data).status_code == 302
    assert list(Municipality.objects.search("kwartelgem")) == [municipality]


def test_records_that_are_made_changed_and_deleted_in_bulk_are_followed():
    Partner.objects.bulk_create([Partner(name="Kwartelfeest", slug="kwartelfeest", source_name="Test")])
    project = make_project(partners=list(Partner.objects.filter(slug="kwartelfeest")))
    assert titles("kwartelfeest") == [project.title]
    Project.objects.filter(pk=project.pk).update(summary="Zandkasteel")
    assert titles("kwartelfeest zandkasteel") == [project.title]
    project.summary = "Bolwerk"
    Project.objects.bulk_update([project], ["summary"])
    assert (titles("zandkasteel"), titles("bolwerk kwartelfeest")) == ([], [project.title])
    Project.objects.filter(pk=project.pk).delete()
    assert (titles("kwartelfeest"), Entry.objects.filter(kind=KIND, record=project.pk).exists()) == ([], False)


def test_the_index_changes_with_the_record_or_not_at_all():
    project = make_project(title="Kwartelfeest")
    with transaction.atomic():
        project.title = "Zandkasteel"
        project.save()
        transaction.set_rollback(True)
    assert (titles("kwartelfeest"), titles('"zandkasteel"')) == (["Kwartelfeest"], [])


def test_whatever_happens_to_records_the_index_is_that_of_a_rebuild(naming: Project):
    hide(make_scene())
    naming.libraries.clear()
    make_region_name(region=naming.region, name="Kwartelgouw")
    Library.objects.update(city="Kwartelgem")
    LibraryNetwork.objects.update(website="https://voorbeeld.be")
    Project.objects.filter(pk=naming.pk).update(state=State.ARCHIVED)
    Theme.objects.filter(projects=naming).update(name="Kwartelthema")
    before = index()
    rebuild()
    assert index() == before


# Hidden.


@pytest.mark.parametrize("state", [State.DRAFT, State.ARCHIVED])
def test_what_is_not_public_has_no_word_in_the_index(state: str):
    project = make_project(title="Kwartelfeest")
    project.state = state
    project.save()
    assert not Posting.objects.filter(kind=KIND, record=project.pk).exists()
    assert (list(Project.objects.search("kwartelfeest")), titles("kwartelfees")) == ([], [])
    assert understood("kwartelfees", KIND).corrections == []


def test_no_word_of_what_is_hidden_is_suggested(client):
    hide(make_scene())
    for words in HIDDEN:
        for word in words:
            told = client.get("/zoeken/voorstellen.json", {"q": word[:-1]}).json()
            assert told[1] == []


# On the pages.


def test_what_is_found_is_marked_and_what_people_write_is_escaped(client):
    make_project(title="<b>Kwartel</b> & feest", summary="<script>alert('kwartel')</script>")
    content = client.get("/zoeken/", {"q": "kwartel"}).content.decode()
    assert "&lt;b&gt;<mark>Kwartel</mark>&lt;/b&gt; &amp; feest" in content
    assert "&lt;script&gt;alert(&#x27;<mark>kwartel</mark>&#x27;)" in content


@pytest.mark.parametrize("path", ["/zoeken/", "/projecten/", "/bibliotheken/"])
def test_a_page_tells_what_was_meant_and_what_was_looked_for_as_well(client, path: str):
    make_library(name="Kwartelhut")
    make_project(title="Kwartelhut")
    Synonyms.objects.create(words="kwartelhut\nzandschuur")
    misspelled = client.get(path, {"q": "kwartelhtu"}).content.decode()
    assert "Bedoelde je <strong>Kwartelhut</strong>?" in misspelled
    widened = client.get(path, {"q": "zandschuur"}).content.decode()
    assert "ook op <strong>kwartelhut</strong>" in widened
    assert '?q=%22zandschuur%22">Zoek letterlijk</a>' in widened


def test_a_search_box_takes_few_queries(client):
    for words in ("bib", "moorsleede", "poperinge -bib", '"derde plek" lezen'):
        with CaptureQueriesContext(connection) as queries:
            client.get("/zoeken/", {"q": words})
        assert len(queries) <= 8, words


# Nonsense.

ALPHABET = "abclezbi 0129-\"'“”.,;:!?%_\\/<>&()[]{}*+~^|=@#$\x00\n\t\u0301\u202eéĲßЖ中🙂"


def nonsense(number: int) -> list[str]:
    """Random questions, and some that are known to hurt."""
    chance = random.Random(20261124)
    known = [
        "\x00",
        "a" * 10_000,
        "-" * 500,
        '"' * 501,
        "%" * 99,
        "' OR 1=1 --",
        "\\",
        "\ud7ff",
        '-"',
        '"-',
        "bib " * 99,
    ]
    return known + ["".join(chance.choices(ALPHABET, k=chance.randint(1, 60))) for _ in range(number - len(known))]


def test_nonsense_is_parsed_without_complaint():
    started = time.monotonic()
    for words in nonsense(10_000):
        assert len(parsed(words, {}).terms) <= 40
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("path", ["/zoeken/", "/zoeken/voorstellen.json", "/projecten/", "/bibliotheken/"])
def test_nonsense_gets_an_answer(client, path: str):
    for words in nonsense(120):
        assert client.get(path, {"q": words}).status_code == 200, words

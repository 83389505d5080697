"""The yearly work: counts of Statbel, mergers, moves, regions that start, stop or are renamed, and the decree."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from html import unescape
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from igs.models import (
    DecreeRule,
    FormerMunicipality,
    Membership,
    Municipality,
    Outline,
    Place,
    Population,
    Region,
    RegionName,
    SubsidyRound,
)
from igs.models.decree import DecreeCheck
from libraries.models import Library
from optil_portal.records.history import Step, Version, remembered
from optil_portal.records.restoring import undo
from tests.factories import (
    make_consultant,
    make_former_municipality,
    make_library,
    make_membership,
    make_municipality,
    make_outline,
    make_place,
    make_population,
    make_project,
    make_region,
    make_region_name,
)
from tests.forms import form_data
from tests.staff import logged_in, make_account, make_consultant_of
from tests.test_time import members, on
from tests.visiting import visit

DAY = date(2026, 1, 1)  # of the changes; the tests run on 24 November of that year
BEFORE = "?op=2025-12-31"
SOURCE = {"source_name": "Raadsbesluit", "source_url": "https://voorbeeld.be/besluit"}
MERGE, MOVE = "igs_municipality_merge", "igs_municipality_move"
START, STOP, RENAME = "igs_region_start", "igs_region_stop", "igs_region_rename"


@pytest.fixture
def editor() -> Any:
    """The browser of somebody who edits everything."""
    return logged_in(make_account("Redactie"))


def asked(**values: Any) -> dict[str, Any]:
    """The answers in the form of a guide, with a source and a day."""
    return SOURCE | {"day": "1/1/2026", "doubt": ""} | values


def looked_at(client: Any, name: str, **values: Any) -> Any:
    """The page that shows what a guide would change."""
    return client.post(reverse(f"admin:{name}"), asked(**values))


def told(answer: Any) -> list[str]:
    """What a guide would change, by kind."""
    return [f"{kind}: {counted}" for kind, counted, *_ in answer.context["rehearsal"].kinds]


def done(client: Any, name: str, **values: Any) -> Step:
    """The step of a guide that somebody looked at and then carried out."""
    plan = looked_at(client, name, **values).context["rehearsal"].digest
    answer = client.post(reverse(f"admin:{name}"), asked(**values, plan=plan))
    assert answer.status_code == 302, answer.context["form"].errors
    step = Step.objects.latest("pk")
    assert answer.url == reverse("admin:records_step_change", args=[step.pk])
    return step


def errors(answer: Any) -> tuple[int, dict[str, list[str]]]:
    """The code of a refused form, and what is wrong by field."""
    return answer.status_code, dict(answer.context["form"].errors)


def everything() -> dict[str, list[tuple]]:
    """All records and their links, without when they changed and which number a link has."""
    links = [field.remote_field.through for model in remembered() for field in model._meta.many_to_many]
    untold = {model: {"changed"} for model in remembered()} | {model: {"id"} for model in links}
    return {
        model._meta.label: sorted(
            model._base_manager.values_list(
                *(one.attname for one in model._meta.concrete_fields if one.attname not in names)
            ),
            key=str,
        )
        for model, names in untold.items()
    }


def membership(one: Any) -> list[tuple]:
    """The memberships of a municipality or a former one: the region, since when and until when."""
    return list(one.memberships.order_by("since").values_list("region__name", "since", "until"))


class Two:
    """Two municipalities in one region, with all that can name them."""

    def __init__(self) -> None:
        """Make them."""
        self.region = make_region(name="Schelderegio", slug="schelderegio")
        self.large = make_municipality(
            name="Grootdorp", slug="grootdorp", nis_code="98001", area_km2="30.0", latitude=51.0
        )
        self.small = make_municipality(
            name="Kleindorp", slug="kleindorp", nis_code="98002", area_km2="10.0", latitude=51.4
        )
        for one, people in ((self.large, 3000), (self.small, 1000)):
            make_membership(region=self.region, municipality=one)
            make_population(municipality=one, inhabitants=people)
            make_outline(municipality=one, path=f"M{people} 0h9v9z")
        self.place = make_place(municipality=self.small, name="Gehucht")
        self.library = make_library(municipality=self.small)
        self.project = make_project(region=self.region, municipalities=[self.small])

    def merged(self, **values: Any) -> dict[str, Any]:
        """The answers that merge them into a new municipality."""
        new = {"new_name": "Scheldedorp", "nis_code": "98003", "province": "oost-vlaanderen"}
        return {"municipalities": "Grootdorp\n98002", "region": self.region.pk} | new | values


@pytest.fixture
def two() -> Two:
    """Two municipalities that merge."""
    return Two()


# A merger.


def test_a_look_at_a_merger_tells_all_and_changes_nothing(editor: Any, two: Two):
    before, number = everything(), Version.objects.count()
    answer = looked_at(editor, MERGE, **two.merged())
    assert (answer.status_code, told(answer)) == (
        200,
        [
            "Vroegere gemeente: 2 toegevoegd",
            "Lidmaatschap: 2 gewijzigd, 1 toegevoegd",
            "Inwonertal: 2 gewijzigd, 1 toegevoegd",
            "Kaartvorm: 1 gewijzigd, 1 verwijderd",
            "Plaats: 1 gewijzigd",
            "Bibliotheek: 1 gewijzigd",
            "Project: 1 gewijzigd",
            "Gemeente: 1 verwijderd, 1 gewijzigd",
        ],
    )
    assert (everything(), Version.objects.count()) == (before, number)


def test_a_merger_keeps_what_was_and_moves_what_is(editor: Any, two: Two):
    step = done(editor, MERGE, **two.merged())
    new = Municipality.objects.get(nis_code="98003")
    assert step.note == "Samenvoeging van Grootdorp en Kleindorp tot Scheldedorp op 01/01/2026"
    assert (new.pk, new.name, new.slug, new.area_km2, new.latitude) == (
        two.large.pk,
        "Scheldedorp",
        "scheldedorp",
        Decimal("40.0"),
        51.1,
    )
    assert not Municipality.objects.filter(name="Kleindorp").exists()
    former = {one.name: one for one in FormerMunicipality.objects.filter(successor=new)}
    assert {name: (one.nis_code, one.merged_on) for name, one in former.items()} == {
        "Grootdorp": ("98001", DAY),
        "Kleindorp": ("98002", DAY),
    }
    assert [membership(one) for one in (former["Grootdorp"], former["Kleindorp"], new)] == [
        [("Schelderegio", date(2020, 1, 1), DAY)],
        [("Schelderegio", date(2020, 1, 1), DAY)],
        [("Schelderegio", DAY, None)],
    ]
    counts = Population.objects.filter(inhabitants__in=(1000, 3000, 4000)).filter(
        counted_on__in=(date(2020, 1, 1), DAY)
    )
    assert {(str(one.municipality or one.former_municipality), one.inhabitants, one.source_name) for one in counts} == {
        ("Grootdorp (tot 2026)", 3000, "Test"),
        ("Kleindorp (tot 2026)", 1000, "Test"),
        ("Scheldedorp", 4000, "Som van de laatste tellingen"),
    }
    assert Place.objects.get(name="Gehucht").municipality == new
    assert Library.objects.get(pk=two.library.pk).municipality == new
    assert list(two.project.municipalities.all()) == [new]
    assert [one.path for one in Outline.objects.filter(municipality=new)] == ["M3000 0h9v9zM1000 0h9v9z"]


def test_a_merger_rewrites_no_history(client: Any, editor: Any, two: Two):
    address = two.region.get_absolute_url()
    before = on(client, address, BEFORE)
    done(editor, MERGE, **two.merged())
    after = on(client, address, BEFORE)
    assert members(before) == members(after) == ["Grootdorp", "Kleindorp"]
    for page in (before, after):
        assert "4.000" in " ".join(page.main.itertext())
    assert members(on(client, address, "?op=2026-01-01")) == ["Scheldedorp"]
    assert visit(client, "/gemeenten/kleindorp/").status == 301


def test_a_merger_undone_is_as_if_it_never_was(editor: Any, two: Two):
    before = everything()
    step = done(editor, MERGE, **two.merged())
    assert everything() != before
    page = reverse("admin:records_step_change", args=[step.pk])
    assert editor.post(page).status_code == 302
    assert everything() == before


@pytest.mark.parametrize("name", ["Grootdorp", "Kleindorp"])
def test_a_merger_that_keeps_a_name_can_be_undone_too(editor: Any, two: Two, name: str):
    before = everything()
    step = done(editor, MERGE, **two.merged(new_name=name))
    new = Municipality.objects.get(name=name)
    assert (new.nis_code, new.slug, new.predecessors.count()) == ("98003", name.lower(), 2)
    undo(step, None)
    assert everything() == before


def test_a_municipality_that_goes_up_in_one_that_stays(editor: Any, two: Two):
    before = everything()
    step = done(editor, MERGE, municipalities="Kleindorp", into=two.large.pk, region=two.region.pk)
    two.large.refresh_from_db()
    assert (two.large.nis_code, two.large.area_km2, membership(two.large)) == (
        "98001",
        Decimal("40.0"),
        [("Schelderegio", date(2020, 1, 1), None)],
    )
    assert list(two.large.populations.values_list("counted_on", "inhabitants")) == [
        (DAY, 4000),
        (date(2020, 1, 1), 3000),
    ]
    assert [one.name for one in two.large.predecessors.all()] == ["Kleindorp"]
    undo(step, None)
    assert everything() == before


REFUSED: list[Any] = [
    pytest.param(
        {"municipalities": "Grootdorp\nKleindrop"},
        {"municipalities": ["‘Kleindrop’ is geen gemeente van vandaag. Bedoel je ‘Kleindorp’?"]},
        id="unknown-name",
    ),
    pytest.param(
        {"municipalities": "Grootdorp"},
        {"municipalities": ["Geef er minstens twee, of kies in welke gemeente deze opgaat."]},
        id="one-alone",
    ),
    pytest.param(
        {"nis_code": "980"}, {"nis_code": ["Een NIS-code telt vijf cijfers, bijvoorbeeld 33011."]}, id="short-code"
    ),
    pytest.param(
        {"nis_code": "44021"},
        {"nis_code": ["Deze NIS-code is al die van een gemeente. Gaan ze daarin op, kies die dan hierboven."]},
        id="code-of-another",
    ),
    pytest.param({"new_name": "Gent"}, {"new_name": ["Een andere gemeente heet al zo."]}, id="name-of-another"),
    pytest.param(
        {"new_name": ""},
        {"new_name": ["Vul dit in voor de nieuwe gemeente, of kies hierboven een die blijft bestaan."]},
        id="no-name",
    ),
    pytest.param(
        {"day": "1/1/2027"},
        {"day": ["Deze dag moet nog komen. Voer dit in op de dag zelf of later, met deze dag erbij."]},
        id="a-day-to-come",
    ),
    pytest.param({"day": "straks"}, {"day": ["Voer een geldige datum in."]}, id="no-day"),
    pytest.param({"region": ""}, {"region": ["Dit veld is verplicht."]}, id="no-region"),
    pytest.param({"source_name": ""}, {"source_name": ["Dit veld is verplicht."]}, id="no-source"),
    pytest.param(
        {"day": "1/1/2020"},
        {"__all__": ["Grootdorp heeft een lidmaatschap dat op die dag of later begint. Verbeter dat eerst."]},
        id="before-the-membership",
    ),
]


@pytest.mark.parametrize(("values", "expected"), REFUSED)
def test_a_merger_that_cannot_be_names_the_field_and_changes_nothing(
    editor: Any, two: Two, values: dict, expected: dict
):
    before = everything()
    assert errors(looked_at(editor, MERGE, **two.merged(**values))) == (400, expected)
    assert errors(looked_at(editor, MERGE, **two.merged(**values), plan="x")) == (400, expected)
    assert everything() == before


def test_two_places_of_one_name_are_told_before_they_meet(editor: Any, two: Two):
    make_place(municipality=two.large, name="Gehucht")
    assert errors(looked_at(editor, MERGE, **two.merged())) == (
        400,
        {"__all__": ["Zowel Kleindorp als Grootdorp heeft een plaats ‘Gehucht’. Hernoem er eerst een."]},
    )


def test_a_municipality_never_counted_gives_no_sum(editor: Any, two: Two):
    Population.objects.filter(municipality=two.small).delete()
    done(editor, MERGE, **two.merged())
    assert list(Municipality.objects.get(name="Scheldedorp").populations.all()) == []


def test_what_was_not_looked_at_is_not_done(editor: Any, two: Two):
    plan = looked_at(editor, MERGE, **two.merged()).context["rehearsal"].digest
    before = everything()
    answer = editor.post(reverse(f"admin:{MERGE}"), asked(**two.merged(new_name="Anders"), plan=plan))
    assert (answer.status_code, everything()) == (409, before)
    assert [str(one) for one in get_messages(answer.wsgi_request)] == [
        "Er is niets veranderd: dit is niet wat je bekeek. Hieronder staat wat er nu zou veranderen."
    ]
    make_place(municipality=two.large, name="Nieuw gehucht")
    make_place(municipality=two.small, name="Ander gehucht")
    assert editor.post(reverse(f"admin:{MERGE}"), asked(**two.merged(), plan=plan)).status_code == 409


# A move.


def test_a_municipality_moves_on_a_day_and_both_regions_keep_their_history(client: Any, editor: Any, two: Two):
    other = make_region(name="Leieregio", slug="leieregio")
    before = everything()
    step = done(editor, MOVE, municipalities="Kleindorp", region=other.pk)
    assert membership(two.small) == [("Schelderegio", date(2020, 1, 1), DAY), ("Leieregio", DAY, None)]
    new = Membership.objects.get(municipality=two.small, region=other)
    assert (new.source_name, new.source_url, new.checked_on) == (*SOURCE.values(), date(2026, 11, 24))
    assert members(on(client, two.region.get_absolute_url(), BEFORE)) == ["Grootdorp", "Kleindorp"]
    assert members(on(client, two.region.get_absolute_url(), "?op=2026-01-01")) == ["Grootdorp"]
    undo(step, None)
    assert everything() == before


def test_municipalities_join_and_leave_together(editor: Any, two: Two):
    loose = make_municipality(name="Losdorp", slug="losdorp")
    done(editor, MOVE, municipalities="Losdorp", region=two.region.pk)
    assert membership(loose) == [("Schelderegio", DAY, None)]
    done(editor, MOVE, municipalities="Grootdorp\nKleindorp", region="geen")
    assert [membership(one) for one in (two.large, two.small)] == [[("Schelderegio", date(2020, 1, 1), DAY)]] * 2


def test_who_is_there_already_changes_nothing(editor: Any, two: Two):
    answer = looked_at(editor, MOVE, municipalities="Kleindorp", region=two.region.pk)
    assert (answer.status_code, answer.context["rehearsal"].changes) == (200, [])
    assert "Niets: alles staat er al zo." in unescape(answer.content.decode())


@pytest.mark.parametrize(
    ("day", "region", "error"),
    [
        pytest.param(
            "1/1/2019",
            "geen",
            "Kleindorp is op of na die dag al lid van Schelderegio, vanaf 01/01/2020. Verbeter dat lidmaatschap zelf.",
            id="before-it-was-in",
        ),
        pytest.param("1/1/2027", "over", "Oude regio werkt op die dag niet.", id="a-region-that-ended"),
    ],
)
def test_a_move_that_cannot_be_is_told(editor: Any, two: Two, day: str, region: str, error: str):
    ended = make_region(name="Oude regio", slug="oude-regio", last_day=date(2026, 12, 31))
    before = everything()
    answer = looked_at(
        editor, MOVE, municipalities="Kleindorp", region=ended.pk if region == "over" else region, day=day
    )
    assert errors(answer) == (400, {"__all__": [error]})
    assert everything() == before


# A region.


def test_a_region_stops_and_its_memberships_with_it(client: Any, editor: Any, two: Two):
    before = everything()
    step = done(editor, STOP, region=two.region.pk, day="31/12/2026")
    two.region.refresh_from_db()
    assert (two.region.last_day, two.region.further_sources) == (
        date(2026, 12, 31),
        "https://voorbeeld.be/besluit (laatste dag)",
    )
    assert {one.until for one in two.region.memberships.all()} == {date(2027, 1, 1)}
    assert members(on(client, two.region.get_absolute_url(), "?op=2026-12-31")) == ["Grootdorp", "Kleindorp"]
    undo(step, None)
    assert everything() == before


def test_a_region_does_not_stop_before_a_membership_begins(editor: Any, two: Two):
    answer = looked_at(editor, STOP, region=two.region.pk, day="1/1/2019")
    assert errors(answer) == (
        400,
        {"__all__": [f"{two.large} wordt pas na die dag lid van Schelderegio. Verbeter dat lidmaatschap eerst."]},
    )


def test_a_region_starts_with_its_members_and_its_consultant(editor: Any, two: Two):
    consultant = make_consultant()
    before = everything()
    new = {"new_name": "Nieuwe regio", "colour": "moss", "municipalities": "Kleindorp", "consultants": [consultant.pk]}
    step = done(editor, START, **new, day="1/1/2027")
    region = Region.objects.get(slug="nieuwe-regio")
    assert (region.first_day, list(region.consultants.all())) == (date(2027, 1, 1), [consultant])
    assert membership(two.small) == [
        ("Schelderegio", date(2020, 1, 1), date(2027, 1, 1)),
        ("Nieuwe regio", date(2027, 1, 1), None),
    ]
    undo(step, None)
    assert everything() == before


def test_a_region_is_renamed_and_its_old_name_leads_to_it(client: Any, editor: Any, two: Two):
    before = everything()
    step = done(editor, RENAME, region=two.region.pk, new_name="Scheldeland")
    assert RegionName.objects.filter(region=two.region).values_list("name", "slug", "kind", "until").get() == (
        "Schelderegio",
        "schelderegio",
        "former",
        DAY,
    )
    assert client.get("/regios/schelderegio/").url == "/regios/scheldeland/"
    page = visit(client, "/regios/scheldeland/")
    assert "Schelderegio (vroegere naam tot 1 januari 2026)" in " ".join(page.main.itertext())
    undo(step, None)
    assert everything() == before


@pytest.mark.parametrize(
    ("name", "error"),
    [
        pytest.param("Zuidwest", "Een andere regio heet al zo.", id="of-another"),
        pytest.param(
            "Oudeland",
            "Zo heette een regio vroeger, en die naam leidt nog naar haar. Kies een andere.",
            id="of-before",
        ),
    ],
)
def test_a_name_in_use_is_refused(editor: Any, two: Two, name: str, error: str):
    make_region_name(name="Oudeland", slug="oudeland")
    assert errors(looked_at(editor, RENAME, region=two.region.pk, new_name=name)) == (400, {"new_name": [error]})
    new = {"new_name": name, "colour": "moss", "municipalities": "Kleindorp"}
    assert errors(looked_at(editor, START, **new)) == (400, {"new_name": [error]})


def test_a_new_round_has_its_amount_and_its_regions(editor: Any, two: Two):
    address = reverse("admin:igs_subsidyround_add")
    data = form_data(editor.get(address)) | {"decree": "Nieuw decreet", "first_year": 2033, "last_year": 2038}
    answer = editor.post(address, data | {"yearly_amount": 2_000_000, "regions": [two.region.pk], **SOURCE})
    assert answer.status_code == 302
    new = SubsidyRound.objects.get(first_year=2033)
    assert (new.yearly_amount, list(new.regions.all())) == (2_000_000, [two.region])


# Rights.


def test_a_consultant_moves_between_own_regions_only(two: Two):
    own, foreign = make_region(), make_region()
    client = logged_in(make_consultant_of(two.region, own))
    assert errors(looked_at(client, MOVE, municipalities="Kleindorp", region=foreign.pk)) == (
        400,
        {"region": [f"Selecteer een geldige keuze. {foreign.pk} is geen beschikbare keuze."]},
    )
    done(client, MOVE, municipalities="Kleindorp", region=own.pk)
    assert [region for region, *_ in membership(two.small)] == ["Schelderegio", own.name]


def test_a_consultant_takes_no_municipality_away_from_another_region(two: Two):
    own = make_region()
    client = logged_in(make_consultant_of(own))
    before = everything()
    for plan in ({}, {"plan": "x"}):
        answer = looked_at(client, MOVE, municipalities="Kleindorp", region=own.pk, **plan)
        assert answer.status_code == 403
        assert "Je begeleidt de regio niet van: ‘Kleindorp in Schelderegio’." in unescape(answer.content.decode())
    assert everything() == before


def test_a_consultant_merges_within_own_regions_only_and_may_undo_it(two: Two):
    client = logged_in(make_consultant_of(two.region))
    before = everything()
    step = done(client, MERGE, **two.merged())
    assert client.post(reverse("admin:records_step_change", args=[step.pk])).status_code == 302
    assert everything() == before
    make_membership(municipality=make_municipality(name="Verdorp", slug="verdorp"))
    answer = looked_at(client, MERGE, **two.merged(municipalities="Grootdorp\nVerdorp"))
    assert answer.status_code == 403


def test_a_consultant_stops_and_renames_own_regions_only_and_starts_none(two: Two):
    other = make_region()
    client = logged_in(make_consultant_of(two.region))
    refused = {"region": ["Selecteer een geldige keuze. Deze keuze is niet beschikbaar."]}
    assert errors(looked_at(client, STOP, region=other.pk)) == (400, refused)
    assert errors(looked_at(client, RENAME, region=other.pk, new_name="Nieuw")) == (400, refused)
    assert client.get(reverse(f"admin:{START}")).status_code == 403
    done(client, STOP, region=two.region.pk)


def test_the_first_page_and_the_forms_lead_to_the_guides_one_may_open(editor: Any, two: Two):
    client = logged_in(make_consultant_of(two.region))
    start = '<a href="/beheer/igs/region/starten/">'
    assert [start in one.get(reverse("admin:index")).content.decode() for one in (editor, client)] == [True, False]
    form = editor.get(reverse("admin:igs_municipality_change", args=[two.small.pk])).content.decode()
    assert 'href="/beheer/igs/municipality/verhuizen/?municipalities=Kleindorp"' in form
    page = editor.get(reverse(f"admin:{MOVE}"), {"municipalities": "Kleindorp"})
    assert page.context["form"]["municipalities"].value() == "Kleindorp"


# The counts of Statbel.

STRUCTURE = ("CD_REFNIS", "TX_DESCR_NL", "MS_POPULATION", "CD_YEAR")


def as_csv(*rows: Sequence[Any], delimiter: str = ";") -> bytes:
    """Rows as a CSV."""
    return "\n".join(delimiter.join(map(str, row)) for row in rows).encode()


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    """Rows as a workbook."""
    book, file = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


def statbel(client: Any, content: bytes, name: str = "TF_SOC_POP.csv", day: str = "1/1/2027") -> Any:
    """The answer to a file of Statbel."""
    sent = {"file": SimpleUploadedFile(name, content), "counted_on": day}
    return client.post(reverse("admin:igs_population_statbel"), sent)


def came_in(client: Any, content: bytes, **values: Any) -> Any:
    """The plan of a file of Statbel, which is then brought in."""
    address = statbel(client, content, **values).url
    plan = client.get(address).context["plan"]
    assert plan.faults == []
    client.post(address, {"plan": plan.digest})
    return plan


def counts(one: Municipality) -> list[tuple[date, int]]:
    """The counts of a municipality."""
    return list(one.populations.order_by("counted_on").values_list("counted_on", "inhabitants"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(
            as_csv(STRUCTURE, (44021, "Gent", 270123, 2027), (21004, "Brussel", 5, 2027), (44021, "Gent", 1, 2026)),
            "TF_SOC_POP_2027.csv",
            id="open-data",
        ),
        pytest.param(as_csv(STRUCTURE[:3], ("44021", "Gent", 270123), delimiter="|"), "pop.csv", id="with-bars"),
        pytest.param(
            as_xlsx(
                ("Bevolking per gemeente",),
                (),
                ("Refnis", "Gemeente", "Totaal"),
                (40000, "Oost", 9),
                (44021, "Gent", 270123),
            ),
            "Bevolking.xlsx",
            id="a-workbook-with-a-title",
        ),
        pytest.param(
            as_csv(("CD_REFNIS", "CD_SEX", "MS_POPULATION"), (44021, "F", 140000), (44021, "M", 130123)),
            "pop.csv",
            id="split-by-sex",
        ),
    ],
)
def test_a_file_of_statbel_comes_in_beside_the_counts_of_other_years(editor: Any, content: bytes, name: str):
    gent = Municipality.objects.get(nis_code="44021")
    make_population(municipality=gent, counted_on=date(2026, 1, 1), inhabitants=268000)
    plan = came_in(editor, content, name=name)
    assert (plan.new, plan.changed) == (1, 0)
    assert counts(gent) == [(date(2026, 1, 1), 268000), (date(2027, 1, 1), 270123)]
    new = gent.populations.get(counted_on=date(2027, 1, 1))
    assert (new.source_name, new.confidence, new.checked_on) == (
        "Statbel, bevolking op 1/1/2027",
        "high",
        date(2026, 11, 24),
    )


def test_the_count_of_statbel_takes_the_place_of_the_sum_of_a_merger(editor: Any, two: Two):
    done(editor, MERGE, **two.merged())
    count = Municipality.objects.get(nis_code="98003").populations.get()
    assert (count.counted_on, count.inhabitants, count.doubt) == (
        DAY,
        4000,
        "Som van de laatste tellingen van Grootdorp en Kleindorp, tot Statbel de nieuwe gemeente telt.",
    )


def test_an_error_in_a_file_of_statbel_is_told_by_its_own_line(editor: Any):
    content = as_csv(STRUCTURE[:3], (21004, "Brussel", 1), (44999, "Nergens", 10), (44021, "Gent", "veel"))
    plan = editor.get(statbel(editor, content).url).context["plan"]
    assert [(fault.line, fault.column, fault.told.split(". ")[0]) for fault in plan.faults] == [
        (3, "gemeente (NIS-code)", "Er is geen gemeente met NIS-code ‘44999’"),
        (4, "inwoners", "‘veel’ is geen getal"),
    ]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(
            as_csv(("naam", "inwoners"), ("Gent", 1)),
            "We vinden geen kolom met NIS-codes. Statbel noemt die CD_REFNIS.",
            id="no-codes",
        ),
        pytest.param(
            as_csv(("CD_REFNIS", "naam"), (44021, "Gent")),
            "We vinden geen kolom met het aantal inwoners. Die heet MS_POPULATION of ‘inwoners’.",
            id="no-people",
        ),
        pytest.param(
            as_csv(STRUCTURE, (44021, "Gent", 1, 2026)),
            "In de kolom CD_YEAR staat nergens 2027. Kijk het jaar na bij ‘Geteld op’.",
            id="another-year",
        ),
        pytest.param(
            as_csv(STRUCTURE[:3], (62063, "Luik", 1)),
            "In dit bestand staat geen gemeente die je begeleidt.",
            id="elsewhere",
        ),
    ],
)
def test_a_file_that_is_not_of_statbel_is_refused(editor: Any, content: bytes, error: str):
    before = everything()
    assert errors(statbel(editor, content)) == (400, {"file": [error]})
    assert everything() == before


def test_a_consultant_brings_in_the_counts_of_own_municipalities(two: Two):
    Municipality.objects.filter(pk=two.small.pk).update(nis_code="44998")
    client = logged_in(make_consultant_of(two.region))
    plan = came_in(client, as_csv(STRUCTURE[:3], (44021, "Gent", 5), ("44998", "Kleindorp", 1100)))
    assert (plan.new, counts(two.small)) == (1, [(date(2020, 1, 1), 1000), (date(2027, 1, 1), 1100)])


# The decree.

CHECK = "igs_decreerule_check"


def verdict(check: DecreeCheck, name: str) -> tuple[int, int | None, Decimal | None, bool]:
    """What the decree says of a region."""
    (found,) = (one for one in check.verdicts if one.region.name == name)
    return found.inhabitants, found.short, found.subsidy, found.is_minimum


def test_the_decree_says_of_each_region_what_is_lacking_and_what_it_pays():
    check = DecreeCheck(date(2027, 1, 1))
    assert [verdict(check, name) for name in ("Zuidwest", "Neteland", "CO7")] == [
        (325_532, 0, Decimal(292_979), False),
        (71_236, 13_764, Decimal(100_000), True),
        (89_259, 0, Decimal(100_000), True),
    ]
    assert [one.region.name for one in check.verdicts][:2] == [
        "Cultuuroverleg Ijzervallei",
        "Viertoren",
    ]  # Ginter ended


def test_before_the_decree_nothing_is_asked_and_nothing_is_said():
    assert verdict(DecreeCheck(date(2026, 12, 31)), "Neteland") == (71_236, None, None, False)


def test_a_rule_holds_until_the_next_of_its_kind():
    DecreeRule.objects.create(subject="inhabitants", value=100_000, valid_from=date(2033, 1, 1), source_name="Test")
    asked_for = [DecreeCheck(date(year, 1, 1)).rules["inhabitants"].value for year in (2032, 2033)]
    assert asked_for == [85_000, 100_000]


def test_what_if_a_municipality_joins_or_leaves_changes_nothing(editor: Any):
    before = everything()
    herentals = Municipality.objects.get(name="Herentals")
    home = herentals.region_on(date(2027, 1, 1))
    other = Region.objects.get(name="Stuifzand")
    answer = editor.get(reverse(f"admin:{CHECK}"), {"op": "1/1/2027", "gemeente": herentals.nis_code, "naar": other.pk})
    people = herentals.populations.get().inhabitants
    found = {one.before.region: one.after.inhabitants - one.before.inhabitants for one in answer.context["touched"]}
    assert found == {home: -people, other: people} if home else {other: people}
    assert everything() == before


def test_what_if_a_municipality_leaves(editor: Any, two: Two):
    answer = editor.get(reverse(f"admin:{CHECK}"), {"op": "1/1/2027", "gemeente": "98002", "naar": "geen"})
    assert [
        (str(one.before.region), one.before.inhabitants, one.after.inhabitants) for one in answer.context["touched"]
    ] == [("Schelderegio", 4000, 3000)]
    answer = editor.get(reverse(f"admin:{CHECK}"), {"op": "1/1/2027", "gemeente": "98002", "naar": two.region.pk})
    assert answer.context["touched"] == []


def test_the_check_begins_on_the_first_day_of_the_decree_and_tells_its_doubts(editor: Any):
    answer = editor.get(reverse(f"admin:{CHECK}"))
    assert answer.context["check"].on == date(2027, 1, 1)
    text = unescape(answer.content.decode())
    assert "<strong>Nog te bevestigen door OP/TIL: het bedrag staat in de opdracht" in text
    assert "<strong>niet gehaald</strong>: 13.764 te weinig" in text


@pytest.mark.parametrize(
    ("asked_for", "expected"),
    [
        pytest.param({"op": "morgen"}, {"op": ["Voer een geldige datum in."]}, id="no-day"),
        pytest.param({"gemeente": "44021"}, {"naar": ["Kies ook van welke regio, of ‘In geen IGS’."]}, id="no-region"),
        pytest.param({"naar": "geen"}, {"gemeente": ["Kies ook welke gemeente."]}, id="no-municipality"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told(editor: Any, asked_for: dict, expected: dict):
    assert errors(editor.get(reverse(f"admin:{CHECK}"), asked_for)) == (400, expected)


def test_what_merged_before_is_still_counted_on_a_day_before_it():
    region = make_region(name="Vroegere streek", slug="vroegere-streek")
    former = make_former_municipality()
    make_membership(region=region, former_municipality=former, until=date(2025, 1, 1))
    Population.objects.create(
        former_municipality=former, counted_on=date(2020, 1, 1), inhabitants=700, source_name="Test"
    )
    day = date(2024, 1, 1)
    (row,) = [one for one in Region.rows(day) if one.name == region.name]
    (counted,) = Region.objects.with_figures(day).filter(pk=region.pk)
    assert [row.inhabitants, counted.inhabitants, verdict(DecreeCheck(day), region.name)[0]] == [700, 700, 700]

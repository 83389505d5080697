"""Out as a file and in again: the list on screen, what a file would change, and all of it or nothing."""

import csv
import random
import re
from collections.abc import Sequence
from datetime import date
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings as portal
from django.contrib import admin
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from igs.models import Membership, Municipality, Population
from libraries.models import Library
from optil_portal.records.exchange.admin import ExchangeAdmin
from optil_portal.records.exchange.columns import columns_of
from optil_portal.records.exchange.files import harmed, unharmed
from optil_portal.records.history import Step, Version
from optil_portal.records.lexicon import Synonyms
from optil_portal.records.restoring import undo
from projects.models import Partner, Project
from tests.factories import (
    make_audience,
    make_library,
    make_membership,
    make_municipality,
    make_partner,
    make_population,
    make_project,
    make_region,
    make_theme,
)
from tests.staff import logged_in, make_account, make_consultant_of

EXCHANGED = {
    model._meta.label_lower: model
    for model, model_admin in admin.site._registry.items()
    if isinstance(model_admin, ExchangeAdmin)
}
each_model = pytest.mark.parametrize("label", sorted(EXCHANGED))
each_form = pytest.mark.parametrize("form", ["csv", "xlsx"])
UTF8 = "Dit bestand is niet in UTF-8 bewaard. Kies in Excel bij ‘Opslaan als’ het type ‘CSV UTF-8’."
NIS, DAY, COUNT, SOURCE = "gemeente (NIS-code)", "geteld op", "inwoners", "bron"


def page(model: Any, name: str, *args: Any) -> str:
    """The address of an admin page of a model."""
    return reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_{name}", args=args)


@pytest.fixture
def editor() -> Any:
    """The browser of somebody who edits everything."""
    return logged_in(make_account("Redactie"))


def exported(client: Any, model: Any, form: str = "csv", **asked: Any) -> bytes:
    """The list of a model as a file."""
    answer = client.get(page(model, "export", form), asked)
    assert answer.status_code == 200
    return answer.content


def lines_of(content: bytes) -> list[dict[str, str]]:
    """The lines of a CSV, by heading."""
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def as_csv(*lines: dict[str, Any], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    """Lines as a CSV."""
    buffer = StringIO()
    writer = csv.DictWriter(buffer, lines[0].keys(), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(lines)
    return buffer.getvalue().encode(encoding)


def as_xlsx(*rows: Sequence[Any]) -> bytes:
    """Rows as a workbook."""
    book, file = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return file.getvalue()


def sent(client: Any, model: Any, content: bytes, name: str = "lijst.csv") -> Any:
    """The answer to somebody who chooses a file."""
    return client.post(page(model, "import"), {"file": SimpleUploadedFile(name, content)})


def looked_at(client: Any, model: Any, content: bytes, name: str = "lijst.csv") -> Any:
    """The page with what a file would change."""
    answer = sent(client, model, content, name)
    assert answer.status_code == 302, answer.context["form"].errors
    return client.get(answer.url)


def brought_in(client: Any, model: Any, content: bytes, name: str = "lijst.csv") -> Any:
    """The answer to somebody who looks at what a file would change, and says yes."""
    shown = looked_at(client, model, content, name)
    assert shown.context["plan"].faults == []
    return client.post(shown.request["PATH_INFO"], {"plan": shown.context["plan"].digest})


def faults(shown: Any) -> list[tuple[int, str, str]]:
    """What is wrong with a file, as the page tells it."""
    return [tuple(fault) for fault in shown.context["faults"]]


def told(shown: Any) -> list[str]:
    """What a file would change, as the page tells it."""
    return [f"{change.name}, {change.what}: {one}" for change in shown.context["changes"] for one in change.differences]


def told_after(answer: Any) -> list[str]:
    """The messages that the next page shows."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def last_step() -> Step:
    """The step that somebody took last."""
    return Step.objects.taken()[0]


def counted(municipality: Municipality, inhabitants: Any = 1234, day: Any = "2026-01-01") -> dict[str, Any]:
    """A line with a count."""
    return {NIS: municipality.nis_code, DAY: day, COUNT: inhabitants, SOURCE: "Statbel"}


# Out and in again.


@each_form
@each_model
def test_what_goes_out_changes_nothing_when_it_comes_in(label: str, form: str, editor: Any):
    model = EXCHANGED[label]
    shown = looked_at(editor, model, exported(editor, model, form), f"lijst.{form}")
    plan = shown.context["plan"]
    assert (faults(shown), told(shown), plan.total) == ([], [], model._default_manager.count())
    assert (plan.total > 0) or label in {"igs.consultant", "records.synonyms"}


@each_model
def test_the_headings_of_a_list_are_all_different(label: str):
    headings = [column.heading.casefold() for column in columns_of(EXCHANGED[label])]
    assert sorted(headings) == sorted(set(headings))


def test_every_model_with_more_than_a_handful_of_rows_goes_out_and_in():
    many = {
        model._meta.label_lower
        for model in admin.site._registry
        if model._default_manager.count() > 10 and model._meta.app_label in ("igs", "libraries", "projects")
    }
    assert many - set(EXCHANGED) == {"igs.outline"}
    assert {"projects.partner", "projects.audience", "projects.testimony", "records.synonyms"} <= set(EXCHANGED)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("=+-@'|;,\"\n"), max_size=30)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.fixed_dictionaries(
        {
            "title": texts.filter(lambda text: text.strip()),
            "body": texts,
            "year_from": st.none() | st.integers(1900, 2100),
            "still_runs": st.none() | st.booleans(),
            "checked_on": st.none() | st.dates(),
        }
    ),
    linked=st.sets(st.integers(0, 3)),
)
def test_any_project_goes_out_and_in_as_it_is(editor: Any, values: dict[str, Any], linked: set[int]):
    with transaction.atomic():
        partners = [make_partner() for _ in range(4)]
        project = make_project(**values, partners=[partners[place] for place in linked])
        for form in ("csv", "xlsx"):
            content = exported(editor, Project, form, slug=project.slug)
            shown = looked_at(editor, Project, content, f"lijst.{form}")
            assert (faults(shown), told(shown), shown.context["plan"].total) == ([], [], 1)
        wanted = {column.name: column.value_of(project) for column in columns_of(Project) if column.name != "partners"}
        content = exported(editor, Project, slug=project.slug)
        Project.objects.filter(pk=project.pk).update(title="x", body="x", year_from=1, still_runs=None, checked_on=None)
        project.partners.clear()
        brought_in(editor, Project, content)
        back = Project.objects.get(pk=project.pk)
        found = {column.name: column.value_of(back) for column in columns_of(Project) if column.name != "partners"}
        same = [column.name for column in columns_of(Project) if column.name in found]
        assert [name for name in same if smoothed(found[name]) != smoothed(wanted[name])] == []
        assert set(back.partners.all()) == {partners[place] for place in linked}
        transaction.set_rollback(True)


def smoothed(value: Any) -> Any:
    """A value without the space around it, as every form takes it."""
    return value.strip() if isinstance(value, str) else value


@given(texts)
def test_what_a_spreadsheet_would_calculate_is_made_harmless_and_read_back(text: str):
    assert unharmed(harmed(text)) == text
    assert not harmed(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_formula_goes_out_harmless_and_comes_back_as_it_was(editor: Any):
    partner = make_partner(name="=HYPERLINK(1)", note="'=1+1", slug="formule")
    content = exported(editor, Partner, q="HYPERLINK")
    assert lines_of(content)[0]["naam"] == "'=HYPERLINK(1)"
    assert lines_of(content)[0]["opmerking"] == "''=1+1"
    Partner.objects.filter(pk=partner.pk).update(name="iets", note="")
    brought_in(editor, Partner, content)
    partner.refresh_from_db()
    assert (partner.name, partner.note) == ("=HYPERLINK(1)", "'=1+1")


def test_the_list_on_screen_goes_out_with_its_filters_search_and_order(editor: Any):
    region = make_region()
    make_project(region=region, title="Zebra voorlezen")
    make_project(region=region, title="Aap voorlezen")
    make_project(region=region, title="Aap zingt")
    make_project(title="Elders voorlezen")
    asked: dict[str, Any] = {"region__id__exact": region.pk, "q": "voorlezen", "o": "-1"}
    shown = editor.get(page(Project, "changelist"), asked)
    titles = [line["titel"] for line in lines_of(exported(editor, Project, **asked))]
    assert (
        titles == [project.title for project in shown.context["cl"].result_list] == ["Zebra voorlezen", "Aap voorlezen"]
    )
    (link,) = [part for part in shown.content.decode().split('"') if "/export.csv" in part]
    assert editor.get(unescape(link)).content == exported(editor, Project, **asked)


def test_a_list_longer_than_a_page_goes_out_whole(editor: Any):
    assert len(lines_of(exported(editor, Municipality, p=2))) == Municipality.objects.count() > 50


def test_a_question_that_cannot_be_asked_gives_no_file(editor: Any):
    answer = editor.get(page(Project, "export", "csv"), {"region__id__exact": "geen getal"})
    assert (answer.status_code, answer.url) == (302, f"{page(Project, 'changelist')}?e=1")
    assert editor.get(page(Project, "export", "pdf")).status_code == 404


def test_a_text_too_long_for_a_workbook_is_not_cut(editor: Any):
    make_project(title="Lang", body="x" * 40_000)
    answer = editor.get(page(Project, "export", "xlsx"), {"q": "Lang"})
    assert told_after(answer) == [f"Een tekst is te lang voor een cel: ‘{'x' * 60}…’. Voer de lijst uit als CSV."]
    shown = looked_at(editor, Project, exported(editor, Project, q="Lang"))
    assert (faults(shown), told(shown)) == ([], [])


# Looking first.


def test_a_look_tells_each_change_and_writes_nothing(editor: Any):
    same, other, new = make_municipality(name="Aa"), make_municipality(name="Bee"), make_municipality(name="Cee")
    for one in (same, other):
        make_population(municipality=one, counted_on=date(2026, 1, 1), inhabitants=1000, source_name="Statbel")
    before = (Population.objects.count(), Step.objects.count(), Version.objects.count())
    shown = looked_at(editor, Population, as_csv(counted(same, 1000), counted(other, 1250), counted(new, 900)))
    assert told(shown) == [
        "Bee: 1250 op 01/01/2026 (regel 3), gewijzigd: Inwoners: 1000 → 1250",
        "Cee: 900 op 01/01/2026 (regel 4), toegevoegd: Bron: – → Statbel",
        "Cee: 900 op 01/01/2026 (regel 4), toegevoegd: Gemeente: – → Cee",
        "Cee: 900 op 01/01/2026 (regel 4), toegevoegd: Geteld op: – → 1 januari 2026",
        "Cee: 900 op 01/01/2026 (regel 4), toegevoegd: Inwoners: – → 900",
    ]
    assert "1 nieuw, 1 gewijzigd, 1 zonder verandering." in shown.content.decode()
    assert (Population.objects.count(), Step.objects.count(), Version.objects.count()) == before


def test_a_yes_is_one_step_that_can_be_undone_and_a_second_time_changes_nothing(editor: Any):
    one, two = make_municipality(), make_municipality()
    first = make_population(municipality=one, counted_on=date(2026, 1, 1), inhabitants=1000)
    steps = Step.objects.taken().count()
    content = as_csv(counted(one, 1250), counted(two, 900))
    answer = brought_in(editor, Population, content)
    taken = last_step()
    assert told_after(answer) == ["Ingevoerd: 1 nieuw, 1 gewijzigd."]
    assert answer.url == reverse("admin:records_step_change", args=[taken.pk])
    assert (Step.objects.taken().count(), taken.kind, taken.note) == (
        steps + 1,
        Step.Kind.IMPORT,
        "Inwonertallen uit lijst.csv",
    )
    assert [version.model for version in taken.versions.all()] == [Population, Population]
    assert [one.populations.get().inhabitants, two.populations.get().inhabitants] == [1250, 900]
    again = looked_at(editor, Population, content)
    assert (told(again), "Dit bestand verandert niets" in again.content.decode()) == ([], True)
    undo(taken, None)
    assert [Population.objects.get(pk=first.pk).inhabitants, two.populations.count()] == [1000, 0]


def test_what_comes_in_is_found_at_once(editor: Any):
    region, theme, partner = make_region(), make_theme(), make_partner(name="Circus Zwabber")
    line = {
        "titel": "Reuzenrups op wielen",
        "adres op de site": "reuzenrups",
        "samenvatting": "Een rups.",
        "trekkende regio (adres op de site)": region.slug,
        "eerste thema (adres op de site)": theme.slug,
        "partners (korte naam)": partner.slug,
        "toestand": "gepubliceerd",
        "bron": "Test",
    }
    brought_in(editor, Project, as_csv(line))
    project = Project.objects.get(slug="reuzenrups")
    assert [*Project.objects.published().search("reuzenrups")] == [project]
    assert [*Project.objects.published().search("zwabber")] == [project]
    brought_in(editor, Project, as_csv(line | {"titel": "Zeepaard", "partners (korte naam)": ""}))
    assert [[*Project.objects.search(word)] for word in ("reuzenrups", "zwabber", "zeepaard")] == [[], [], [project]]
    undo(last_step(), None)
    assert [*project.partners.all()] == [partner]


def test_many_to_manys_go_by_their_codes(editor: Any):
    kept, gone, new = make_audience(name="A"), make_audience(name="B"), make_audience(name="C")
    project = make_project(audiences=[kept, gone])
    line = {"adres op de site": project.slug, "doelgroepen (korte naam)": f"{new.slug} | {kept.slug}"}
    assert told(looked_at(editor, Project, as_csv(line))) == [f"{project} (regel 2), gewijzigd: Doelgroepen: + C, − B"]
    before = Version.objects.about(project).count()
    brought_in(editor, Project, as_csv(line))
    assert ({*project.audiences.all()}, Version.objects.about(project).count()) == ({kept, new}, before + 1)


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), (";", "utf-8"), (",", "utf-8-sig")]
)
def test_a_csv_of_any_usual_kind_is_read(editor: Any, delimiter: str, encoding: str):
    partner = make_partner(slug="cafe")
    line = {"korte naam": "cafe", "naam": "Café; op, de hoek"}
    brought_in(editor, Partner, as_csv(line, delimiter=delimiter, encoding=encoding))
    assert Partner.objects.get(pk=partner.pk).name == "Café; op, de hoek"


def test_a_workbook_as_excel_makes_it_is_read(editor: Any):
    municipality = make_municipality()
    rows: list[list[Any]] = [
        [DAY, NIS.upper(), COUNT, SOURCE, None],
        [date(2026, 1, 1), int(municipality.nis_code), 812.0, "Statbel"],
    ]
    brought_in(editor, Population, as_xlsx(*rows), "Statbel.XLSX")
    found = municipality.populations.get()
    assert (found.counted_on, found.inhabitants) == (date(2026, 1, 1), 812)


@pytest.mark.parametrize("day", ["2026-01-01", "1/1/2026", "01-01-2026", "01.01.2026"])
def test_a_day_is_read_as_people_write_it(editor: Any, day: str):
    municipality = make_municipality()
    brought_in(editor, Population, as_csv(counted(municipality, day=day)))
    assert municipality.populations.get().counted_on == date(2026, 1, 1)


def test_a_municipality_moves_to_another_region_in_one_file(editor: Any):
    old, new, municipality = make_region(), make_region(), make_municipality()
    was = make_membership(region=old, municipality=municipality, since=date(2020, 1, 1), since_precision="year")
    line = {"regio (adres op de site)": new.slug, NIS: municipality.nis_code, "vroegere gemeente (NIS-code)": ""}
    lines = [
        line | {"lid sinds": "2027-01-01", "precisie van ‘sinds’": "op de dag", "lid tot": "", "bron": "Besluit"},
        line
        | {"regio (adres op de site)": old.slug, "lid sinds": "2020-01-01", "precisie van ‘sinds’": "op het jaar"}
        | {"lid tot": "2027-01-01", "bron": "Besluit"},
    ]
    brought_in(editor, Membership, as_csv(*lines))
    found = municipality.memberships.order_by("since").values_list("region", "since", "since_precision", "until")
    assert [*found] == [
        (old.pk, date(2020, 1, 1), "year", date(2027, 1, 1)),
        (new.pk, date(2027, 1, 1), "day", None),
    ]
    assert Version.objects.of("igs.membership", [was.pk])[0].step == last_step()


def test_synonyms_come_in_by_their_words(editor: Any):
    content = as_csv({"woorden": "fiets\nrijwiel", "opmerking": "hetzelfde"})
    brought_in(editor, Synonyms, content)
    assert [*Synonyms.objects.filter(words="fiets\nrijwiel").values_list("note", flat=True)] == ["hetzelfde"]
    assert told(looked_at(editor, Synonyms, content)) == []


# What is refused.


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        (
            "lijst.pdf",
            b"%PDF",
            "‘lijst.pdf’ is geen CSV en geen XLSX. Bewaar het in Excel als ‘Excel-werkmap’ of ‘CSV UTF-8’.",
        ),
        ("lijst.xlsx", b"naam;bron\n", "Dit bestand is geen Excel-werkmap, of het is beschadigd. Bewaar het opnieuw."),
        ("lijst.csv", as_xlsx(["naam"]), UTF8),
        ("lijst.csv", "naam\nCafé".encode("latin-1"), UTF8),
        ("lijst.csv", "naam\nCafé".encode("utf-16"), UTF8),
        ("lijst.csv", b"\nnaam", "De eerste regel is leeg. Zet daar de namen van de kolommen."),
        ("lijst.csv", b"naam;bron\nA", "Regel 2 telt minder cellen dan er kolommen zijn. Vul ze aan."),
        (
            "lijst.csv",
            b"naam\n" + b"A\n" * 20_001,
            "Dit bestand telt meer dan 20.000 rijen. Splits het in kleinere bestanden.",
        ),
        (
            "lijst.csv",
            b"x" * (10 * 1024 * 1024 + 1),
            "Dit bestand is groter dan 10 MB. Splits het in kleinere bestanden.",
        ),
        (
            "lijst.xlsx",
            as_xlsx(["naam"], ["#REF!"]),
            "Excel geeft op regel 2 een fout: #REF!. Verbeter die formule eerst.",
        ),
    ],
    ids=["type", "no-workbook", "no-csv", "latin-1", "utf-16", "no-head", "short-line", "rows", "size", "formula"],
)
def test_a_file_that_cannot_be_read_is_refused(editor: Any, name: str, content: bytes, error: str):
    answer = sent(editor, Partner, content, name)
    assert (answer.status_code, answer.context["form"].errors) == (200, {"file": [error]})
    assert error in unescape(answer.content.decode())


def test_no_file_is_refused(editor: Any):
    answer = editor.post(page(Partner, "import"))
    assert (answer.status_code, answer.context["form"].errors) == (200, {"file": ["Dit veld is verplicht."]})


def test_a_line_that_is_wrong_is_named_with_its_column_and_a_remedy(editor: Any):
    municipality = make_municipality()
    right = counted(municipality)
    lines = [
        right | {NIS: "00000"},
        right | {DAY: "1 januari"},
        right | {COUNT: "12.345"},
        right | {COUNT: ""},
        right | {SOURCE: ""},
        right | {DAY: "31/02/2026"},
        right,
        right,
        right | {DAY: "2025-01-01", COUNT: "-1"},
    ]
    before = Population.objects.count()
    shown = looked_at(editor, Population, as_csv(*lines))
    thousand = "Een getal, zonder punten of spaties tussen de duizendtallen."
    assert faults(shown) == [
        (2, NIS, "Er is geen gemeente met NIS-code ‘00000’. Kijk de code na, of voeg eerst deze gemeente toe."),
        (3, DAY, "‘1 januari’ is geen dag. Schrijf de dag als 2026-11-24 of als 24/11/2026."),
        (4, COUNT, f"‘12.345’ is geen geheel getal. {thousand}"),
        (5, COUNT, "Dit veld is verplicht."),
        (6, SOURCE, "Dit veld is verplicht."),
        (7, DAY, "‘31/02/2026’ is geen dag. Schrijf de dag als 2026-11-24 of als 24/11/2026."),
        (9, NIS, "Hetzelfde record als op regel 8. Laat er één."),
        (10, COUNT, "Zorg ervoor dat deze waarde minstens 0 is."),
    ]
    assert "zijn 8 fouten" in shown.content.decode()
    refused = editor.post(shown.request["PATH_INFO"], {"plan": shown.context["plan"].digest})
    assert (refused.status_code, Population.objects.count()) == (302, before)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({DAY: "2026-01-01"}, [(1, NIS, "Deze kolom ontbreekt: zonder weten we niet over welk record het gaat.")]),
        (
            {NIS: "nis", DAY: "2026-01-01", COUNT: "1"},
            [(1, SOURCE, "Deze kolom ontbreekt, en regel 2 is een nieuw record. Voeg ze toe.")],
        ),
        (
            {NIS: "nis", DAY: "2026-01-01", "inwonners": "1"},
            [(1, "inwonners", "Deze kolom kennen we niet. Bedoel je ‘inwoners’?")],
        ),
    ],
    ids=["key", "needed", "unknown"],
)
def test_a_wrong_head_is_told(editor: Any, line: dict, expected: list):
    nis = make_municipality().nis_code
    line = {heading: nis if cell == "nis" else cell for heading, cell in line.items()}
    assert faults(looked_at(editor, Population, as_csv(line))) == expected


def test_the_rules_of_the_database_are_told_by_line(editor: Any):
    project, theme = make_project(), make_theme()
    slug, taken = "adres op de site", make_partner(name="Al bezet")
    lines = [{slug: project.slug, "samenvatting": "", "tot en met (jaar)": "1990", "van (jaar)": "2000", "soort": "x"}]
    assert faults(looked_at(editor, Project, as_csv(*lines))) == [
        (2, "soort", "‘x’ kan hier niet. Kies uit: project van het IGS, lokaal initiatief.")
    ]
    lines = [line | {"soort": "Lokaal initiatief"} for line in lines]
    assert faults(looked_at(editor, Project, as_csv(*lines))) == [
        (2, "tot en met (jaar)", "‘Tot en met’ kan niet voor ‘van’ liggen."),
        (2, "samenvatting", "Een gepubliceerd project heeft een samenvatting."),
    ]
    double = {"korte naam": "nieuw", "naam": taken.name, "bron": "Test"}
    assert [fault[:2] for fault in faults(looked_at(editor, Partner, as_csv(double)))] == [(2, "naam")]
    municipality, region = make_municipality(), make_region()
    make_membership(region=region, municipality=municipality, since=date(2020, 1, 1))
    overlap = {"regio (adres op de site)": region.slug, NIS: municipality.nis_code, "vroegere gemeente (NIS-code)": ""}
    overlap |= {"lid sinds": "2021-01-01", "bron": "Test"}
    assert faults(looked_at(editor, Membership, as_csv(overlap))) == [
        (2, "", "Deze gemeente is in die periode al lid van een regio.")
    ]
    assert theme.projects.count() == 0


# Whose rows.


def test_a_row_of_another_region_is_named_and_nothing_comes_in():
    own, other = make_region(), make_region()
    mine, theirs = make_project(region=own), make_project(region=other)
    consultant = logged_in(make_consultant_of(own))
    slug, title, region = "adres op de site", "titel", "trekkende regio (adres op de site)"
    lines = [{slug: one.slug, title: "Anders", region: of.slug} for one, of in ((mine, own), (theirs, other))]
    lines.append({slug: mine.slug + "-2", title: "Nieuw", region: other.slug})
    shown = looked_at(consultant, Project, as_csv(*[line | {"bron": "Test"} for line in lines]))
    assert faults(shown) == [
        (3, slug, "Je begeleidt de regio niet van ‘Anders’. Haal deze regel weg, of vraag het aan OP/TIL."),
        (4, region, "Je begeleidt de regio hiervan niet. Kies een van je eigen regio's."),
    ]
    given_away = as_csv({slug: mine.slug, region: other.slug})
    assert [fault[:2] for fault in faults(looked_at(consultant, Project, given_away))] == [(2, region)]
    assert brought_in(consultant, Project, as_csv(lines[0] | {"bron": "Test"})).status_code == 302
    assert [Project.objects.get(pk=one.pk).title == "Anders" for one in (mine, theirs)] == [True, False]


def test_a_whole_list_with_own_changes_comes_in_for_a_consultant():
    own, other = make_region(), make_region()
    mine, _ = make_project(region=own, title="Van mij"), make_project(region=other)
    consultant = logged_in(make_consultant_of(own))
    lines = lines_of(exported(consultant, Project))
    for line in lines:
        line["titel"] = "Anders" if line["titel"] == "Van mij" else line["titel"]
    shown = looked_at(consultant, Project, as_csv(*lines))
    assert (faults(shown), told(shown)) == (
        [],
        ["Anders (regel " + str(place_of(lines)) + "), gewijzigd: Titel: Van mij → Anders"],
    )
    assert mine.title == "Van mij"


def place_of(lines: list[dict[str, str]]) -> int:
    """The line of what was changed."""
    return next(number for number, line in enumerate(lines, start=2) if line["titel"] == "Anders")


def test_who_may_only_change_adds_nothing():
    region, municipality = make_region(), make_municipality()
    make_membership(region=region, municipality=municipality)
    consultant = logged_in(make_consultant_of(region))
    line = lines_of(exported(consultant, Municipality, q=municipality.name))[0]
    new = line | {"NIS-code": "98999", "naam": "Nieuwstad", "adres op de site": "nieuwstad"}
    shown = looked_at(consultant, Municipality, as_csv(line | {"opmerking": "Anders"}, new))
    assert faults(shown) == [(3, "NIS-code", "Je mag hier geen records toevoegen. Haal deze regel weg.")]


# Between looking and saying yes.


def test_what_changed_meanwhile_is_looked_at_again(editor: Any):
    partner = make_partner()
    shown = looked_at(editor, Partner, as_csv({"korte naam": partner.slug, "naam": "Nieuwe naam"}))
    Partner.objects.filter(pk=partner.pk).update(name="Van een collega")
    answer = editor.post(shown.request["PATH_INFO"], {"plan": shown.context["plan"].digest})
    assert told_after(answer) == [
        "Er is niets ingevoerd: intussen veranderde er iets. Dit is wat het bestand nu zou veranderen."
    ]
    again = editor.get(answer.url)
    assert told(again) == ["Nieuwe naam (regel 2), gewijzigd: Naam: Van een collega → Nieuwe naam"]
    editor.post(answer.url, {"plan": again.context["plan"].digest})
    assert Partner.objects.get(pk=partner.pk).name == "Nieuwe naam"


def refusal(client: Any, address: str) -> list[str]:
    """What is told to who asks for a plan that cannot be had; it leads back to the choice of a file."""
    answer = client.get(address)
    assert (answer.status_code, answer.url) == (302, page(Partner, "import"))
    return told_after(answer)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        pytest.param(1, "Bezig met 1 rij.", id="one"),
        pytest.param(501, "Bezig met 501 rijen, dat kan een minuut duren.", id="many"),
    ],
)
def test_who_brings_in_many_rows_is_told_that_it_takes_a_while(editor: Any, number: int, told: str):
    content = as_csv(*({"korte naam": f"partner-{n}", "naam": f"Partner {n}", "bron": "Test"} for n in range(number)))
    asked, answer = editor.get(page(Partner, "import")).content.decode(), looked_at(editor, Partner, content)
    shown = answer.content.decode()
    assert re.findall(r'<div class="busy" role="status" hidden>(.*?) <progress></progress></div>', shown) == [told]
    assert ("Invoeren kan een minuut duren" in shown) == (number > 500)
    waits = "Bezig het bestand na te kijken. Voor duizenden rijen kan dat een minuut duren."
    assert f'<div class="busy" role="status" hidden>{waits} <progress></progress></div>' in asked


def test_a_plan_is_for_who_made_it_for_an_hour_and_for_one_list(editor: Any, monkeypatch: pytest.MonkeyPatch):
    partner = make_partner()
    address = sent(editor, Partner, as_csv({"korte naam": partner.slug, "naam": "Nieuw"})).url
    colleague = logged_in(make_account("Redactie"))
    theirs = "Dit voorstel is van iemand anders of van een andere lijst. Kies het bestand opnieuw."
    assert refusal(colleague, address) == [theirs]
    assert refusal(editor, address[:-3] + "x/") == ["Dit adres klopt niet. Kies het bestand opnieuw."]
    elsewhere = editor.get(address.replace("partner", "audience"))
    assert told_after(elsewhere)[-1] == theirs
    with monkeypatch.context() as patch:
        patch.setattr("optil_portal.records.exchange.files.HOUR", -1)
        assert refusal(editor, address)[-1] == "Dit voorstel is ouder dan een uur. Kies het bestand opnieuw."
    (kept,) = Path(portal.IMPORTS_DIR).iterdir()
    kept.write_bytes(b"iets anders")
    assert refusal(editor, address)[-1] == "Dit bestand is veranderd. Kies het opnieuw."
    kept.unlink()
    assert refusal(editor, address)[-1] == "Dit bestand wordt niet meer bewaard. Kies het opnieuw."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    """A folder of its own for the files of each test."""
    settings.IMPORTS_DIR = tmp_path / "imports"
    return settings.IMPORTS_DIR


def test_a_file_is_kept_only_until_it_is_in(editor: Any, folder: Path):
    content = as_csv({"korte naam": make_partner().slug, "naam": "Nieuw"})
    shown = looked_at(editor, Partner, content)
    assert [file.read_bytes() for file in folder.iterdir()] == [content]
    editor.post(shown.request["PATH_INFO"], {"plan": shown.context["plan"].digest})
    assert [*folder.iterdir()] == []


@pytest.mark.parametrize("run", range(20))
def test_an_import_that_breaks_off_anywhere_leaves_nothing(editor: Any, run: int):
    theme, region, audience = make_theme(), make_region(), make_audience()
    project = make_project(region=region, theme=theme)
    region_heading, audiences = "trekkende regio (adres op de site)", "doelgroepen (korte naam)"
    lines = [
        {"adres op de site": slug, "titel": "Nieuw", region_heading: region.slug, audiences: audience.slug, "bron": "T"}
        for slug in ("nieuw", project.slug)
    ]
    shown = looked_at(editor, Project, as_csv(*lines))
    written, stop = 0, random.Random(run).randint(1, 12)

    def break_off(execute: Any, sql: str, *rest: Any) -> Any:
        nonlocal written
        writes = sql.startswith(("INSERT", "UPDATE", "DELETE"))
        written += writes
        if writes and written == stop:
            raise DatabaseError("afgebroken")
        return execute(sql, *rest)

    def state() -> tuple:
        return (
            [*Project.objects.order_by("pk").values_list("title", "audiences")],
            Version.objects.count(),
            Step.objects.count(),
        )

    before = state()
    with connection.execute_wrapper(break_off), pytest.raises(DatabaseError, match="afgebroken"), transaction.atomic():
        editor.post(shown.request["PATH_INFO"], {"plan": shown.context["plan"].digest})
    assert state() == before
    assert editor.post(shown.request["PATH_INFO"], {"plan": shown.context["plan"].digest}).status_code == 302
    assert Project.objects.filter(title="Nieuw", audiences=audience).count() == 2


def test_withdrawn_testimonies_go_out_only_in_the_admin(client: Any):
    answer = client.get(page(EXCHANGED["projects.testimony"], "export", "csv"))
    assert (answer.status_code, "/beheer/login/" in answer.url) == (302, True)


def test_a_library_that_goes_out_names_its_municipality_by_its_code(editor: Any):
    library = make_library(municipality=make_municipality())
    (line,) = lines_of(exported(editor, Library, slug=library.slug))
    assert line[NIS] == library.municipality.nis_code

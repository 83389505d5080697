"""The truth of the fixtures: against themselves, and against the figures and facts that are known."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils.text import slugify

from igs.models import (
    Consultant,
    DecreeRule,
    FormerMunicipality,
    KeyFigure,
    Membership,
    Municipality,
    Outline,
    Place,
    Population,
    Region,
    RegionName,
    SubsidyRound,
)
from libraries.models import Library, LibraryNetwork
from optil_portal.management.commands.seed import APPS
from optil_portal.records.clock import today
from optil_portal.records.models import Precision, Record
from projects.models import Audience, Partner, Project, ProjectImage, ProjectLink, Theme
from projects.models import Testimony as Told  # by another name, as pytest collects what begins with Test

BROCHURE = "Brochure van OP/TIL"
BROCHURE_DATE = date(2025, 10, 9)
MERGERS = date(2025, 1, 1)
DAY_BEFORE = date(2024, 12, 31)
FIRST_COUNT = date(2026, 1, 1)

COUNTS = [
    pytest.param(Region, 19, id="regions"),
    pytest.param(Municipality, 285, id="municipalities"),
    pytest.param(FormerMunicipality, 42, id="former-municipalities"),
    pytest.param(Place, 1125, id="places"),
    pytest.param(Population, 143, id="populations"),
    pytest.param(Membership, 143 + 14 + 1, id="memberships-now-until-the-mergers-and-of-maldegem"),
    pytest.param(LibraryNetwork, 13, id="library-networks"),
    pytest.param(Library, 104, id="libraries"),
    pytest.param(Theme, 5, id="themes"),
    pytest.param(Project, 56, id="projects"),
    pytest.param(Told, 10, id="testimonies"),
    pytest.param(KeyFigure, 3, id="key-figures"),
    pytest.param(SubsidyRound, 2, id="subsidy-rounds"),
    pytest.param(DecreeRule, 3, id="decree-rules"),
    pytest.param(Consultant, 0, id="no-consultant-is-known"),
    pytest.param(ProjectImage, 0, id="no-photograph-is-known"),
]

# Number, name, members and inhabitants of each region today.
REGIONS = [
    (1, "Ginter", 8, 119_089),
    (2, "Cultuuroverleg Ijzervallei", 4, 36_034),
    (3, "Viertoren", 4, 56_081),
    (4, "CO7", 7, 89_259),
    (5, "Midwest", 8, 172_711),
    (6, "Zuidwest", 13, 325_532),
    (7, "Cultuurregio Leie Schelde", 7, 132_276),
    (8, "Route 42", 6, 114_752),
    (9, "Zender", 13, 256_808),
    (10, "Cultuur Noordrand", 13, 306_810),
    (11, "Vrijetijdsregio Druivenstreek", 5, 81_678),
    (12, "de Merode", 5, 106_516),
    (13, "ECRU", 7, 248_921),
    (14, "Stuifzand", 7, 155_023),
    (15, "Neteland", 5, 71_236),
    (16, "Streekvereniging Zuidrand", 6, 104_606),
    (17, "Dijk92", 9, 198_008),
    (18, "Cultuurtuin Waas", 7, 306_214),
    (19, "COMEET", 9, 190_716),
]

DAYS = [
    pytest.param(date(2019, 12, 31), 0, 0, id="before-the-recognition"),
    pytest.param(DAY_BEFORE, 19, 150, id="before-the-mergers"),
    pytest.param(MERGERS, 19, 143, id="since-the-mergers"),
    pytest.param(date(2026, 11, 24), 19, 143, id="today"),
    pytest.param(date(2026, 12, 31), 19, 143, id="last-day-of-ginter"),
    pytest.param(date(2027, 1, 1), 18, 135, id="without-ginter"),
]

# The members that merged on 1 January 2025, and the ones that came after them.
UNTIL_THE_MERGERS = {
    ("Beveren", "Cultuurtuin Waas"),
    ("Borsbeek", "Streekvereniging Zuidrand"),
    ("De Pinte", "Cultuurregio Leie Schelde"),
    ("Galmaarden", "Zender"),
    ("Gooik", "Zender"),
    ("Herne", "Zender"),
    ("Kruibeke", "Cultuurtuin Waas"),
    ("Lokeren", "Cultuurtuin Waas"),
    ("Moerbeke", "Cultuurtuin Waas"),
    ("Nazareth", "Cultuurregio Leie Schelde"),
    ("Tessenderlo", "de Merode"),
    ("Wachtebeke", "COMEET"),
    ("Wingene", "Midwest"),
    ("Zwijndrecht", "Cultuurtuin Waas"),
}
SINCE_THE_MERGERS = {
    ("Beveren-Kruibeke-Zwijndrecht", "Cultuurtuin Waas"),
    ("Lochristi", "COMEET"),
    ("Lokeren", "Cultuurtuin Waas"),
    ("Nazareth-De Pinte", "Cultuurregio Leie Schelde"),
    ("Pajottegem", "Zender"),
    ("Tessenderlo-Ham", "de Merode"),
    ("Wingene", "Midwest"),
}

THEMES = [
    (1, "Groot en klein (meer) laten lezen"),
    (2, "Lokale collecties groter en meer toegankelijk maken"),
    (3, "Het thuisgevoel bij de bibliotheekbezoeker vergroten"),
    (4, "De expertise van bibliotheekmedewerkers versterken"),
    (5, "Samenwerking met partners stimuleren"),
]

# Title, numbers of the regions and of the themes (first the leading one), year from and year until.
OF_THE_BROCHURE = [
    ("Winterse Vertellingen", "2", "1", None, None),
    ("Digitale boekenkast Denderregio", "17", "1", None, None),
    ("Tijdloze92", "17", "1", None, None),
    ("Bib Neteland leest voor!", "15", "1", None, None),
    ("Gedeelde collectie en gedeeld lidmaatschap", "19", "2", None, None),
    ("Specialisten per collectieonderdeel", "8", "2", None, None),
    ("Intervisiedag regiobib met thematafels", "17 8", "2 4", None, None),
    ("Regiobib met gelijk digitaal aanbod", "7", "2", None, None),
    ("Maakbib Biblio7", "4", "3", None, None),
    ("STEAMtrail Westhoek", "4", "3 5", None, None),
    ("Transitieplan derde plek", "5", "3 4", None, None),
    ("Expeditie Community Librarian", "14", "3 4", None, None),
    ("Netwerk van bibliotheekmedewerkers", "11", "4", None, None),
    ("Groepsaankopen", "6", "4", None, None),
    ("Regionale vorming, twee keer per jaar", "15", "4", None, None),
    ("Intervisie maakbibs", "18", "4 3", None, None),
    ("LeesLAB: leesbevordering met scholen", "14", "5 1", None, None),
    ("Pit & Passie", "11", "5 1", None, None),
]
FOUND_ELSEWHERE = [
    ("Eén lidkaart voor veertien Midwestbibliotheken", "5", "2", 2020, None),
    ("Regioabonnement Zuid-West-Vlaanderen", "6", "2", 2020, None),
    ("Buurtbib Kooigem samen met Spiere-Helkijn", "6", "3 2", 2021, None),
    ("Wase Regiobib", "18", "2", 2022, 2024),
    ("Drempelvrije Regiobib Meetjesland", "19", "2", 2024, None),
    ("Eén gebruikersreglement voor veertien bibliotheken", "19", "2", 2018, None),
    ("Studiedag Regionaal Collectioneren", "19", "4 2", 2017, 2017),
    ("Proefjaar Regiobib Meetjesland", "19", "2", 2016, 2016),
    ("Lid in negen bibliotheken tegelijk", "17", "2", 2019, None),
    ("Samengelegde collecties Land van Dendermonde", "17", "2", 2021, None),
    ("Start regiobib Neteland", "15", "2 1", 2018, 2018),
    ("Verwendag Neteland Bibliotheek", "15", "1 3", 2018, 2018),
    ("Eén lidmaatschap, reglement en transport", "15", "2", None, None),
    ("Stripbakfiets", "8", "1", 2018, 2018),
    ("Gedicht en boekenwijzers van Paul Demets", "8", "1 5", 2019, 2019),
    ("Poëzieweek en titel Route 42-dichter", "8", "1 5", 2023, 2023),
    ("Jeugdboekenmaand in de Noordrand", "10", "1", 2023, 2023),
    ("Regiobib Noordrand", "10", "2", 2025, 2025),
    ("Maakbib in Poperinge en Biblio7", "4", "3", 2020, None),
    ("Terugkomdag Expeditie Community Librarian", "14", "4 3", 2022, 2022),
    ("Openplusbibliotheken stap voor stap", "7", "3 4", 2024, 2024),
    ("Samen aankopen en e-inclusie in de Druivenstreek", "11", "2 5", 2020, None),
    ("Maakbib Leopoldsburg", "13", "3", 2022, None),
    ("Fablib Koksijde", "3", "3", 2023, None),
    ("Maakplaats en STEM-academie Buggenhout", "17", "3", 2022, 2022),
    ("Weesgedichten in vier gemeenten", "3", "1 5", 2026, 2026),
    ("Gelukzak in de jeugdboekenmaand", "3", "1", None, None),
    ("BiblioWijs, gezamenlijk programmaboekje", "18", "5 1", 2020, 2020),
    ("Regiobibliotheek Pajottenland & Zennevallei", "9", "2 4", 2017, 2018),
    ("Taalknooppunten Nederlands in de bib", "9", "3 5", 2017, 2017),
    ("Onbemand bibliotheekpunt Vlezenbeek", "9", "3", 2019, None),
    ("Open+ bibliotheek in Veldegem", "1", "3", 2025, None),
    ("Eén bibliotheek op twee plekken: Deinze en Landegem", "7", "2", 2019, None),
    ("Eén bibpas voor acht gemeenten", "1", "2", 2020, None),
    ("Poëzie bij de koffie", "1", "1 3", 2019, 2019),
    ("Sprookjes: reizende tentoonstelling in de bib", "1", "3 5", 2025, 2025),
    ("Slotfeest Leesjury", "1", "1", 2025, 2025),
    ("Zwembadbib", "9", "3", 2023, 2024),
]
LOCAL = {
    "Buurtbib Kooigem samen met Spiere-Helkijn",
    "Eén bibliotheek op twee plekken: Deinze en Landegem",
    "Fablib Koksijde",
    "Maakbib Leopoldsburg",
    "Maakplaats en STEM-academie Buggenhout",
    "Onbemand bibliotheekpunt Vlezenbeek",
    "Open+ bibliotheek in Veldegem",
    "Zwembadbib",
}
BEFORE_THE_RECOGNITION = {
    "Eén gebruikersreglement voor veertien bibliotheken",
    "Gedicht en boekenwijzers van Paul Demets",
    "Lid in negen bibliotheken tegelijk",
    "Poëzie bij de koffie",
    "Proefjaar Regiobib Meetjesland",
    "Regiobibliotheek Pajottenland & Zennevallei",
    "Start regiobib Neteland",
    "Stripbakfiets",
    "Studiedag Regionaal Collectioneren",
    "Taalknooppunten Nederlands in de bib",
    "Verwendag Neteland Bibliotheek",
}
# Whom the facts name as partners without their being an organisation.
PEOPLE = ["Charel Cambré", "Hans Depelchin", "Jan Ducheyne", "Liesbet Slegers", "Paul Demets"]

TESTIMONIES = [
    ("Elke Verbeke", "Cultuuroverleg Ijzervallei", "Winterse Vertellingen"),
    ("Greet Melis", "COMEET", "Gedeelde collectie en gedeeld lidmaatschap"),
    ("Hilde Weygaerts", "Vrijetijdsregio Druivenstreek", "Netwerk van bibliotheekmedewerkers"),
    ("Jolien Verroeye", "Cultuurregio Leie Schelde", "Regiobib met gelijk digitaal aanbod"),
    ("Kim Nevelsteen", "Stuifzand", "Expeditie Community Librarian"),
    ("Koen De Keukeleire", "Route 42", "Specialisten per collectieonderdeel"),
    ("Luc D'Haene", "Midwest", "Transitieplan derde plek"),
    ("Marnix Theys", "Zuidwest", "Groepsaankopen"),
    ("Stien Roes", "Neteland", "Regionale vorming, twee keer per jaar"),
    ("Tom Van de Velde", "Dijk92", "Intervisiedag regiobib met thematafels"),
]

ENGLISH = re.compile(
    r"\b(the|and|not|verified|unverified|unknown|checked|source|sources|from|with|this|that|still|todo|fixme)\b"
)
RECORDS = [model for app in APPS for model in apps.get_app_config(app).get_models() if issubclass(model, Record)]
each_model = pytest.mark.parametrize("model", [pytest.param(model, id=model.__name__) for model in RECORDS])


def named(municipality: str) -> Municipality:
    """The present municipality of that name."""
    return Municipality.objects.get(name=municipality)


def members(memberships: models.QuerySet) -> set[tuple[str, str]]:
    """The names of the member and of the region of each membership."""
    return {(membership.member.name, membership.region.name) for membership in memberships.select_related("region")}


def texts(record: models.Model) -> list[str]:
    """What somebody wrote in a record: all text except addresses and choices."""
    written = [
        field.attname
        for field in record._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, models.URLField | models.SlugField)
        and not field.choices
    ]
    return [re.sub(r"https?://\S+", "", getattr(record, name)) for name in written]


@pytest.mark.parametrize(("model", "number"), COUNTS)
def test_there_are_as_many_as_are_known(model: type[models.Model], number: int):
    assert model._default_manager.count() == number


def test_all_projects_and_libraries_are_published():
    assert (Project.objects.published().count(), Library.objects.published().count()) == (56, 104)


# The regions and their members.


def test_each_region_has_the_members_and_inhabitants_that_are_known():
    regions = Region.objects.active(today()).with_figures(today()).by_number()
    assert [
        (region.number, region.name, region.municipality_count, region.inhabitants) for region in regions
    ] == REGIONS


def test_the_members_and_inhabitants_add_up():
    assert (sum(row[2] for row in REGIONS), sum(row[3] for row in REGIONS)) == (143, 3_072_270)


@pytest.mark.parametrize(("day", "regions", "memberships"), DAYS)
def test_the_dates_decide_who_is_in(day: date, regions: int, memberships: int):
    assert (Region.objects.active(day).count(), Membership.objects.on(day).count()) == (regions, memberships)


@pytest.mark.parametrize("day", [MERGERS, today(), date(2027, 1, 1)], ids=str)
def test_every_member_since_the_mergers_is_a_municipality_of_today(day: date):
    assert Municipality.objects.members(day).count() == Membership.objects.on(day).count()


def test_each_membership_is_of_a_municipality_of_its_own_on_a_day():
    on = Membership.objects.on(DAY_BEFORE)
    assert (on.values("municipality", "former_municipality").distinct().count(), on.count()) == (150, 150)


def test_the_members_that_merged_in_2025_were_members_until_then():
    merged = Membership.objects.exclude(former_municipality=None)
    assert members(merged) == UNTIL_THE_MERGERS
    assert members(merged.on(DAY_BEFORE)) == UNTIL_THE_MERGERS
    assert members(merged.on(MERGERS)) == set()
    assert set(merged.values_list("until", "former_municipality__merged_on")) == {(MERGERS, MERGERS)}


def test_the_municipalities_after_them_are_members_since_then():
    assert members(Membership.objects.filter(since__gte=MERGERS)) == SINCE_THE_MERGERS
    assert {named(name).region_on(DAY_BEFORE) for name, _ in SINCE_THE_MERGERS} == {None}
    assert {(name, str(named(name).region_on(MERGERS))) for name, _ in SINCE_THE_MERGERS} == SINCE_THE_MERGERS


def test_what_merged_with_a_member_had_not_been_one_itself():
    merged = FormerMunicipality.objects.filter(merged_on=MERGERS, successor__memberships__since=MERGERS)
    assert set(merged.filter(memberships=None).values_list("name", flat=True)) == {"Ham", "Lochristi", "Ruiselede"}


def test_antwerpen_did_not_become_a_member_through_borsbeek():
    assert (named("Antwerpen").region_on(DAY_BEFORE), named("Antwerpen").region_on(MERGERS)) == (None, None)


def test_all_other_members_stayed():
    stayed = members(Membership.objects.on(DAY_BEFORE)) - UNTIL_THE_MERGERS
    assert len(stayed) == 136
    assert members(Membership.objects.on(today())) == stayed | SINCE_THE_MERGERS


def test_maldegem_left_comeet_at_the_end_of_2019():
    (membership,) = named("Maldegem").memberships.all()
    assert (membership.region.name, membership.since, membership.until) == ("COMEET", None, date(2020, 1, 1))
    assert (named("Maldegem").region_on(date(2020, 1, 1)), named("Maldegem").region_on(today())) == (None, None)


def test_what_is_known_of_the_start_of_a_membership_is_kept_with_its_precision():
    precisions = Membership.objects.on(today()).values_list("since_precision", "since")
    assert {precision: {since for kind, since in precisions if kind == precision} for precision, _ in precisions} == {
        Precision.DAY: {date(2020, 1, 1), MERGERS},
        Precision.YEAR: {date(2005, 1, 1), date(2017, 1, 1), date(2020, 1, 1)},
        Precision.UNKNOWN: {None},
    }
    unknown = Membership.objects.filter(since=None, until=None)
    assert {(membership.region.name, membership.note.split(".")[0]) for membership in unknown} == {
        ("Ginter", "Was al lid voor 2020"),
        ("Zuidwest", "Was al lid voor 2020"),
    }


def test_the_members_that_are_not_certain_are_these():
    uncertain = Membership.objects.on(today()).to_confirm()
    assert set(uncertain.values_list("municipality__name", "confidence")) == {
        ("Beersel", "medium"),
        ("Bever", "medium"),
        ("Drogenbos", "medium"),
        ("Lennik", "medium"),
        ("Liedekerke", "medium"),
        ("Lochristi", "low"),
        ("Pepingen", "medium"),
        ("Tessenderlo-Ham", "medium"),
    }


def test_ginter_stops_in_2026_and_says_that_2025_was_told_too():
    ginter = Region.objects.get(name="Ginter")
    assert list(Region.objects.exclude(last_day=None)) == [ginter]
    assert (ginter.last_day, re.findall(r"\b20\d\d\b", ginter.doubt)) == (date(2026, 12, 31), ["2026", "2024", "2025"])


def test_no_region_has_a_mailbox_or_telephone_that_we_know():
    assert set(Region.objects.values_list("email", "phone")) == {("", "")}


def test_a_region_shares_none_of_its_names_with_another():
    names = [*Region.objects.values_list("name", flat=True), *RegionName.objects.values_list("name", flat=True)]
    slugs = [*Region.objects.values_list("slug", flat=True), *RegionName.objects.values_list("slug", flat=True)]
    assert (len(names), len(slugs)) == (len(set(names)), len(set(slugs)))


# The municipalities and their places.


def test_the_populations_are_known_of_the_members_only_all_on_one_day():
    assert set(Population.objects.values_list("counted_on", flat=True)) == {FIRST_COUNT}
    counted = Municipality.objects.filter(populations__counted_on=FIRST_COUNT)
    assert set(counted) == set(Municipality.objects.members(today()))


def test_a_municipality_without_a_count_has_no_number_of_inhabitants():
    municipalities: Any = Municipality.objects.with_inhabitants(today())
    uncounted = {municipality for municipality in municipalities if municipality.inhabitants is None}
    assert uncounted == set(Municipality.objects.exclude(pk__in=Municipality.objects.members(today())))
    assert len(uncounted) == 142


def test_a_municipality_has_an_address_after_its_name():
    addresses = Municipality.objects.values_list("name", "slug")
    assert [slug for _, slug in addresses] == [slugify(name) for name, _ in addresses]


def test_the_province_follows_the_nis_code():
    provinces = set(Municipality.objects.values_list("nis_code", "province"))
    assert {(code[:2] if code[0] == "2" else code[0], province) for code, province in provinces} == {
        ("1", "antwerpen"),
        ("23", "vlaams-brabant"),
        ("24", "vlaams-brabant"),
        ("3", "west-vlaanderen"),
        ("4", "oost-vlaanderen"),
        ("7", "limburg"),
    }


def test_seven_former_municipalities_share_their_name_with_a_present_one():
    shared = FormerMunicipality.objects.filter(name__in=Municipality.objects.values("name"))
    assert set(shared.values_list("name", "successor__name")) == {
        (name, name) for name in ("Aalter", "Deinze", "Hasselt", "Lochristi", "Lokeren", "Tielt", "Wingene")
    }


def test_the_former_municipalities_merged_in_2019_or_2025():
    merged_on = FormerMunicipality.objects.values_list("merged_on")
    assert dict(merged_on.annotate(number=models.Count("pk")).order_by()) == {date(2019, 1, 1): 15, MERGERS: 27}


def test_a_former_municipality_has_no_nis_code_of_a_present_one():
    assert list(FormerMunicipality.objects.filter(nis_code__in=Municipality.objects.values("nis_code"))) == []


def test_every_municipality_has_a_place_and_a_tile():
    assert list(Municipality.objects.filter(places=None)) == []
    assert sorted(Outline.objects.drawn().values_list("municipality", flat=True)) == sorted(
        Municipality.objects.values_list("pk", flat=True)
    )


def test_the_places_that_changed_municipality_say_so():
    moved = Place.objects.exclude(note="")
    assert (moved.count(), {note.partition(" bij ")[0] for note in moved.values_list("note", flat=True)}) == (
        132,
        {"Hoorde in 2018"},
    )


# The libraries.


def test_every_network_has_libraries_all_in_members_of_its_region():
    for network in LibraryNetwork.objects.select_related("region"):
        libraries = Library.objects.filter(network=network).values_list("name", flat=True)
        in_region = [row.name for row in Library.rows_of_region(network.region, today()) if row.network == network.name]
        assert sorted(in_region) == sorted(libraries)
        assert libraries.exists()


# The themes and projects.


def test_the_themes_are_those_of_the_brochure_in_its_order():
    assert list(Theme.objects.values_list("number", "name")) == THEMES


def test_each_project_has_the_regions_themes_and_years_that_are_known():
    def numbers(first: Any, further: Any) -> str:
        return " ".join(str(record.number) for record in [first, *further.all()])

    projects = Project.objects.select_related("region", "theme")
    found = [
        (
            project.title,
            numbers(project.region, project.other_regions),
            numbers(project.theme, project.further_themes),
            project.year_from,
            project.year_until,
        )
        for project in projects
    ]
    assert sorted(found, key=str) == sorted(OF_THE_BROCHURE + FOUND_ELSEWHERE, key=str)


def test_the_local_initiatives_are_these():
    assert set(Project.objects.filter(kind=Project.Kind.LOCAL).values_list("title", flat=True)) == LOCAL


def test_what_the_igs_does_behind_the_scenes_is_told_with_the_second_theme_and_is_no_project():
    titles = Project.objects.values_list("title", flat=True)
    assert [title for title in titles if "achter de schermen" in title.lower()] == []
    introduction = Theme.objects.get(number=2).introduction
    told = (
        "onderzoek",
        "administratie",
        "overleg",
        "transport",
        "vrijwilligers",
        "financiën",
        "reserveringen",
        "busje",
    )
    assert [word for word in told if word not in introduction] == []


def test_an_igs_project_over_before_the_recognition_is_from_before_it():
    projects: Any = Project.objects.with_recognition(today().year)
    assert {project.title for project in projects if project.predates_recognition} == BEFORE_THE_RECOGNITION


def test_only_one_project_is_told_to_run_still():
    assert [project.title for project in Project.objects.filter(still_runs=True)] == [
        "Eén lidmaatschap, reglement en transport"
    ]


def test_a_library_of_a_project_lies_in_a_municipality_of_it():
    taking_part = Project.libraries.through.objects.values_list("project", "library__municipality")
    assert (
        set(taking_part) - set(Project.municipalities.through.objects.values_list("project", "municipality")) == set()
    )


def test_a_local_initiative_lies_in_its_region():
    taking_part = Project.municipalities.through.objects.filter(project__kind=Project.Kind.LOCAL)
    assert taking_part.count() == 9
    assert [link for link in taking_part if link.municipality.region_on(today()) != link.project.region] == []


def test_authors_are_named_in_the_text_and_are_no_partners():
    assert list(Partner.objects.filter(name__in=PEOPLE)) == []
    assert [person for person in PEOPLE if not Project.objects.search(person).exists()] == []


def test_every_partner_and_audience_has_a_project():
    assert [*Partner.objects.filter(projects=None), *Audience.objects.filter(projects=None)] == []


# What people say, and the figures that others published.


def test_ten_people_tell_of_a_project_of_their_region():
    testimonies = Told.objects.published().select_related("region", "project")
    assert [(one.person, one.region.name, one.project and one.project.title) for one in testimonies] == TESTIMONIES
    assert [one.person for one in testimonies if one.project and one.project.region != one.region] == []


def test_a_testimony_is_in_reported_speech_and_names_who_tells_it():
    testimonies = Told.objects.all()
    assert [one.person for one in testimonies if one.person not in one.text] == []
    first_person = re.compile(r"\b(ik|mij|mijn|wij|we|ons|onze)\b|[\"“”„«»]", re.IGNORECASE)
    assert [one.text for one in testimonies if first_person.search(one.text)] == []


def test_nobody_showed_us_their_consent_and_nobody_withdrew():
    assert set(Told.objects.values_list("consent", "consent_on", "withdrawn_on", "source_name", "source_date")) == {
        ("published_in_brochure", None, None, BROCHURE, BROCHURE_DATE)
    }


def test_the_key_figures_are_as_the_brochure_published_them():
    assert set(KeyFigure.objects.values_list("subject", "published", "source_name", "source_date")) == {
        ("regions", 19, BROCHURE, BROCHURE_DATE),
        ("municipalities", 143, BROCHURE, BROCHURE_DATE),
        ("inhabitants", 3_087_323, BROCHURE, BROCHURE_DATE),
    }


def test_the_inhabitants_tell_our_own_sum_and_how_far_it_is_from_the_published_one():
    inhabitants = KeyFigure.objects.get(subject=KeyFigure.Subject.INHABITANTS)
    assert inhabitants.published - sum(row[3] for row in REGIONS) == 15_053
    assert [
        number for number in ("3.072.270", "15.053", "1 januari 2026") if number not in inhabitants.explanation
    ] == []


def test_the_rounds_are_the_one_that_ran_and_the_one_that_begins_in_2027():
    rounds = SubsidyRound.objects.values_list("decree", "first_year", "last_year", "yearly_amount")
    assert list(rounds) == [
        ("Bovenlokaal Cultuurdecreet", 2020, 2025, 1_525_000),
        ("Bovenlokaal Cultuurdecreet", 2027, None, None),
    ]
    assert "2026" in SubsidyRound.objects.begun(today().year)[0].doubt


# Where it all comes from, and how sure it is.


@each_model
def test_every_record_tells_its_source_and_when_it_was_checked(model: type[Record]):
    assert list(model.objects.filter(models.Q(source_name="") | models.Q(checked_on=None))) == []


def test_a_project_of_the_brochure_has_that_for_its_source():
    titles = Project.objects.filter(source_name=BROCHURE, source_date=BROCHURE_DATE).values_list("title", flat=True)
    assert set(titles) == {row[0] for row in OF_THE_BROCHURE}


def test_a_project_found_elsewhere_has_the_address_of_its_source():
    assert set(Project.objects.exclude(source_url="").values_list("title", flat=True)) == {
        row[0] for row in FOUND_ELSEWHERE
    }


def test_an_address_is_that_of_one_source():
    names: dict[str, set[tuple]] = {}
    for model in RECORDS:
        for address, *source in model.objects.exclude(source_url="").values_list(
            "source_url", "source_name", "source_date"
        ):
            names.setdefault(address, set()).add(tuple(source))
    assert {address: sources for address, sources in names.items() if len(sources) > 1} == {}


def test_a_link_of_a_project_is_one_of_its_sources():
    links = ProjectLink.objects.select_related("project")
    assert [link for link in links if link.url not in link.project.source_url + link.project.further_sources] == []


UNCERTAIN: list[Any] = [
    pytest.param(Region.objects.all, "doubt", id="regions"),
    pytest.param(Membership.objects.all, "doubt", id="memberships"),
    pytest.param(Library.objects.all, "doubt", id="libraries"),
    pytest.param(Project.objects.all, "doubt", id="projects"),
    pytest.param(Population.objects.all, "note", id="populations"),
    pytest.param(Place.objects.all, "further_sources", id="places"),
]


@pytest.mark.parametrize(("records", "field"), UNCERTAIN)
def test_a_record_that_is_not_certain_says_what_to_doubt(records: Callable[[], Any], field: str):
    uncertain = records().filter(confidence__in=["medium", "low"])
    assert list(uncertain.filter(**{field: ""})) == []


@each_model
def test_a_doubt_is_a_sentence(model: type[Record]):
    doubts = model.objects.exclude(doubt="").values_list("doubt", flat=True)
    assert [doubt for doubt in doubts if not re.fullmatch(r"[A-Z].*\.", doubt)] == []


@each_model
def test_no_text_holds_a_working_remark_in_english(model: type[Record]):
    written = {text for record in model.objects.all() for text in texts(record)}
    assert [text for text in written if ENGLISH.search(text.lower())] == []


@each_model
def test_no_text_holds_a_mail_address(model: type[Record]):
    assert [record for record in model.objects.all() if "@" in " ".join(texts(record))] == []

"""What a library needs to do a project too: told as far as known, and whom to ask for the rest."""

import pytest
from django.test import Client

from libraries.models import LibraryNetwork
from optil_portal.records.models import State
from projects.models import Project
from tests.factories import make_audience, make_library, make_network, make_partner, make_project, make_region
from tests.forms import form_data
from tests.visiting import classed, facts, links, section, text, visit

UNKNOWN = ("Wat het vraagt", "Hoeveel mensen, tijd en geld het vroeg, weten we niet.")
OPTIL = "OP/TIL helpt je verder: 02 670 06 70, info@cultuuroptil.be"
KNOWN = {
    "people": "Twee collega's",
    "duration": "Een jaar",
    "cost_from": 500,
    "cost_until": 1500,
    "material": "Een bakfiets",
    "pitfalls": "Vraag eerst een vergunning.",
}


def needs(client: Client, project: Project) -> list[tuple[str, str]]:
    """All that the sheet on the page of a project tells."""
    (told,) = classed(section(visit(client, project.get_absolute_url()), "zelf-doen"), "needs")
    return [(text(one[0]), text(one[1])) for one in told]


def sheet(client: Client, project: Project) -> list[tuple[str, str]]:
    """What it tells, but whom to call."""
    return needs(client, project)[:-1]


def whom(client: Client, **region: str) -> str:
    """Whom the sheet says to call for a project of a region."""
    project = make_project(region=make_region(name="De Streek", **region))
    label, told = needs(client, project)[-1]
    assert label == "Wie kun je bellen?"
    return told


def test_the_sheet_tells_all_that_is_known(client: Client):
    project = make_project(
        partners=[make_partner(name="De Kring")], audiences=[make_audience(name="Kleuters")], **KNOWN
    )
    assert sheet(client, project) == [
        ("Met wie", "De Kring"),
        ("Voor wie", "Kleuters"),
        ("Mensen", "Twee collega's"),
        ("Tijd", "Een jaar"),
        ("Kost", "500 tot 1.500 euro"),
        ("Materiaal", "Een bakfiets"),
        ("Let op", "Vraag eerst een vergunning."),
    ]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("people", ("Mensen", "Twee collega's")),
        ("duration", ("Tijd", "Een jaar")),
        ("cost_from", ("Kost", "vanaf 500 euro")),
        ("cost_until", ("Kost", "tot 1.500 euro")),
        ("material", ("Materiaal", "Een bakfiets")),
        ("pitfalls", ("Let op", "Vraag eerst een vergunning.")),
    ],
)
def test_the_sheet_tells_only_what_is_known(client: Client, field: str, told: tuple[str, str]):
    assert sheet(client, make_project(**{field: KNOWN[field]})) == [told]


def test_a_sheet_of_which_nothing_is_known_says_so(client: Client):
    assert sheet(client, make_project()) == [UNKNOWN]
    assert sheet(client, make_project(partners=[make_partner(name="De Kring")])) == [("Met wie", "De Kring"), UNKNOWN]


@pytest.mark.parametrize(
    ("least", "most", "told"),
    [(0, 0, "0 euro"), (500, 500, "500 euro"), (0, 500, "0 tot 500 euro"), (None, 0, "tot 0 euro"), (None, None, "")],
)
def test_a_cost_is_told_as_people_read_it(least: int | None, most: int | None, told: str):
    assert Project(cost_from=least, cost_until=most).cost == told


def test_the_fixtures_invent_nothing(client: Client):
    known = [project for project in Project.objects.all() if project.tells_how]
    assert known == []


def test_the_igs_is_the_one_to_call(client: Client):
    assert whom(client, phone="09 999 99 99", email="hallo@streek.be") == "De Streek: 09 999 99 99, hallo@streek.be"


@pytest.mark.parametrize(
    ("region", "told"),
    [
        ({"phone": "09 999 99 99"}, "De Streek: 09 999 99 99"),
        ({"email": "hallo@streek.be"}, "De Streek: hallo@streek.be"),
    ],
)
def test_the_igs_is_called_in_the_way_that_is_known(client: Client, region: dict, told: str):
    assert whom(client, **region) == told


def test_optil_is_the_one_to_call_where_nothing_of_the_igs_is_known(client: Client):
    told = whom(client, website="https://streek.voorbeeld.be")
    assert told == f"Van De Streek kennen we geen nummer of e-mailadres. {OPTIL}"


def test_a_cost_that_ends_below_its_start_is_refused_in_the_admin(admin_client: Client):
    project = make_project()
    page = f"/beheer/projects/project/{project.pk}/change/"
    data = form_data(admin_client.get(page)) | {"cost_from": "500", "cost_until": "499"}
    response = admin_client.post(page, data)
    assert response.context["adminform"].form.errors.get_json_data() == {
        "__all__": [{"message": "‘Kost tot’ kan niet lager zijn dan ‘kost vanaf’.", "code": ""}]
    }
    project.refresh_from_db()
    assert (project.cost_from, project.cost_until) == (None, None)


# On to the regional library.


def networks(client: Client, project: Project) -> str | None:
    """The regional libraries that the page of a project names."""
    return dict(facts(visit(client, project.get_absolute_url()).main)).get("Regionale bibliotheek")


def test_a_project_leads_to_the_site_of_the_regional_library(client: Client):
    region = make_region()
    make_network(name="Het Net", region=region, website="https://net.voorbeeld.be/catalogus")
    make_network(name="De Kast", region=region)
    project = make_project(region=region)
    assert networks(client, project) == "De Kast, Het Net"
    assert ("Het Net", "https://net.voorbeeld.be/catalogus") in links(visit(client, project.get_absolute_url()).main)


def test_the_network_of_a_library_in_the_project_counts_too_and_once(client: Client):
    own, elsewhere = make_network(name="Van hier"), make_network(name="Van elders")
    libraries = [make_library(network=one) for one in (own, own, elsewhere)]
    assert networks(client, make_project(region=own.region, libraries=libraries)) == "Van elders, Van hier"


def test_the_network_of_a_hidden_library_does_not_count(client: Client):
    hidden = make_library(network=make_network(), state=State.DRAFT)
    assert networks(client, make_project(libraries=[hidden])) is None


def test_each_network_of_the_fixtures_stands_on_the_projects_of_its_region(client: Client):
    known = LibraryNetwork.objects.filter(region__projects__state=State.PUBLISHED).distinct()
    shown = {one.name: networks(client, one.region.projects.published()[0]) or "" for one in known}
    assert [name for name, told in shown.items() if name not in told] == []
    assert len(known) > 5

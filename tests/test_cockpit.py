"""The cockpit: what asks for care, of whom, on which day; one click that says a record is right; the weekly letter."""

import re
from datetime import date, timedelta
from html import unescape
from io import StringIO
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from igs.models import Consultant
from optil_portal.records.consent import Consented
from optil_portal.records.history import Step, Version
from optil_portal.records.models import Publication, Record
from optil_portal.records.upkeep import Concern, months_before
from optil_portal.staff.cockpit import ROWS, Cockpit
from projects.models import Partner, Project, Theme
from projects.models import Testimony as Told  # by another name, as pytest collects what begins with Test
from tests.cast import small_upload
from tests.factories import (
    make_asked_link,
    make_audience,
    make_consultant,
    make_membership,
    make_municipality,
    make_project,
    make_proposal,
    make_region,
    make_testimony,
    make_theme,
)
from tests.staff import Place, logged_in, make_account, make_consultant_of, make_place_of_work

TODAY = date(2026, 11, 24)
LONG_AGO = date(2020, 1, 1)
HOME = "/beheer/"


@pytest.fixture(autouse=True)
def media_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(scope="module")
def own(lasting: None) -> Place:
    """What a consultant takes care of, all of it looked at today."""
    return fresh(make_place_of_work())


@pytest.fixture(scope="module")
def other(lasting: None) -> Place:
    """What another one takes care of, all of it looked at today."""
    return fresh(make_place_of_work())


def fresh(place: Place) -> Place:
    """A place of which every record was looked at today."""
    for record in place.records.values():
        change(record, checked_on=TODAY)
    return place


def change(record: Any, **values: Any) -> None:
    """Give a record other values."""
    type(record)._default_manager.filter(pk=record.pk).update(**values)


def asked(cockpit: Cockpit) -> dict[str, dict[str, int]]:
    """How many of each kind of record ask what."""
    return {part.concern.value: {pile.name: pile.number for pile in part.piles} for part in cockpit.parts}


def shown(cockpit: Cockpit, concern: Concern) -> list[str]:
    """The records that are named as asking something."""
    return [
        str(row.record) for part in cockpit.parts if part.concern == concern for pile in part.piles for row in pile.rows
    ]


def words(answer: Any) -> str:
    """The text of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


# The words.


@pytest.mark.parametrize(
    ("on", "months", "before"),
    [
        pytest.param(date(2026, 11, 24), 12, date(2025, 11, 24), id="a-year"),
        pytest.param(date(2026, 1, 15), 1, date(2025, 12, 15), id="over-new-year"),
        pytest.param(date(2026, 12, 24), 12, date(2025, 12, 24), id="december"),
        pytest.param(date(2024, 2, 29), 12, date(2023, 2, 28), id="leap-day"),
        pytest.param(date(2026, 3, 31), 1, date(2026, 2, 28), id="longer-month"),
        pytest.param(date(2026, 11, 24), 60, date(2021, 11, 24), id="five-years"),
    ],
)
def test_months_are_counted_back_to_the_same_day(on: date, months: int, before: date):
    assert months_before(on, months) == before


@pytest.mark.parametrize(
    ("checked_on", "late"),
    [
        pytest.param(None, True, id="never"),
        pytest.param(date(2025, 11, 23), True, id="more-than-a-year-ago"),
        pytest.param(date(2025, 11, 24), False, id="a-year-ago"),
        pytest.param(date(2026, 11, 24), False, id="today"),
    ],
)
def test_a_project_is_overdue_after_a_year(checked_on: date | None, late: bool):
    project = make_project(checked_on=checked_on)
    assert Project.objects.overdue(TODAY).filter(pk=project.pk).exists() == late


def test_each_kind_of_record_has_its_own_interval():
    audience, project = (make(checked_on=date(2025, 1, 1)) for make in (make_audience, make_project))
    late = [type(one).objects.overdue(TODAY).filter(pk=one.pk).exists() for one in (audience, project)]
    assert late == [False, True]


def test_what_was_never_looked_at_is_first():
    Project.objects.update(checked_on=TODAY)
    last, first, second = (make_project(checked_on=on) for on in (date(2024, 1, 1), None, date(2023, 1, 1)))
    assert [*Project.objects.overdue(TODAY)] == [first, second, last]


def test_what_lacks_something_says_what_and_how_much_is_there():
    region, theme = make_region(), make_theme()
    project = make_project(region=region, theme=theme, summary="Kort.", body="", year_from=None, audiences=[])
    found = Project.objects.incomplete().get(pk=project.pk)
    assert (found.missing, found.percentage) == (["tekst", "doelgroepen", "van (jaar)"], 50)


def test_what_lacks_nothing_is_not_among_them():
    audience = make_audience()
    project = make_project(summary="Kort.", body="Lang.", year_from=2024, audiences=[audience, make_audience()])
    assert not Project.objects.incomplete().filter(pk=project.pk).exists()
    project.audiences.clear()
    assert Project.objects.incomplete().get(pk=project.pk).missing == ["doelgroepen"]


def test_the_emptiest_is_first_and_each_is_there_once():
    Project.objects.update(state="archived")
    half = make_project(body="", year_from=2024, audiences=[make_audience(), make_audience()])
    empty = make_project(state="draft", summary="", body="", region=None, theme=None)
    assert [(one, one.percentage) for one in Project.objects.incomplete()] == [(empty, 0), (half, 83)]


@pytest.mark.parametrize(
    ("values", "in_doubt", "public"),
    [
        pytest.param({}, True, True, id="never-seen"),
        pytest.param({"consent": "given"}, False, True, id="given"),
        pytest.param({"consent": "given", "expires_on": TODAY + timedelta(61)}, False, True, id="ends-later"),
        pytest.param({"consent": "given", "expires_on": TODAY + timedelta(60)}, True, True, id="ends-soon"),
        pytest.param({"consent": "given", "expires_on": TODAY + timedelta(1)}, True, True, id="ends-tomorrow"),
        pytest.param({"consent": "given", "expires_on": TODAY}, True, False, id="ends-today"),
        pytest.param({"consent": "given", "expires_on": TODAY, "withdrawn_on": TODAY}, False, False, id="withdrawn"),
    ],
)
def test_a_testimony_is_told_as_long_as_there_is_consent(values: dict, in_doubt: bool, public: bool):
    testimony = make_testimony(consent_on=LONG_AGO, **values)
    found = [
        rows.filter(pk=testimony.pk).exists()
        for rows in (Told.objects.consent_in_doubt(TODAY), Told.objects.published(TODAY), Told.objects.published())
    ]
    assert found == [in_doubt, public, public]


def test_a_portrait_without_certain_consent_asks_for_care():
    ends = {"consent": "given", "consent_on": LONG_AGO, "expires_on": TODAY + timedelta(60)}
    _, doubtful, ending, _ = (
        make_consultant(**values)
        for values in (
            {"consent": "published_in_brochure"},
            {"consent": "published_in_brochure", "portrait": small_upload()},
            ends | {"portrait": small_upload()},
            ends | {"portrait": small_upload(), "withdrawn_on": TODAY},
        )
    )
    assert [*Consultant.objects.all().asking(TODAY)[Concern.CONSENT]] == [ending, doubtful]


def test_a_portrait_is_shown_as_long_as_there_is_consent(client: Client, settings: Any):
    region = make_region()
    consent = {"consent": "given", "consent_on": LONG_AGO, "expires_on": date(2026, 12, 1)}
    consultant = make_consultant(regions=[region], portrait=small_upload(), **consent)
    shown = {}
    for on in (date(2026, 11, 30), date(2026, 12, 1)):
        settings.TODAY = on
        shown[on.day] = consultant.portrait.url.rpartition(".")[0] in client.get("/consulenten/").content.decode()
    assert shown == {30: True, 1: False}


def test_the_file_of_a_portrait_goes_with_the_consent(django_capture_on_commit_callbacks: Any):
    consent = {"consent": "given", "consent_on": LONG_AGO}
    withdrawn, ended, kept = (
        make_consultant(portrait=small_upload(), **consent | more)
        for more in ({}, {"expires_on": TODAY}, {"expires_on": TODAY + timedelta(1)})
    )
    files = [(one.portrait.storage, one.portrait.name) for one in (withdrawn, ended, kept)]
    with django_capture_on_commit_callbacks(execute=True):
        withdrawn.withdrawn_on = TODAY
        withdrawn.save()
        told = StringIO()
        call_command("forget_portraits", stdout=told)
    assert told.getvalue() == "1 portretten weggegooid.\n"
    assert [storage.exists(name) for storage, name in files] == [False, False, True]
    assert [Consultant.objects.get(pk=one.pk).portrait.name for one in (withdrawn, ended)] == ["", ""]


def test_an_ended_consent_is_gone_from_every_page_on_that_day(client: Client, settings: Any):
    theme, region = make_theme(), make_region()
    project = make_project(region=region, theme=theme)
    make_testimony(person="Mieke Testpersoon", region=region, project=project, expires_on=date(2026, 12, 1))
    addresses = [one.get_absolute_url() for one in (project, region, theme)]
    told = {}
    for on in (date(2026, 11, 30), date(2026, 12, 1)):
        settings.TODAY = on
        told[on.day] = ["Mieke Testpersoon" in client.get(address).content.decode() for address in addresses]
    assert told == {30: [True] * 3, 1: [False] * 3}


def test_the_end_of_a_consent_stays_when_history_goes_back():
    testimony = make_testimony(text="Eerst.")
    editor = logged_in(make_account("Redactie"))
    first: Any = Version.objects.about(testimony).latest_first().first()
    change(testimony, text="Dan.", expires_on=TODAY)
    address = reverse("admin:projects_testimony_restore", args=[testimony.pk, first.pk])
    seen = editor.get(address).context["version_token"]
    assert editor.post(address, {"_version": seen}).status_code == 302
    testimony.refresh_from_db()
    assert (testimony.text, testimony.expires_on) == ("Eerst.", TODAY)


# Of whom.


def test_a_consultant_sees_what_is_overdue_in_the_own_regions_only(own: Place, other: Place):
    for place in (own, other):
        change(place.records["projects.project"], checked_on=LONG_AGO)
        change(place.records["libraries.library"], checked_on=None)
    cockpit = Cockpit(make_consultant_of(own.region), TODAY)
    assert asked(cockpit)["nakijken"] == {"Bibliotheken": 1, "Projecten": 1}
    mine = {str(own.records[label]) for label in ("projects.project", "libraries.library")}
    assert set(shown(cockpit, Concern.OVERDUE)) == mine


def test_every_part_is_of_the_own_regions_only(own: Place, other: Place):
    for place in (own, other):
        make_project(region=place.region, state="draft", title=f"Ontwerp {place.region}", checked_on=TODAY)
    cockpit = Cockpit(make_consultant_of(own.region), TODAY)
    found = {concern: shown(cockpit, concern) for concern in (Concern.DRAFT, Concern.CONSENT)}
    assert found == {
        Concern.DRAFT: [f"Ontwerp {own.region}"],
        Concern.CONSENT: [str(own.records["projects.testimony"])],
    }
    strangers = {str(record) for record in other.records.values()}
    assert strangers.isdisjoint(name for concern in Concern for name in shown(cockpit, concern))
    assert {gap.region for gap in cockpit.gaps} == {own.region}


def test_an_editor_sees_those_of_every_region(own: Place, other: Place):
    Project.objects.update(checked_on=TODAY)
    for place in (own, other):
        change(place.records["projects.project"], checked_on=LONG_AGO)
    assert asked(Cockpit(make_account("Redactie"), TODAY))["nakijken"]["Projecten"] == 2


def test_who_may_change_nothing_is_asked_nothing(own: Place):
    change(own.records["projects.project"], checked_on=None)
    newcomer = make_account()
    assert (bool(Cockpit(newcomer, TODAY)), asked(Cockpit(newcomer, TODAY))) == (False, {})
    assert "Niets vraagt nu je zorg." in words(logged_in(newcomer).get(HOME))


def test_what_is_in_the_archive_asks_nothing(own: Place):
    change(own.records["projects.project"], checked_on=None, state="archived")
    change(own.records["libraries.library"], checked_on=None, state="archived")
    change(own.records["projects.testimony"], checked_on=None, withdrawn_on=TODAY)
    found = asked(Cockpit(make_consultant_of(own.region), TODAY))
    assert ("nakijken" in found, "toestemming" in found) == (False, False)


# On which day.


def test_the_day_decides_what_is_overdue(own: Place):
    account = make_consultant_of(own.region)
    days = {on: asked(Cockpit(account, on)).get("nakijken", {}) for on in (TODAY, date(2027, 11, 24))}
    assert (days[TODAY], "Projecten" in days[date(2027, 11, 24)]) == ({}, False)
    assert asked(Cockpit(account, date(2027, 11, 25)))["nakijken"]["Projecten"] == 1


def test_the_first_page_looks_at_the_day_of_the_portal(own: Place, settings: Any):
    consultant = logged_in(make_consultant_of(own.region))
    told = []
    for settings.TODAY in (TODAY, date(2027, 11, 25)):
        told.append("Te lang niet nagekeken" in words(consultant.get(HOME)))
    assert told == [False, True]


# Counts and lists.


def test_each_count_is_what_its_list_shows(own: Place, other: Place):
    for place in (own, other):
        for record in place.records.values():
            change(record, checked_on=None)
        for _ in range(ROWS + 2):
            make_project(region=place.region, state="draft", summary="", checked_on=LONG_AGO)
        make_project(region=place.region, state="review", publish_on=TODAY)
        change(place.records["projects.project"], source_url="https://dood.be/")
        make_proposal(place.region)
    make_asked_link(address="https://dood.be/", failures=3, failing_since=LONG_AGO)
    for account in (make_consultant_of(own.region), make_account("Redactie")):
        client, cockpit = logged_in(account), Cockpit(account, TODAY)
        counts = {pile.list_url: pile.number for part in cockpit.parts for pile in part.piles}
        lists = {url: client.get(url).context["cl"].result_count for url in counts}
        assert counts == lists
        assert {part.concern for part in cockpit.parts} == set(Concern)


def test_a_list_of_what_is_incomplete_tells_what_is_lacking(own: Place):
    project = own.records["projects.project"]
    change(project, body="", year_from=None)
    consultant = logged_in(make_consultant_of(own.region))
    address = reverse("admin:projects_project_changelist")
    assert "doelgroepen, van (jaar) (50% ingevuld)" in words(consultant.get(f"{address}?zorg=onvolledig"))
    assert "% ingevuld" not in words(consultant.get(address))


@pytest.mark.parametrize("zorg", ["", "onzin", "toestemming"])
def test_a_filter_that_a_list_does_not_know_leaves_it_whole(zorg: str, own: Place):
    consultant = logged_in(make_consultant_of(own.region))
    answer = consultant.get(reverse("admin:projects_project_changelist"), {"zorg": zorg})
    assert answer.context["cl"].result_count == Project.objects.count()


def test_a_pile_shows_a_few_and_counts_them_all(own: Place):
    for _ in range(ROWS + 3):
        make_project(region=own.region, checked_on=LONG_AGO)
    (part,) = (one for one in Cockpit(make_consultant_of(own.region), TODAY).parts if one.concern == Concern.OVERDUE)
    (pile,) = part.piles
    assert (part.number, pile.number, len(pile.rows)) == (ROWS + 3, ROWS + 3, ROWS)


def test_the_page_takes_no_more_queries_for_more_records(own: Place):
    def fill() -> None:
        for record in fresh(make_place_of_work_in(own)).records.values():
            change(record, checked_on=None)
        make_project(region=own.region, state="draft", summary="")

    client = logged_in(make_account("Redactie"))
    fill()
    client.get(HOME)  # Django remembers from now on which kinds of content there are
    taken = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(HOME).status_code == 200
        taken.append(len(queries))
        for _ in range(4):
            fill()
    assert (taken[0] == taken[1], taken[0] <= 52) == (True, True)


def make_place_of_work_in(place: Place) -> Place:
    """One more of everything in a region."""
    another = make_place_of_work()
    make_membership(region=place.region, municipality=make_municipality())
    return another


def test_every_link_on_the_page_leads_to_a_page(own: Place):
    for record in own.records.values():
        change(record, checked_on=None)
    consultant = logged_in(make_consultant_of(own.region))
    page = consultant.get(HOME).content.decode()
    links = {unescape(href) for href in re.findall(r'<a href="(/[^"]*)"', page)}
    assert {url for url in links if consultant.get(url).status_code != 200} == set()
    assert reverse("admin:projects_project_change", args=[own.records["projects.project"].pk]) in links


# The empty cells.


def test_an_empty_cell_leads_to_the_form_of_a_project_for_it(own: Place):
    account, theme = make_consultant_of(own.region), Theme.objects.get(number=1)
    (gap,) = Cockpit(account, TODAY).gaps
    forms = dict(gap.themes)
    form = logged_in(account).get(forms[theme]).context["adminform"].form
    assert (form["region"].value(), form["theme"].value()) == (str(own.region.pk), str(theme.pk))


def test_a_cell_is_empty_until_a_project_is_public(own: Place):
    account, theme = make_consultant_of(own.region), Theme.objects.get(number=1)
    before = Cockpit(account, TODAY)
    project = make_project(region=own.region, theme=theme, state="draft")
    draft = Cockpit(account, TODAY)
    change(project, state="published")
    after = Cockpit(account, TODAY)
    assert [theme in dict(one.gaps[0].themes) for one in (before, draft, after)] == [True, True, False]
    assert [one.gap_number for one in (before, draft, after)] == [before.gap_number] * 2 + [before.gap_number - 1]


def test_a_region_that_stopped_has_no_empty_cells(own: Place):
    change(own.region, last_day=date(2025, 12, 31))
    assert Cockpit(make_consultant_of(own.region), TODAY).gaps == []


# Nagekeken, klopt.


def check_off(client: Any, record: Any, **more: Any) -> Any:
    """Click on the button, as the page sends it."""
    address = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_changelist")
    return client.post(address, {"action": "check_off", "_selected_action": [record.pk], "next": HOME} | more)


def values_of(record: Any) -> dict[str, Any]:
    """All that a record holds."""
    return type(record)._default_manager.filter(pk=record.pk).values().get()


def test_one_click_changes_one_field_and_is_one_step(own: Place):
    project = own.records["projects.project"]
    change(project, checked_on=LONG_AGO)
    account = make_consultant_of(own.region)
    before, steps = values_of(project), Step.objects.taken().count()
    answer = check_off(logged_in(account), project)
    assert (answer.status_code, answer.url) == (302, HOME)
    assert values_of(project) == before | {"checked_on": TODAY}
    step: Any = Step.objects.taken().first()
    assert (Step.objects.taken().count() - steps, step.note, step.user) == (1, "Nagekeken, klopt", account)
    assert [version.record for version in step.versions.all()] == [project.pk]


def test_it_can_be_undone_as_one(own: Place):
    records = [make_project(region=own.region, checked_on=LONG_AGO) for _ in range(3)]
    client = logged_in(make_consultant_of(own.region))
    check_off(client, records[0], _selected_action=[one.pk for one in records])
    step: Any = Step.objects.taken().first()
    assert step.versions.count() == 3
    client.post(reverse("admin:records_step_change", args=[step.pk]))
    assert {values_of(one)["checked_on"] for one in records} == {LONG_AGO}


def test_the_button_on_the_page_is_that_click(own: Place):
    project = own.records["projects.project"]
    change(project, checked_on=LONG_AGO)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_consultant_of(own.region), backend="django.contrib.auth.backends.ModelBackend")
    for address in (HOME, reverse("admin:projects_project_change", args=[project.pk])):
        change(project, checked_on=LONG_AGO)
        page = client.get(address).content.decode()
        (form,) = (one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'value="check_off"' in one)
        (action,) = re.findall(r'<form[^>]* action="([^"]+)"', form)
        sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', form))
        buttons = re.findall(r'<button[^>]* name="([^"]+)" value="([^"]+)"', form)
        answer: Any = client.post(action, sent | dict(buttons))
        assert (answer.url, values_of(project)["checked_on"]) == (address, TODAY)
        del sent["csrfmiddlewaretoken"]
        assert client.post(action, sent | dict(buttons)).status_code == 403


def test_a_list_that_lacks_something_is_checked_off_as_well(own: Place):
    project = own.records["projects.project"]
    change(project, checked_on=None, body="")
    address = f"{reverse('admin:projects_project_changelist')}?zorg=onvolledig"
    answer = logged_in(make_consultant_of(own.region)).post(
        address, {"action": "check_off", "_selected_action": [project.pk]}
    )
    assert (answer.status_code, answer.url, values_of(project)["checked_on"]) == (302, address, TODAY)


def test_one_record_of_another_region_refuses_all(own: Place, other: Place):
    places = (own, other)
    for place in places:
        change(place.records["projects.project"], checked_on=LONG_AGO)
    mine, theirs = (place.records["projects.project"] for place in places)
    client = logged_in(make_consultant_of(own.region))
    assert check_off(client, mine, _selected_action=[mine.pk, theirs.pk]).status_code == 403
    assert [values_of(one)["checked_on"] for one in (mine, theirs)] == [LONG_AGO] * 2


def test_the_form_of_another_region_has_no_such_button(own: Place, other: Place):
    client = logged_in(make_consultant_of(own.region))
    forms = [
        reverse("admin:projects_project_change", args=[one.records["projects.project"].pk]) for one in (own, other)
    ]
    assert ["Nagekeken, klopt" in client.get(form).content.decode() for form in forms] == [True, False]


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_else(back: str, own: Place):
    answer = check_off(logged_in(make_consultant_of(own.region)), own.records["projects.project"], next=back)
    assert (answer.status_code, answer.url) == (302, reverse("admin:projects_project_changelist"))


def test_what_was_checked_off_today_makes_no_version_again(own: Place):
    consultant = logged_in(make_consultant_of(own.region))
    versions = Version.objects.count()
    check_off(consultant, own.records["projects.project"])
    assert Version.objects.count() == versions


KINDS = [model for model in apps.get_models() if issubclass(model, Record)]


@pytest.mark.parametrize("model", KINDS, ids=[model._meta.label_lower for model in KINDS])
def test_every_record_can_be_asked_for_care(model: Any):
    publication = {Concern.DRAFT, Concern.REVIEW, Concern.DUE} if issubclass(model, Publication) else set()
    fillable = {Concern.INCOMPLETE} if model.complete_with else set()
    consent = {Concern.CONSENT} if issubclass(model, Consented) else set()
    assert {*model.objects.all().asking(TODAY)} == {Concern.OVERDUE, Concern.LINK} | publication | fillable | consent
    assert [name for name in model.complete_with if not model._meta.get_field(name).blank] == []


# The letter.


def send() -> tuple[str, dict[str, str]]:
    """What the command says, and the text of each letter that it sent by its address."""
    mail.outbox.clear()
    said = StringIO()
    call_command("mail_cockpit", stdout=said)
    return said.getvalue().strip(), {letter.to[0]: str(letter.body) for letter in mail.outbox}


def test_the_letter_holds_what_the_page_holds(own: Place, other: Place, settings: Any):
    settings.PORTAL_URL = "https://portaal.example"
    for place in (own, other):
        change(place.records["projects.project"], checked_on=LONG_AGO, body="")
        make_project(region=place.region, state="draft", title=f"Ontwerp & {place.region}")
    account = make_consultant_of(own.region)
    said, letters = send()
    (letter,) = letters.values()
    cockpit = Cockpit(account, TODAY)
    rows = [row for part in cockpit.parts for pile in part.piles for row in pile.rows]
    lists = [pile.list_url for part in cockpit.parts for pile in part.piles]
    forms = [url for gap in cockpit.gaps for _, url in gap.themes]
    urls = [*(row.url for row in rows), *lists, *forms, reverse("projects:theme_list"), HOME]
    assert (said, [*letters]) == ("1 brief verstuurd.", [account.email])
    assert sorted(re.findall(r"https://portaal\.example(\S+)", letter)) == sorted(urls)
    assert {line for line in letter.splitlines() if line.startswith("- ")} >= {
        f"- {row.record}: {row.told}" for row in rows
    }
    for part in cockpit.parts:
        assert f"{part.concern.label.upper()}: {part.number}" in letter
    page = unescape(logged_in(account).get(HOME).content.decode())
    assert [url for url in urls if f'href="{url}"' not in page] == []
    assert (letter.startswith(f"Dag {account.username},"), "op 24 november 2026" in letter) == (True, True)


def test_who_gets_a_letter(own: Place):
    def consultant(**values: Any) -> Any:
        state = values.pop("state", "published")
        account = make_account("Consulent", **values)
        make_consultant(user=account, regions=[own.region], state=state)
        return account

    writes_to = consultant()
    consultant(is_active=False)
    consultant(email="")
    consultant(state="archived")
    make_account("Redactie")
    assert [*send()[1]] == [writes_to.email]


def test_who_has_nothing_to_do_gets_no_letter():
    make_consultant_of()
    Partner.objects.update(checked_on=TODAY, website="https://example.org/")
    assert send() == ("0 brieven verstuurd.", {})


def test_an_address_that_is_refused_does_not_hold_back_the_others(own: Place, monkeypatch: Any):
    first, second = make_consultant_of(own.region), make_consultant_of(own.region)
    really = EmailBackend.send_messages

    def refuse(backend: Any, letters: Any) -> int:
        if letters[0].to == [first.email]:
            raise SMTPRecipientsRefused({first.email: (550, b"no")})
        return really(backend, letters)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    with pytest.raises(CommandError, match=f"Niet verstuurd: {first.username} "):
        call_command("mail_cockpit", stdout=StringIO())
    assert [letter.to for letter in mail.outbox] == [[second.email]]

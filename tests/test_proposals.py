"""Proposals from outside the office: the three doors and what guards them, the decision, and what is forgotten."""

from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as BrowserPage

from igs.models import Region
from optil_portal.proposals.guard import MOST_IN_AN_HOUR
from optil_portal.proposals.models import Page, Proposal, ProposedChange, Trace
from optil_portal.proposals.sheets import link_of
from optil_portal.records.history import Step, Version
from optil_portal.records.restoring import undo
from optil_portal.records.upkeep import Concern
from optil_portal.staff.cockpit import Cockpit
from optil_portal.staff.letters import letter_of
from projects.models import Project
from tests.browsing import visitor
from tests.factories import (
    make_membership,
    make_municipality,
    make_project,
    make_proposal,
    make_region,
    make_theme,
)
from tests.forms import form_data
from tests.running import Portal
from tests.staff import logged_in, make_account, make_consultant_of
from tests.visiting import classed, links, texts, visit, words

HERE = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
REPORT, PROJECT = "/melden/", "/project-melden/"
TODAY = date(2026, 11, 24)


@pytest.fixture
def region() -> Region:
    """A region whose facts are filled in."""
    return make_region(name="Waterland", website="https://oud.example.org", seat="Kerkplein 1", about="Vier gemeenten.")


@pytest.fixture
def consultant(region: Region) -> User:
    """The account of who serves that region."""
    return make_consultant_of(region)


def stamp_on(address: str) -> str:
    """The stamp of a form, as somebody opens it."""
    return Client().get(address).context["form"]["stamp"].value()


def send(address: str, headers: dict[str, str] | None = None, **values: Any) -> Any:
    """The answer to a form that a visitor fills in and sends from its own page."""
    filled_in = {"stamp": stamp_on(address), "leave_empty": ""} | values
    return Client(enforce_csrf_checks=True).post(address, filled_in, headers=HERE if headers is None else headers)


def told(answer: Any) -> str:
    """All the text of an answer."""
    return unescape(answer.content.decode())


def admin_page(proposal: Proposal) -> str:
    """Where a consultant decides on a proposal."""
    return reverse("admin:proposals_proposal_change", args=[proposal.pk])


def decide(account: User, proposal: Proposal, **decisions: str) -> Any:
    """The answer to what somebody decides: per field by its name, and of `state` and `answer`."""
    client = logged_in(account)
    form = client.get(admin_page(proposal))
    return client.post(admin_page(proposal), form_data(form) | by_choice(proposal, decisions))


def by_choice(proposal: Proposal, decisions: dict[str, str]) -> dict[str, str]:
    """Decisions under the names that they have in the form."""
    names = {change.field: f"change-{change.pk}" for change in proposal.changes.all()}
    return {names.get(name, name): value for name, value in decisions.items()}


def stored(record: Any) -> Any:
    """A record as the database has it."""
    return type(record)._default_manager.get(pk=record.pk)


# The first door.


def test_each_page_leads_to_the_form_about_itself(client: Client, region: Region):
    wanted = "Klopt er iets niet op deze bladzijde?"
    for path in (region.get_absolute_url(), "/projecten/", "/nergens/"):
        assert (wanted, f"/melden/?pagina={path}") in links(visit(client, path).root)
    form = visit(client, f"/melden/?pagina={region.get_absolute_url()}")
    assert ("Waterland", region.get_absolute_url()) in links(form.main)


def test_what_a_visitor_reports_is_kept_with_its_record(region: Region):
    answer = send(
        f"{REPORT}?pagina={region.get_absolute_url()}",
        message="De zetel is verhuisd.",
        sender_name="Jan Peeters",
        sender_email="jan@example.org",
    )
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/melden/{proposal.reference}/")
    assert (proposal.subject, proposal.page, proposal.message) == (
        region,
        f"/regios/{region.slug}/",
        "De zetel is verhuisd.",
    )
    assert (proposal.sender_name, proposal.sender_email) == ("Jan Peeters", "jan@example.org")
    assert (proposal.state, proposal.door, len(proposal.reference)) == ("received", "report", 16)


def test_a_report_needs_no_name(region: Region):
    send(REPORT, message="De kaart laadt traag.")
    proposal = Proposal.objects.get()
    assert (proposal.about, proposal.subject, proposal.sender_name, proposal.sender_email) == (
        "het portaal",
        None,
        "",
        "",
    )


@pytest.mark.parametrize(
    ("path", "known"),
    [
        pytest.param("/regios/co7/", "CO7", id="record"),
        pytest.param("/projecten/", "de bladzijde /projecten/", id="list"),
        pytest.param("/", "de bladzijde /", id="home"),
        pytest.param("", "het portaal", id="none"),
        pytest.param("/nergens/", "het portaal", id="unknown"),
        pytest.param("/regios/bestaat-niet/", "het portaal", id="unknown-record"),
        pytest.param("/projecten/geheim-plan/", "het portaal", id="draft"),
        pytest.param("/beheer/", "het portaal", id="admin"),
        pytest.param("/beheer/wachtwoord-vergeten/", "het portaal", id="door-of-the-admin"),
        pytest.param("/media/a.webp", "het portaal", id="upload"),
        pytest.param("//elders.example.org/", "het portaal", id="elsewhere"),
        pytest.param("\0", "het portaal", id="nul"),
        pytest.param(f"/regios/{'a' * 300}/", "het portaal", id="too-long"),
    ],
)
def test_a_report_is_bound_to_what_a_visitor_can_see(path: str, known: str):
    make_project(title="Geheim plan", slug="geheim-plan", state="draft")
    assert Page.at(path).told == known


# What guards the forms.


REFUSED = [
    pytest.param({}, {"origin": "https://elders.example.org"}, 403, "kwam van een andere site", id="another-origin"),
    pytest.param({}, {"sec-fetch-site": "cross-site"}, 403, "kwam van een andere site", id="cross-site"),
    pytest.param({}, HERE | {"sec-fetch-site": "same-site"}, 403, "kwam van een andere site", id="another-host"),
    pytest.param({}, {"origin": "null"}, 403, "zegt niet vanwaar het komt", id="origin-hidden"),
    pytest.param({}, {}, 403, "zegt niet vanwaar het komt", id="says-nothing"),
    pytest.param({"stamp": ""}, HERE, 400, "stond langer dan twaalf uur open", id="no-stamp"),
    pytest.param({"stamp": "ReportForm:1:x"}, HERE, 400, "er is aan geknoeid", id="tampered-stamp"),
    pytest.param({"stamp": signing.TimestampSigner().sign("ReportForm")}, HERE, 400, "geknoeid", id="another-salt"),
    pytest.param({"leave_empty": "x"}, HERE, 400, "een veld in dat leeg moet blijven", id="trap"),
    pytest.param({"message": ""}, HERE, 400, "Dit veld is verplicht.", id="empty"),
    pytest.param({"message": "  \n "}, HERE, 400, "Dit veld is verplicht.", id="blank"),
    pytest.param({"message": "a" * 2001}, HERE, 400, "niet meer dan 2000 tekens", id="too-long"),
    pytest.param({"message": "a\0b"}, HERE, 400, "Null-tekens", id="nul"),
    pytest.param({"sender_email": "jan@"}, HERE, 400, "Voer een geldig e-mailadres in.", id="no-address"),
    pytest.param({"sender_name": "a" * 81}, HERE, 400, "niet meer dan 80 tekens", id="long-name"),
]


@pytest.mark.parametrize(("values", "headers", "status", "why"), REFUSED)
def test_what_is_wrong_is_told_in_dutch_and_keeps_nothing(values: dict, headers: dict, status: int, why: str):
    answer = send(REPORT, headers, **{"message": "Dit klopt niet."} | values)
    assert (answer.status_code, why in told(answer)) == (status, True)
    assert (Proposal.objects.count(), Trace.objects.count(), len(answer.cookies)) == (0, 0, 0)


def test_a_form_of_yesterday_is_refused_with_what_was_written_still_in_it(monkeypatch):
    stamp = stamp_on(REPORT)
    now = datetime.now(UTC).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 13 * 3600)
    answer = send(REPORT, stamp=stamp, message="Wat ik lang bedacht.")
    assert (answer.status_code, "stond langer dan twaalf uur open" in told(answer)) == (400, True)
    assert "Wat ik lang bedacht." in told(answer)
    again = answer.context["form"]["stamp"].value()
    assert send(REPORT, stamp=again, message="Wat ik lang bedacht.").status_code == 302


def test_the_stamp_of_one_form_does_not_open_another():
    answer = send(PROJECT, stamp=stamp_on(REPORT), title="T", summary="S", where="")
    assert (answer.status_code, "geknoeid" in told(answer), Proposal.objects.count()) == (400, True, 0)


def test_who_hides_where_they_come_from_can_send_all_the_same():
    hidden = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert send(REPORT, hidden, message="Dit klopt niet.").status_code == 302


def test_no_more_than_ten_come_from_one_address_in_an_hour():
    for _ in range(MOST_IN_AN_HOUR):
        assert send(REPORT, message="Dit klopt niet.").status_code == 302
    answer = send(REPORT, message="Nog iets.")
    assert (answer.status_code, "het laatste uur al tien berichten" in told(answer)) == (429, True)
    assert ("Nog iets." in told(answer), Proposal.objects.count()) == (True, MOST_IN_AN_HOUR)
    Trace.objects.update(left=datetime.now(UTC) - timedelta(minutes=61))
    assert send(REPORT, message="Nog iets.").status_code == 302
    assert Trace.objects.count() == 1


def sent_from(address: str) -> None:
    """Report something from an internet address."""
    values = {"stamp": stamp_on(REPORT), "message": "Dit klopt niet."}
    assert Client().post(REPORT, values, headers=HERE, REMOTE_ADDR=address).status_code == 302


def test_of_an_address_only_a_mark_is_kept_that_does_not_tell_it():
    for address in (
        "192.0.2.7",
        "::ffff:192.0.2.7",
        "192.0.2.8",
        "2001:db8:1:2::3",
        "2001:db8:1:2::4",
        "2001:db8:1:3::3",
    ):
        sent_from(address)
    marks = list(Trace.objects.order_by("pk").values_list("mark", flat=True))
    assert (marks[0] == marks[1], marks[3] == marks[4], len(set(marks))) == (True, True, 4)
    assert {len(mark) for mark in marks} == {64}


def test_no_door_sets_a_cookie_or_is_kept_by_a_browser(region: Region):
    report = send(REPORT, message="Dit klopt niet.")
    for answer in (report, *map(Client().get, (REPORT, PROJECT, report.url, link_of(region)))):
        assert (len(answer.cookies), "no-store" in answer.headers["Cache-Control"]) == (0, True)


# What became of it.


def test_the_sender_follows_it_on_a_page_that_names_nobody(client: Client, consultant: User, region: Region):
    send(
        f"{REPORT}?pagina={region.get_absolute_url()}",
        message="Volgens Mieke Maes is de zetel verhuisd.",
        sender_name="Jan Peeters",
        sender_email="jan@example.org",
    )
    proposal = Proposal.objects.get()
    before = visit(client, proposal.get_absolute_url())
    assert texts(classed(before.main, "state")) == ["Ontvangen"]
    decide(consultant, proposal, state="handled", answer="Dank je, aangepast.")
    after = visit(client, proposal.get_absolute_url())
    assert texts(classed(after.main, "state")) == ["Verwerkt op 24 november 2026"]
    assert "Dank je, aangepast." in words(after.main)
    for page in (before, after):
        assert 'name="robots" content="noindex"' in page.content
        assert not any(name in page.content for name in ("Jan", "Peeters", "jan@", "Mieke", consultant.username))


def test_what_is_not_taken_over_is_told_too(client: Client, consultant: User, region: Region):
    proposal = make_proposal(region)
    decide(consultant, proposal, state="refused", answer="De zetel is dezelfde.")
    page = visit(client, proposal.get_absolute_url())
    assert texts(classed(page.main, "state")) == ["Niet overgenomen op 24 november 2026"]
    assert page.title == "We hebben beslist"


@pytest.mark.parametrize("reference", ["bestaat-niet", "a" * 300])
def test_an_unknown_reference_is_not_found(client: Client, reference: str):
    assert visit(client, f"/melden/{reference}/").title == "Deze bladzijde vinden we niet"


# The decision.


def test_one_field_is_taken_over_and_another_is_not(consultant: User, region: Region):
    proposal = make_proposal(region, {"website": "https://nieuw.example.org", "seat": "Nergens"})
    answer = decide(consultant, proposal, website="accepted", seat="refused")
    assert answer.status_code == 302
    region = stored(region)
    assert (region.website, region.seat) == ("https://nieuw.example.org", "Kerkplein 1")
    proposal = stored(proposal)
    assert (proposal.state, proposal.decided_on, proposal.decided_by) == ("handled", TODAY, consultant)
    assert dict(proposal.changes.values_list("field", "verdict")) == {"website": "accepted", "seat": "refused"}


def test_what_is_taken_over_is_a_step_in_the_history_and_can_be_undone(consultant: User, region: Region):
    proposal = make_proposal(region, {"website": "https://nieuw.example.org", "about": "Vijf gemeenten."})
    decide(consultant, proposal, website="accepted", about="accepted")
    version = Version.objects.about(region).latest_first()[0]
    assert (version.step.user, version.step.note) == (
        consultant,
        "Voorstel overgenomen. Nazicht door de regio: Waterland",
    )
    assert (version.before["website"], version.after["about"]) == ("https://oud.example.org", "Vijf gemeenten.")
    undo(version.step, consultant)
    assert (stored(region).website, stored(region).about) == ("https://oud.example.org", "Vier gemeenten.")


def test_what_is_refused_leaves_the_record_as_it_was(consultant: User, region: Region):
    proposal = make_proposal(region, {"website": "https://nieuw.example.org"})
    decide(consultant, proposal, website="refused")
    assert (stored(region).website, stored(region).changed) == (region.website, region.changed)
    assert (stored(proposal).state, Version.objects.about(region).filter(step__user=consultant).count()) == (
        "refused",
        0,
    )


def test_a_field_can_wait(consultant: User, region: Region):
    proposal = make_proposal(region, {"website": "https://nieuw.example.org", "seat": "Elders"})
    decide(consultant, proposal, website="accepted")
    assert (stored(proposal).state, stored(region).website) == ("received", "https://nieuw.example.org")
    decide(consultant, proposal, seat="refused")
    assert (stored(proposal).state, stored(proposal).decided_on) == ("handled", TODAY)


def test_what_changed_since_it_was_proposed_is_shown(consultant: User, region: Region):
    proposal = make_proposal(region, {"website": "https://nieuw.example.org", "seat": "Elders"})
    Region.objects.filter(pk=region.pk).update(website="https://intussen.example.org")
    answer = logged_in(consultant).get(admin_page(proposal))
    shown = {line.change.field: line.now for line in answer.context["lines"]}
    assert shown == {"website": "https://intussen.example.org", "seat": ""}
    assert "Sindsdien veranderd. Nu staat er: https://intussen.example.org" in told(answer)


def test_nothing_is_taken_over_unseen_when_the_record_changes_under_the_eyes_of_the_consultant(
    consultant: User, region: Region
):
    proposal = make_proposal(region, {"website": "https://nieuw.example.org"})
    client = logged_in(consultant)
    data = form_data(client.get(admin_page(proposal))) | by_choice(proposal, {"website": "accepted"})
    Region.objects.filter(pk=region.pk).update(website="https://intussen.example.org")
    answer = client.post(admin_page(proposal), data)
    assert (answer.status_code, "Nog niet bewaard: intussen veranderde het record" in told(answer)) == (409, True)
    assert (stored(region).website, stored(proposal).state) == ("https://intussen.example.org", "received")
    again = form_data(answer) | by_choice(proposal, {"website": "accepted"})
    assert client.post(admin_page(proposal), again).status_code == 302
    assert stored(region).website == "https://nieuw.example.org"


def test_two_colleagues_do_not_decide_twice(consultant: User, region: Region):
    proposal = make_proposal(region, {"website": "https://nieuw.example.org"})
    client = logged_in(consultant)
    data = form_data(client.get(admin_page(proposal))) | by_choice(proposal, {"website": "accepted"})
    decide(make_account("Redactie"), proposal, website="refused")
    assert client.post(admin_page(proposal), data).status_code == 409
    assert (stored(region).website, stored(proposal).state) == ("https://oud.example.org", "refused")


def test_what_the_record_cannot_hold_is_told_beside_the_field(consultant: User, region: Region):
    make_region(name="Bovenland")
    proposal = make_proposal(region, {"name": "Bovenland", "website": "geen adres", "seat": "Elders"})
    answer = decide(consultant, proposal, name="accepted", website="accepted", seat="accepted")
    errors = {line.change.field: list(line.choice.errors) for line in answer.context["lines"]}
    assert errors == {
        "name": ["Er bestaat al een Regio met eenzelfde Naam."],
        "website": ["Voer een geldige URL in."],
        "seat": [],
    }
    assert (stored(region).seat, stored(proposal).state) == ("Kerkplein 1", "received")


def test_a_rule_over_more_fields_is_told_too(region: Region, consultant: User):
    project = make_project(region=region, year_from=2020, year_until=2024)
    proposal = make_proposal(project, {"year_until": 2019})
    answer = decide(consultant, proposal, year_until="accepted")
    assert "‘Tot en met’ kan niet voor ‘van’ liggen." in told(answer)
    assert stored(project).year_until == 2024


def test_a_message_is_handled_by_hand(consultant: User, region: Region):
    proposal = make_proposal(region)
    decide(consultant, proposal, state="handled")
    assert (stored(proposal).state, stored(proposal).decided_by) == ("handled", consultant)
    decide(consultant, proposal, state="received")
    assert (stored(proposal).state, stored(proposal).decided_on, stored(proposal).decided_by) == (
        "received",
        None,
        None,
    )


def test_nothing_is_closed_while_a_field_waits(consultant: User, region: Region):
    proposal = make_proposal(region, {"seat": "Elders"}, message="En de leden kloppen niet.")
    answer = decide(consultant, proposal, state="handled")
    errors = answer.context["adminform"].form.errors
    assert errors == {"state": ["Beslis eerst over elk veld, of laat het voorstel nog openstaan."]}
    assert decide(consultant, proposal, state="handled", seat="refused").status_code == 302
    assert stored(proposal).state == "handled"


def test_the_page_of_a_proposal_asks_few_queries(consultant: User, region: Region):
    one = make_proposal(region, {"seat": "Elders"})
    five = make_proposal(region, {"seat": "E", "name": "N", "website": "https://a.example", "about": "A", "phone": "1"})
    client, counts = logged_in(consultant), []
    for proposal in (one, five):
        with CaptureQueriesContext(connection) as queries:
            client.get(admin_page(proposal))
        counts.append(len(queries))
    assert (counts[0] == counts[1], counts[0] <= 25) == (True, True)


# Whose it is.


def mine(account: User) -> set[Proposal]:
    """The proposals on which an account may decide."""
    return set(Proposal.objects.editable_by(account))


def test_a_proposal_is_of_who_may_edit_its_record(consultant: User, region: Region):
    elsewhere, theme = make_region(), make_theme()
    own, other = make_proposal(region), make_proposal(elsewhere)
    project, of_theme, of_none = make_proposal(make_project(region=region)), make_proposal(theme), make_proposal()
    loose = make_proposal(door="project", kind=project.kind, region=None, about="Ergens")
    new = make_proposal(door="project", kind=project.kind, region=region, about="Hier")
    assert mine(consultant) == {own, project, new}
    assert mine(make_account("Redactie")) == {own, other, project, of_theme, of_none, loose, new}
    assert mine(make_account()) == set()


def test_who_sent_it_is_shown_to_who_decides_only(consultant: User, region: Region):
    proposal = make_proposal(region, sender_name="Jan Peeters", sender_email="jan@example.org")
    pages = [told(logged_in(one).get(admin_page(proposal))) for one in (consultant, make_consultant_of(make_region()))]
    assert ["Jan Peeters" in page for page in pages] == [True, False]
    assert ["jan@example.org" in page for page in pages] == [True, False]
    assert ["Dit klopt niet." in page for page in pages] == [True, True]


def test_a_consultant_of_elsewhere_decides_nothing(region: Region):
    proposal = make_proposal(region, {"seat": "Elders"})
    stranger = logged_in(make_consultant_of(make_region()))
    data = form_data(logged_in(make_account("Redactie")).get(admin_page(proposal)))
    answer = stranger.post(admin_page(proposal), data | by_choice(proposal, {"seat": "accepted"}))
    assert (answer.status_code, stored(region).seat) == (403, "Kerkplein 1")


def waiting_for(account: User) -> list[str]:
    """The proposals that the cockpit of an account names, each with what it says of it."""
    parts = [part for part in Cockpit(account, TODAY).parts if part.concern == Concern.PROPOSAL]
    return [f"{row.record}: {row.told}" for part in parts for pile in part.piles for row in pile.rows]


def test_the_cockpit_and_its_letter_begin_with_what_waits_for_somebody(consultant: User, region: Region):
    sent = datetime(2026, 11, 20, 12, tzinfo=UTC)
    make_proposal(make_region(name="Elders"), sent=sent)
    make_proposal(sent=sent)
    make_proposal(region, sent=sent)
    make_proposal(region, {"seat": "Elders"}, sent=sent)
    make_proposal(region, door="check", message="", sent=sent)
    make_proposal(region, state="handled", decided_on=TODAY)
    own = [
        "Melding: Waterland: een bericht, ontvangen op 20 november 2026",
        "Nazicht door de regio: Waterland: 1 veld, ontvangen op 20 november 2026",
        "Nazicht door de regio: Waterland: alles klopt, ontvangen op 20 november 2026",
    ]
    assert waiting_for(consultant) == own
    assert len(waiting_for(make_account("Redactie"))) == 5
    letter: Any = letter_of(consultant, TODAY)
    assert "MELDINGEN EN VOORSTELLEN: 3" in letter.body
    assert [line for line in own if f"- {line}" in letter.body] == own
    assert "Elders" not in letter.body
    listed = logged_in(consultant).get(f"{reverse('admin:proposals_proposal_changelist')}?zorg=voorstel")
    assert listed.context["cl"].result_count == 3


def test_the_form_of_a_record_leads_to_what_waits_about_it(consultant: User, region: Region):
    make_proposal(region)
    client = logged_in(consultant)
    page = told(client.get(reverse("admin:igs_region_change", args=[region.pk])))
    (address,) = [part.split('"')[0] for part in page.split('href="') if "1 open voorstel" in part[:200]]
    assert client.get(address).context["cl"].result_count == 1


# The second door.


@pytest.fixture
def reported(region: Region) -> Proposal:
    """A project that a librarian tells of, in a municipality of the region."""
    municipality = make_municipality(name="Waterdorp")
    make_membership(region=region, municipality=municipality)
    answer = send(
        PROJECT,
        title="Voorlezen op de veerpont",
        summary="De bib leest voor op de veerpont.",
        where=f"gemeente:{municipality.pk}",
        theme=make_theme(short_name="Varen").pk,
        body="Elke zomer.",
        sender_name="Jan Peeters",
        sender_email="jan@example.org",
    )
    proposal = Proposal.objects.get()
    assert answer.url == proposal.get_absolute_url()
    return proposal


def test_a_project_that_somebody_tells_of_is_of_the_region_where_it_was(reported: Proposal, consultant: User):
    assert (reported.region, reported.is_new, mine(consultant)) == (reported.region, True, {reported})
    fields = list(reported.changes.values_list("field", flat=True))
    assert fields == ["title", "summary", "body", "theme", "municipalities"]


def test_it_becomes_a_draft_that_opens_in_its_form(reported: Proposal, consultant: User, client: Client):
    answer = decide(consultant, reported, state="handled")
    project: Any = Project.objects.get(title="Voorlezen op de veerpont")
    assert answer.url == reverse("admin:projects_project_change", args=[project.pk])
    assert (project.state, project.region, project.slug) == ("draft", reported.region, "voorlezen-op-de-veerpont")
    assert (project.summary, project.body, project.theme.short_name) == (
        "De bib leest voor op de veerpont.",
        "Elke zomer.",
        "Varen",
    )
    assert [one.name for one in project.municipalities.all()] == ["Waterdorp"]
    assert (project.source_name, project.source_date) == ("Gemeld via het portaal", localdate(reported.sent))
    reported = stored(reported)
    assert (reported.state, reported.subject) == ("handled", project)
    assert set(reported.changes.values_list("verdict", flat=True)) == {"accepted"}
    assert visit(client, project.get_absolute_url()).status == 404
    assert Version.objects.about(project).get().step.user == consultant


def test_its_address_is_one_that_no_other_project_has(reported: Proposal, consultant: User):
    for slug in ("voorlezen-op-de-veerpont", "voorlezen-op-de-veerpont-2"):
        make_project(slug=slug)
    decide(consultant, reported, state="handled")
    assert Project.objects.get(title="Voorlezen op de veerpont").slug == "voorlezen-op-de-veerpont-3"


def test_it_can_be_left_out(reported: Proposal, consultant: User):
    number = Project.objects.count()
    assert decide(consultant, reported, state="refused").status_code == 302
    assert (stored(reported).state, Project.objects.count()) == ("refused", number)
    assert set(reported.changes.values_list("verdict", flat=True)) == {"refused"}


def test_its_sender_does_not_read_on_the_portal_what_it_is_called(reported: Proposal, client: Client):
    page = visit(client, reported.get_absolute_url())
    assert ("Een nieuw project" in words(page.main), "veerpont" in page.content) == (True, False)


def test_a_project_in_no_region_is_for_the_editors(consultant: User):
    municipality = make_municipality()
    send(PROJECT, title="Ergens", summary="Iets.", where=f"gemeente:{municipality.pk}")
    proposal = Proposal.objects.get()
    assert (proposal.region, mine(consultant)) == (None, set())
    decide(make_account("Redactie"), proposal, state="handled")
    assert Project.objects.get(title="Ergens").region is None


@pytest.mark.parametrize(
    ("values", "why"),
    [
        pytest.param({"title": ""}, "Dit veld is verplicht.", id="no-title"),
        pytest.param({"title": "a" * 161}, "niet meer dan 160 tekens", id="long-title"),
        pytest.param({"summary": "a" * 401}, "niet meer dan 400 tekens", id="long-summary"),
        pytest.param({"where": "regio:0"}, "Selecteer een geldige keuze.", id="nowhere"),
        pytest.param({"where": ""}, "Dit veld is verplicht.", id="no-place"),
        pytest.param({"theme": "0"}, "Selecteer een geldige keuze.", id="no-such-theme"),
        pytest.param({"body": "a\0"}, "Null-tekens", id="nul"),
    ],
)
def test_a_project_that_cannot_be_kept_is_refused_in_dutch(region: Region, values: dict, why: str):
    right = {"title": "T", "summary": "S", "where": f"regio:{region.pk}", "theme": "", "body": ""}
    answer = send(PROJECT, **right | values)
    assert (answer.status_code, why in told(answer), Proposal.objects.count()) == (400, True, 0)


def test_the_projects_lead_to_the_form(client: Client):
    assert ("Meld een project", PROJECT) in links(visit(client, "/projecten/").main)


# The third door.


def answers(region: Region, **values: str) -> dict[str, Any]:
    """A sheet that is sent with everything right but `values`, which name a field of the region."""
    form = Client().get(link_of(region)).context["form"]
    right = {name: field.initial for name, field in form.fields.items() if field.initial == "klopt"}
    wrong = {f"region-{region.pk}-{name}": "anders" for name in values}
    wanted = {f"region-{region.pk}-{name}_value": value for name, value in values.items()}
    return right | {"message": ""} | wrong | wanted


def check(region: Region, **values: str) -> Any:
    """The answer to a coordinator who finds everything right but `values`."""
    return send(link_of(region), **answers(region, **values))


def test_a_consultant_makes_a_link_for_a_region(consultant: User, region: Region):
    client = logged_in(consultant)
    address = reverse("admin:proposals_proposal_invite", args=[region.pk])
    assert address in told(client.get(reverse("admin:igs_region_change", args=[region.pk])))
    answer = client.get(address)
    assert answer.context["link"].startswith("http://testserver/nakijken/")
    assert answer.context["link"] in answer.context["letter"]
    assert Client().get(answer.context["link"]).status_code == 200


def test_a_link_is_made_by_who_serves_the_region_only(region: Region):
    address = reverse("admin:proposals_proposal_invite", args=[region.pk])
    accounts = [make_consultant_of(make_region()), make_account(), make_account("Redactie"), make_account("Beheerder")]
    assert [logged_in(one).get(address).status_code for one in accounts] == [403, 403, 200, 200]
    assert (Client().get(address).status_code, Proposal.objects.count()) == (302, 0)
    assert logged_in(accounts[-1]).get(reverse("admin:proposals_proposal_invite", args=[0])).status_code == 404


def test_the_sheet_shows_what_stands_on_the_portal(client: Client, region: Region):
    make_membership(region=region, municipality=make_municipality(name="Waterdorp"))
    make_project(region=region, title="Openbaar plan")
    make_project(region=region, title="Geheim plan", state="draft")
    page = visit(client, link_of(region))
    shown = texts(classed(page.main, "now"))
    assert {"Waterland", "https://oud.example.org", "Kerkplein 1", "Waterdorp", "Openbaar plan"} <= set(shown)
    assert ("Geheim plan" in page.content, "noindex" in page.content) == (False, True)


def test_what_must_be_otherwise_comes_in_field_by_field(consultant: User, region: Region):
    project = make_project(region=region, title="Openbaar plan")
    answer = check(region, website="nieuw.example.org", seat="Elders 2")
    assert answer.status_code == 302
    of_region, of_project = Proposal.objects.order_by("pk")
    assert (of_region.subject, of_project.subject, of_project.says_right) == (region, project, True)
    changes = [(one.field, one.before, one.after) for one in of_region.changes.all()]
    assert changes == [
        ("seat", "Kerkplein 1", "Elders 2"),
        ("website", "https://oud.example.org", "https://nieuw.example.org"),
    ]
    assert {of_region.reference, of_project.reference} == {answer.url.split("/")[2]}
    assert stored(region).seat == "Kerkplein 1"
    decide(consultant, of_region, website="accepted", seat="accepted")
    assert (stored(region).website, stored(region).seat) == ("https://nieuw.example.org", "Elders 2")
    followed = visit(Client(), answer.url)
    assert texts(classed(followed.main, "state")) == ["Verwerkt op 24 november 2026", "Ontvangen"]
    assert "Zetel: overgenomen" in words(followed.main)


def test_what_is_chosen_as_otherwise_but_is_the_same_changes_nothing(region: Region):
    check(region, seat="Kerkplein 1", about="Vier gemeenten.\r\n")
    assert [proposal.says_right for proposal in Proposal.objects.all()] == [True]


def test_a_field_that_is_emptied_is_a_change(region: Region):
    check(region, website="")
    (change,) = ProposedChange.objects.all()
    assert (change.before, change.after) == ("https://oud.example.org", "")


def test_what_is_said_of_the_members_is_a_message(region: Region):
    values = {"members": "anders", "members_value": "Waterdorp stopt.", "message": "Verder goed."}
    send(link_of(region), **answers(region) | values)
    proposal = Proposal.objects.get()
    assert (proposal.message, proposal.says_right) == ("De leden: Waterdorp stopt.\n\nVerder goed.", False)


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        pytest.param("name", "", "Schrijf wat het moet zijn.", id="missing"),
        pytest.param("website", "geen adres", "Voer een geldige URL in.", id="no-website"),
        pytest.param("email", "geen adres", "Voer een geldig e-mailadres in.", id="no-mailbox"),
        pytest.param("seat", "a" * 161, "niet meer dan 160 tekens", id="too-long"),
        pytest.param("about", "a\0", "Null-tekens", id="nul"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_line(region: Region, field: str, value: str, why: str):
    answer = check(region, **{field: value})
    errors = answer.context["form"].errors
    assert (answer.status_code, list(errors)) == (400, [f"region-{region.pk}-{field}_value"])
    assert (why in told(answer), Proposal.objects.count()) == (True, 0)


def test_what_stands_in_the_box_of_a_line_that_is_right_is_not_read(region: Region):
    values = answers(region) | {f"region-{region.pk}-website_value": "geen adres"}
    assert send(link_of(region), **values).status_code == 302
    assert ProposedChange.objects.count() == 0


def test_a_sheet_that_changed_meanwhile_is_shown_anew(region: Region):
    address = link_of(region)
    stamp, values = stamp_on(address), answers(region)
    Region.objects.filter(pk=region.pk).update(seat="Intussen 3")
    answer = send(address, **values | {"stamp": stamp})
    assert (answer.status_code, "is intussen veranderd" in told(answer), "Intussen 3" in told(answer)) == (
        409,
        True,
        True,
    )
    assert Proposal.objects.count() == 0
    again = answer.context["form"]["stamp"].value()
    assert send(address, **values | {"stamp": again}).status_code == 302


def test_when_all_is_right_one_click_says_so(consultant: User, region: Region):
    check(region)
    proposal = Proposal.objects.get()
    client = logged_in(consultant)
    home = told(client.get("/beheer/"))
    assert f'aria-label="Nagekeken, klopt: {proposal}"' in home
    assert "De regio keek dit na: alles klopt." in told(client.get(admin_page(proposal)))
    chosen = {"action": "check_off", "_selected_action": [proposal.pk], "next": "/beheer/"}
    answer = client.post(reverse("admin:proposals_proposal_changelist"), chosen)
    assert (answer.url, stored(region).checked_on, stored(proposal).state) == ("/beheer/", TODAY, "handled")
    step = Step.objects.latest("pk")
    assert (step.note, step.user, step.versions.count()) == ("Nagekeken, klopt: zegt de regio", consultant, 1)


def test_what_holds_something_to_decide_is_not_checked_off(consultant: User, region: Region):
    right, wrong = make_proposal(region, door="check", message=""), make_proposal(region, {"seat": "Elders"})
    chosen = {"action": "check_off", "_selected_action": [right.pk, wrong.pk]}
    answer = logged_in(consultant).post(reverse("admin:proposals_proposal_changelist"), chosen, follow=True)
    assert "Hierin staat nog iets om over te beslissen: ‘Nazicht door de regio: Waterland’." in told(answer)
    assert (stored(region).checked_on, stored(right).state, stored(wrong).state) == (None, "received", "received")


def test_the_check_of_another_region_is_not_checked_off(region: Region):
    proposal = make_proposal(region, door="check", message="")
    chosen = {"action": "check_off", "_selected_action": [proposal.pk]}
    stranger = logged_in(make_consultant_of(make_region()))
    assert stranger.post(reverse("admin:proposals_proposal_changelist"), chosen).status_code == 403
    assert (stored(region).checked_on, stored(proposal).state) == (None, "received")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_of_more_than_a_month_ago_has_expired(monkeypatch, region: Region, method: str):
    address = link_of(region)
    now = datetime.now(UTC).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 31 * 24 * 3600)
    answer = getattr(Client(), method)(address, headers=HERE)
    assert (answer.status_code, "Vraag je consulent een nieuwe" in told(answer)) == (410, True)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda token: token[:-1], id="cut"),
        pytest.param(
            lambda token: f"{signing.b64_encode(b'1').decode()}:{token.partition(':')[2]}", id="another-region"
        ),
        pytest.param(lambda token: signing.dumps(1), id="another-salt"),
        pytest.param(lambda token: "x", id="nonsense"),
        pytest.param(lambda token: "%00", id="nul"),
    ],
)
def test_a_link_that_somebody_changed_opens_nothing(region: Region, change: Any):
    token = link_of(region).split("/")[2]
    answer = Client().get(f"/nakijken/{change(token)}/")
    assert (answer.status_code, "Neem hem helemaal over uit de mail" in told(answer)) == (404, True)


# What is forgotten.


def forget() -> str:
    """What the command for cron tells."""
    output = StringIO()
    call_command("forget_senders", stdout=output)
    return output.getvalue()


def test_who_sent_something_is_forgotten_a_month_after_the_decision(region: Region):
    known: dict[str, Any] = {"sender_name": "Jan Peeters", "sender_email": "jan@example.org"}
    day = timedelta(days=1)
    sent = datetime(2026, 6, 1, tzinfo=UTC)
    long_ago, lately, waits, waits_long = (
        make_proposal(region, sent=sent, state="handled", decided_on=TODAY - 30 * day, **known),
        make_proposal(region, sent=sent, state="refused", decided_on=TODAY - 29 * day, **known),
        make_proposal(region, sent=sent, **known),
        make_proposal(region, sent=datetime(2025, 11, 24, 12, tzinfo=UTC), **known),
    )
    Trace.objects.create(mark="oud", left=datetime.now(UTC) - timedelta(hours=2))
    assert forget() == "Van 2 voorstellen is de afzender gewist.\n"
    found = {one.pk: (one.sender_name, one.sender_email) for one in Proposal.objects.all()}
    there, gone = ("Jan Peeters", "jan@example.org"), ("", "")
    assert found == {long_ago.pk: gone, lately.pk: there, waits.pk: there, waits_long.pk: gone}
    assert (Trace.objects.count(), forget()) == (0, "Van 0 voorstellen is de afzender gewist.\n")


def test_who_sent_it_stands_in_no_history(consultant: User, region: Region):
    known: dict[str, Any] = {"sender_name": "Jan Peeters", "sender_email": "jan@example.org"}
    proposal = make_proposal(region, {"seat": "Elders"}, **known)
    decide(consultant, proposal, seat="accepted", answer="Dank je.")
    kept = [str(row) for model in (Version, Step, LogEntry) for row in model.objects.values()]
    assert ([text for text in kept if "Peeters" in text or "jan@" in text], len(kept) > 2) == ([], True)


def test_the_privacy_page_tells_what_is_kept(client: Client):
    text = words(visit(client, "/privacy/").main)
    assert "We wissen ze dertig dagen na onze beslissing, en hoe dan ook na een jaar." in text
    assert "Dit portaal plaatst geen cookies bij bezoekers" in text


# In a browser.


@pytest.mark.browser
def test_a_visitor_reports_and_a_coordinator_answers_and_both_end_as_history(
    browser: Browser, portal: Portal, page: BrowserPage
):
    page.goto("/regios/zender/")
    page.get_by_role("link", name="Klopt er iets niet op deze bladzijde?").click()
    page.get_by_label("Wat klopt er niet?").fill("De zetel is verhuisd.")
    page.get_by_role("button", name="Verstuur").click()
    expect(page.locator("h1")).to_have_text("Dank je, we hebben het ontvangen")
    follow = page.url
    with visitor(browser, portal.address) as desk:
        desk.goto("/beheer/")
        desk.get_by_label("Gebruikersnaam").fill(portal.username)
        desk.get_by_label("Wachtwoord").fill(portal.password)
        desk.get_by_role("button", name="Aanmelden").click()
        desk.get_by_role("link", name="Melding: Zender").click()
        desk.get_by_label("verwerkt", exact=True).check()
        desk.get_by_label("Antwoord").fill("Dank je, we vragen het na.")
        desk.get_by_role("button", name="Opslaan", exact=True).click()
        page.goto(follow)
        expect(page.locator(".state")).to_contain_text("Verwerkt op")
        desk.goto("/beheer/igs/region/?q=zender")
        desk.get_by_role("link", name="Zender", exact=True).click()
        desk.get_by_role("link", name="Laat de regio nakijken").click()
        page.goto(desk.get_by_label("De link").input_value())
        seat = page.get_by_role("group", name="Zetel")
        expect(seat.get_by_label("Moet zijn")).to_be_hidden()
        seat.get_by_label("Moet anders").check()
        seat.get_by_label("Moet zijn").fill("Nieuwstraat 1, Halle")
        page.get_by_role("button", name="Ik heb alles nagekeken, verstuur").click()
        expect(page.locator("h1")).to_have_text("Dank je, we hebben het ontvangen")
        desk.goto("/beheer/")
        desk.get_by_role("link", name="Nazicht door de regio: Zender").click()
        desk.get_by_role("group", name="Zetel").get_by_label("neem over").check()
        desk.get_by_role("button", name="Opslaan", exact=True).click()
        desk.goto("/beheer/igs/region/?q=zender")
        desk.get_by_role("link", name="Zender", exact=True).click()
        desk.get_by_role("link", name="Geschiedenis").click()
        expect(desk.locator("#content")).to_contain_text("Voorstel overgenomen. Nazicht door de regio: Zender")
    page.goto("/regios/zender/")
    expect(page.locator("dl.facts").first).to_contain_text("Nieuwstraat 1, Halle")

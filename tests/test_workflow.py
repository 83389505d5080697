"""From draft to public: the states and their notes, plans that are carried out, the preview, and warnings."""

import csv
import re
from datetime import date
from html import unescape
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from optil_portal.preview import PAGES
from optil_portal.records.history import Step, Version
from optil_portal.records.models import Publication, State
from optil_portal.records.preview import SIGNER, Preview, preview_of
from optil_portal.records.upkeep import Concern
from optil_portal.records.workflow import MOVES
from optil_portal.staff.cockpit import Cockpit
from projects.models import Project
from tests.cast import small_upload
from tests.factories import (
    make_audience,
    make_consultant,
    make_library,
    make_municipality,
    make_partner,
    make_project,
    make_project_image,
    make_region,
    make_testimony,
    make_theme,
)
from tests.forms import form_data
from tests.running import ROOT
from tests.staff import logged_in, make_account, make_consultant_of
from tests.visiting import links, visit, words

TODAY = date(2026, 11, 24)
YESTERDAY = date(2026, 11, 23)
LATER = date(2026, 12, 3)
MADE = {"igs.consultant": make_consultant, "libraries.library": make_library, "projects.project": make_project}
PUBLICATIONS = [model for model in apps.get_models() if issubclass(model, Publication)]
EVERY = [(was, becomes) for was in State for becomes in State if was != becomes]
each_move = pytest.mark.parametrize(("was", "becomes"), EVERY, ids=[f"{was}-{becomes}" for was, becomes in EVERY])
ACTIONS = {
    State.REVIEW: "send_to_review",
    State.PUBLISHED: "publish",
    State.ARCHIVED: "archive",
    State.DRAFT: "return_to_draft",
}
WAYS = {
    State.PUBLISHED: "‘ontwerp’ of ‘gearchiveerd’",
    State.ARCHIVED: "‘ontwerp’",
}
LIST = "/beheer/projects/project/"


@pytest.fixture
def editor() -> Client:
    """The browser of somebody who edits everything."""
    return logged_in(make_account("Redactie", first_name="An"))


def form_of(record: Any) -> str:
    """The address of the form of a record."""
    options = record._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])


def sent(client: Client, record: Any, **changes: Any) -> Any:
    """The answer to the form of a record that is sent with changes."""
    return client.post(form_of(record), form_data(client.get(form_of(record))) | changes)


def acted(client: Client, state: State, *records: Any, note: str = "Daarom") -> Any:
    """The answer to an action on projects."""
    chosen = {"action": ACTIONS[state], "_selected_action": [one.pk for one in records], "step_note": note}
    return client.post(LIST, chosen)


def told(answer: Any) -> str:
    """The text of a page of the admin."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def state_of(record: Any) -> State:
    """The stored state of a record."""
    return type(record).objects.get(pk=record.pk).state


def last_step(record: Any) -> Step:
    """The step that changed a record last."""
    version: Any = Version.objects.about(record).latest_first().first()
    return version.step


# States.


@each_move
def test_a_form_goes_from_a_state_to_those_that_the_table_names(was: State, becomes: State, editor: Client):
    project = make_project(state=was)
    form = editor.get(form_of(project))
    select = re.search(r'<select name="state".*?</select>', form.content.decode(), re.DOTALL)
    assert select
    assert set(re.findall(r'value="(\w+)"', select[0])) == {was, *MOVES[was]}
    answer = editor.post(form_of(project), form_data(form) | {"state": becomes, "step_note": "Daarom"})
    if becomes in MOVES[was]:
        assert (answer.status_code, state_of(project), last_step(project).note) == (302, becomes, "Daarom")
    else:
        (error,) = answer.context["adminform"].form.errors["state"]
        assert error.startswith(f"Van ‘{was.label}’ kan dit niet naar ‘{becomes.label}’, wel naar ‘")
        assert state_of(project) == was


@each_move
def test_an_action_goes_the_same_ways(was: State, becomes: State, editor: Client):
    project = make_project(state=was)
    answer = acted(editor, becomes, project)
    if becomes in MOVES[was]:
        assert (state_of(project), last_step(project).note.endswith(": Daarom")) == (becomes, True)
    else:
        assert f"Van ‘{was.label}’ kan dit niet naar ‘{becomes.label}’" in told(answer)
        assert (state_of(project), Step.objects.filter(kind="action").count()) == (was, 0)


def test_an_import_goes_the_same_ways(editor: Client):
    projects = [make_project(state=was, slug=f"{was}-{becomes}") for was, becomes in EVERY]
    lines = [f"{was}-{becomes};{becomes.label}" for was, becomes in EVERY]
    file = "\n".join(["adres op de site;toestand", *lines])
    page = editor.post(f"{LIST}import/", {"file": SimpleUploadedFile("p.csv", file.encode())}, follow=True)
    assert [tuple(fault) for fault in page.context["plan"].faults] == [
        (line, "toestand", f"Van ‘{was.label}’ kan dit niet naar ‘{becomes.label}’, wel naar {WAYS[was]}.")
        for line, (was, becomes) in enumerate(EVERY, start=2)
        if becomes not in MOVES[was]
    ]
    right = [line for line, (was, becomes) in zip(lines, EVERY, strict=True) if becomes in MOVES[was]]
    file = "\n".join(["adres op de site;toestand", *right])
    page = editor.post(f"{LIST}import/", {"file": SimpleUploadedFile("p.csv", file.encode())}, follow=True)
    editor.post(page.redirect_chain[-1][0], {"plan": page.context["plan"].digest})
    assert [state_of(one) for one in projects] == [becomes if becomes in MOVES[was] else was for was, becomes in EVERY]


def test_the_readme_names_these_ways_and_no_others():
    labels = {state.label: state for state in State}
    rows = re.findall(r"^\| \*([a-z ]+)\* \| (.+) \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    named = {labels[was]: tuple(labels[one] for one in re.findall(r"\*(.+?)\*", ways)) for was, ways in rows}
    assert named == MOVES


def test_another_state_asks_why(editor: Client):
    project = make_project(state="draft")
    answer = sent(editor, project, state="review", step_note=" ")
    assert answer.context["adminform"].form.errors == {
        "step_note": ["Schrijf een toelichting: waarom gaat dit van ‘ontwerp’ naar ‘ter nazicht’?"]
    }
    assert state_of(project) == State.DRAFT


def test_the_same_state_asks_nothing_and_a_note_is_kept_all_the_same(editor: Client):
    project = make_project()
    assert sent(editor, project, note="Eerst").status_code == 302
    assert sent(editor, project, note="Dan", step_note="Volgens de bib zelf").status_code == 302
    assert last_step(project).note == "Volgens de bib zelf"


def test_a_new_record_begins_without_a_note(editor: Client):
    form = editor.get(f"{LIST}add/").context["adminform"].form
    assert ("state" in form.fields, "step_note" in form.fields) == (True, False)


def test_a_note_stands_in_the_history_of_the_record(editor: Client):
    project = make_project(state="draft")
    sent(editor, project, state="review", step_note="Cijfers nog eens bekijken")
    page = told(editor.get(reverse("admin:projects_project_history", args=[project.pk])))
    assert "An: formulier Cijfers nog eens bekijken" in page
    assert "Toestand ontwerp ter nazicht" in page


def test_an_action_without_a_note_asks_for_one_first(editor: Client):
    one, other = make_project(title="Een"), make_project(title="Twee")
    page = acted(editor, State.ARCHIVED, one, other, note="")
    assert (page.status_code, state_of(one), Step.objects.filter(kind="action").count()) == (200, State.PUBLISHED, 0)
    assert "2 projecten op ‘gearchiveerd’ zetten?" in told(page)
    assert "Een gepubliceerd Twee gepubliceerd" in told(page)
    hidden = dict(
        re.findall(r'<input type="hidden" name="(action|select_across)" value="(\w+)"', page.content.decode())
    )
    chosen = re.findall(r'name="_selected_action" value="(\d+)"', page.content.decode())
    assert (hidden, chosen) == ({"action": "archive", "select_across": "0"}, [str(one.pk), str(other.pk)])
    editor.post(LIST, hidden | {"_selected_action": chosen, "step_note": "Afgelopen"})
    assert {state_of(one), state_of(other)} == {State.ARCHIVED}
    assert last_step(one).note == "Archiveer de gekozen records: Afgelopen"
    assert last_step(one) == last_step(other)


def test_an_action_does_all_or_nothing_and_says_which_cannot(editor: Client):
    whole, bare = make_project(state="review", title="Heel"), make_project(state="review", title="Kaal", summary="")
    page = told(acted(editor, State.PUBLISHED, whole, bare))
    assert "Kaal Een gepubliceerd project heeft een samenvatting." in page
    assert {state_of(whole), state_of(bare)} == {State.REVIEW}


def test_what_came_back_from_the_archive_is_a_draft_without_plans(editor: Client):
    project = make_project(end_on=LATER)
    acted(editor, State.ARCHIVED, project)
    acted(editor, State.DRAFT, project)
    project.refresh_from_db()
    assert (project.state, project.end_on) == (State.DRAFT, None)


def test_a_consultant_does_it_all_in_the_own_region():
    region = make_region()
    consultant = logged_in(make_consultant_of(region))
    project = make_project(region=region, state="draft")
    ways = [State.REVIEW, State.PUBLISHED, State.ARCHIVED, State.DRAFT]
    found = []
    for state in ways:
        acted(consultant, state, project)
        found.append(state_of(project))
    assert found == ways


# What is public warns before it is saved.


def test_who_edits_what_is_public_is_warned(editor: Client):
    project = make_project()
    page = editor.get(form_of(project))
    assert "Dit staat op de site. Wat je bewaart, is meteen voor iedereen te zien." in told(page)
    buttons = re.findall(r'<input type="submit" value="([^"]+)"', page.content.decode())
    assert set(buttons) == {"Bewaar en toon meteen", "Bewaar, toon meteen en bewerk verder"}


@pytest.mark.parametrize("state", [state for state in State if state != State.PUBLISHED])
def test_who_edits_what_is_not_public_is_not(state: State, editor: Client):
    page = editor.get(form_of(make_project(state=state)))
    assert f"Niet op de site: {state.label}." in told(page)
    assert "toon meteen" not in page.content.decode()
    assert 'value="Opslaan"' in page.content.decode()


def test_a_form_that_was_refused_still_tells_what_is_stored(editor: Client):
    project = make_project(state="draft", summary="")
    assert "Niet op de site: ontwerp." in told(sent(editor, project, state="published", step_note="Af"))


def test_who_only_looks_sees_no_button_and_no_warning():
    project = make_project()
    page = logged_in(make_consultant_of(make_region())).get(form_of(project))
    assert "Dit staat op de site." in told(page)
    assert ("meteen" in told(page), "Toelichting" in told(page)) == (False, False)


# Plans.


def run() -> tuple[str, str]:
    """What the command says, and of what it complains."""
    said = StringIO()
    try:
        call_command("publish_scheduled", stdout=said)
    except CommandError as error:
        return said.getvalue().strip(), str(error)
    return said.getvalue().strip(), ""


@pytest.mark.parametrize(
    ("values", "becomes"),
    [
        pytest.param({"state": "review", "publish_on": TODAY}, "published", id="today"),
        pytest.param({"state": "review", "publish_on": YESTERDAY}, "published", id="a-day-late"),
        pytest.param({"state": "review", "publish_on": LATER}, "review", id="later"),
        pytest.param({"state": "review"}, "review", id="without-a-day"),
        pytest.param({"state": "draft", "publish_on": TODAY}, "draft", id="still-a-draft"),
        pytest.param({"end_on": TODAY}, "archived", id="ends-today"),
        pytest.param({"end_on": YESTERDAY}, "archived", id="ended-yesterday"),
        pytest.param({"end_on": LATER}, "published", id="ends-later"),
        pytest.param({"state": "review", "publish_on": YESTERDAY, "end_on": TODAY}, "review", id="over-already"),
    ],
)
@pytest.mark.parametrize("label", MADE)
def test_a_plan_is_carried_out_on_its_day(label: str, values: dict, becomes: str):
    record = MADE[label](**values)
    run()
    assert state_of(record) == becomes


def test_a_plan_that_is_carried_out_is_a_step_with_a_note_that_is_undone():
    project = make_project(state="review", publish_on=YESTERDAY, end_on=LATER)
    assert run() == ("1 gepubliceerd, 0 gearchiveerd.", "")
    taken = last_step(project)
    assert (taken.note, taken.who) == ("Gepubliceerd, zoals gepland voor 23 november 2026.", "het portaal zelf")
    project.refresh_from_db()
    assert (project.publish_on, project.end_on) == (None, LATER)
    logged_in(make_account("Redactie")).post(reverse("admin:records_step_change", args=[taken.pk]))
    project.refresh_from_db()
    assert (project.state, project.publish_on) == (State.REVIEW, YESTERDAY)


def test_a_page_is_there_from_its_day_until_its_end(client: Client, settings: Any):
    project = make_project(state="review", publish_on=LATER, end_on=date(2027, 1, 1))
    found = {}
    for on in (date(2026, 12, 2), LATER, date(2026, 12, 31), date(2027, 1, 1)):
        settings.TODAY = on
        run()
        found[f"{on:%d/%m}"] = client.get(project.get_absolute_url()).status_code
    assert found == {"02/12": 404, "03/12": 200, "31/12": 200, "01/01": 404}


def test_what_breaks_a_rule_is_told_and_holds_back_no_other():
    bare = make_project(state="review", publish_on=YESTERDAY, title="Kaal", summary="")
    whole = make_project(state="review", publish_on=YESTERDAY)
    draft = make_project(state="draft", publish_on=TODAY, title="Half")
    said, complaint = run()
    assert said == "1 gepubliceerd, 0 gearchiveerd."
    assert complaint.splitlines() == [
        "Niet uitgevoerd:",
        "project ‘Kaal’ moest gepubliceerd worden op 23 november 2026."
        " Een gepubliceerd project heeft een samenvatting.",
        "project ‘Half’ moest gepubliceerd worden op 24 november 2026."
        " Het is nog een ontwerp: kies ‘ter nazicht’, of publiceer het zelf.",
    ]
    assert [state_of(one) for one in (bare, whole, draft)] == [State.REVIEW, State.PUBLISHED, State.DRAFT]


def test_a_second_run_does_nothing_more():
    make_project(end_on=TODAY)
    assert [run(), run()] == [("0 gepubliceerd, 1 gearchiveerd.", ""), ("0 gepubliceerd, 0 gearchiveerd.", "")]


@pytest.mark.parametrize(
    ("values", "plans"),
    [
        pytest.param({"state": "review", "publish_on": LATER}, "Wordt gepubliceerd op 3 december 2026.", id="review"),
        pytest.param(
            {"state": "draft", "publish_on": LATER},
            "Wordt gepubliceerd op 3 december 2026, als het dan ‘ter nazicht’ staat.",
            id="draft",
        ),
        pytest.param(
            {"state": "review", "publish_on": LATER, "summary": ""},
            "Zo kan dat nog niet: Een gepubliceerd project heeft een samenvatting.",
            id="broken",
        ),
        pytest.param({"end_on": LATER}, "Wordt gearchiveerd op 3 december 2026.", id="end"),
        pytest.param(
            {"end_on": TODAY},
            "Dit moest gearchiveerd worden op 24 november 2026. De dagelijkse taak liep nog niet.",
            id="today",
        ),
        pytest.param(
            {"state": "review", "publish_on": YESTERDAY},
            "Dit moest gepubliceerd worden op 23 november 2026. De dagelijkse taak liep niet: meld het aan OP/TIL.",
            id="late",
        ),
    ],
)
def test_the_form_says_what_will_happen_when(values: dict, plans: str, editor: Client):
    assert plans in told(editor.get(form_of(make_project(**values))))


def test_who_publishes_at_once_something_planned_for_later_is_asked_which(editor: Client):
    project = make_project(state="review", publish_on=LATER)
    answer = sent(editor, project, state="published", step_note="Nu toch")
    assert "of kies ‘ter nazicht’ om op de dag te wachten." in answer.context["adminform"].form.non_field_errors()[0]
    assert sent(editor, project, state="published", step_note="Nu toch", publish_on="").status_code == 302
    assert state_of(project) == State.PUBLISHED


def test_a_form_that_archives_lets_go_of_the_plans(editor: Client):
    project = make_project(end_on=LATER)
    assert sent(editor, project, state="archived", step_note="Nu al").status_code == 302
    assert Project.objects.values_list("state", "end_on").get(pk=project.pk) == (State.ARCHIVED, None)


def test_the_cockpit_tells_what_waits_and_what_should_have_happened():
    region = make_region()
    account = make_consultant_of(region)
    late = make_project(region=region, state="review", publish_on=YESTERDAY, title="Laat")
    bare = make_project(region=region, state="review", publish_on=TODAY, title="Kaal", summary="")
    make_project(region=region, state="review", publish_on=LATER, title="Straks")
    parts = {part.concern: [row for pile in part.piles for row in pile.rows] for part in Cockpit(account, TODAY).parts}
    assert [(row.record, row.told) for row in parts[Concern.DUE]] == [
        (late, "moest gepubliceerd worden op 23 november 2026. De dagelijkse taak liep niet: meld het aan OP/TIL."),
        (bare, "moest gepubliceerd worden op 24 november 2026. Een gepubliceerd project heeft een samenvatting."),
    ]
    assert {str(row.record) for row in parts[Concern.REVIEW]} == {"Laat", "Kaal", "Straks"}
    assert any(row.told.endswith("Wordt gepubliceerd op 3 december 2026.") for row in parts[Concern.REVIEW])


def test_a_plan_goes_out_and_comes_in_again(editor: Client):
    make_project(state="review", publish_on=LATER, end_on=date(2027, 1, 1), slug="gepland")
    export = editor.get(f"{LIST}export.csv", {"q": "", "state__exact": "review"}).content
    (row,) = csv.DictReader(StringIO(export.decode("utf-8-sig")), delimiter=";")
    assert (row["publiceren op"], row["archiveren op"]) == ("2026-12-03", "2027-01-01")
    page = editor.post(f"{LIST}import/", {"file": SimpleUploadedFile("p.csv", export)}, follow=True)
    assert (page.context["plan"].faults, page.context["plan"].rows) == ([], [])


# The preview.


def linked(record: Any) -> str:
    """The path of the preview of a record."""
    return preview_of(record, TODAY).path


def make_draft(**values: Any) -> Project:
    """A draft that fills its page, tied to what is public and what is not."""
    region, municipality = make_region(), make_municipality()
    project = make_project(
        state="draft",
        region=region,
        title="Kwibusroffel",
        summary="In het kort.",
        other_regions=[make_region()],
        further_themes=[make_theme()],
        municipalities=[municipality],
        libraries=[make_library(state="draft", name="Trommelzolder"), make_library(name="Lantaarnbib")],
        partners=[make_partner(name="Zandloper vzw")],
        audiences=[make_audience()],
        **values,
    )
    make_project(state="draft", region=region, title="Mottenballade")
    make_testimony(project=project, region=region, person="Leopoldine", withdrawn_on=TODAY)
    make_consultant(state="draft", regions=[region], name="Theofiel Nevelspoor")
    return project


def test_every_publication_has_a_preview():
    assert set(PAGES) == {model._meta.label_lower for model in PUBLICATIONS} == set(MADE)


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.ARCHIVED])
@pytest.mark.parametrize("label", MADE)
def test_whoever_has_the_link_sees_the_page_without_an_account(label: str, state: State, client: Client):
    record = MADE[label](state=state)
    address = linked(record)
    visit(client, address)  # what this makes of the content is remembered from now on
    page = visit(client, address)
    assert (page.status, page.cookies, page.queries <= 8) == (200, [], True)
    assert str(record) in words(page.main)
    assert f"Voorbeeld, niet openbaar ({state.label}). Wie deze link heeft" in words(page.main)
    assert "tot en met 8 december 2026" in words(page.main)
    assert page.root.findtext("head/title", "").startswith("Voorbeeld: ")


def test_nobody_keeps_or_finds_it(client: Client):
    project = make_draft()
    answer = client.get(linked(project))
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert set(answer.headers["Cache-Control"].split(", ")) >= {"no-store", "private"}
    content = answer.content.decode()
    assert '<meta name="robots" content="noindex, nofollow">' in content
    assert [word for word in ("canonical", "og:url", "ld+json", project.get_absolute_url()) if word in content] == []
    assert "/voorbeeld/" not in client.get("/sitemap.xml").content.decode()


def test_it_is_the_public_page_but_for_what_asks_its_address(client: Client, settings: Any, tmp_path: Any):
    settings.MEDIA_ROOT = tmp_path
    project = make_draft()
    make_project_image(project=project, image=small_upload(), alt="Een volle zaal")
    before = visit(client, linked(project))
    Project.objects.filter(pk=project.pk).update(state="published")
    after = visit(client, project.get_absolute_url())
    shown, public = words(before.main), words(after.main)
    assert "Zandloper vzw" in shown
    assert 'alt="Een volle zaal"' in before.content
    assert [link for link in links(before.main) if link not in links(after.main)] == []
    bar = shown[: shown.index("8 december 2026.") + len("8 december 2026.")]
    only_public = ["Neem mee in een lijst", "Citeer deze pagina", "Zet dit project op je eigen website"]
    assert [words_ in public and words_ not in shown for words_ in only_public] == [True] * 3
    assert words(next(one for one in before.main.iter("h1"))) == words(next(one for one in after.main.iter("h1")))
    assert bar.startswith("Voorbeeld, niet openbaar (ontwerp).")


def test_it_shows_nothing_else_that_is_hidden(client: Client):
    content = visit(client, linked(make_draft())).content
    hidden = ("Trommelzolder", "Mottenballade", "Leopoldine", "Nevelspoor")
    assert ("Lantaarnbib" in content, [name for name in hidden if name in content]) == (True, [])


def test_a_draft_of_which_nearly_nothing_is_known_has_a_page(client: Client):
    project = make_project(state="draft", title="Pas begonnen", summary="", region=None, theme=None, body="")
    page = visit(client, linked(project))
    assert page.status == 200
    assert [link for link in links(page.main) if not link[1] or not link[0]] == []
    assert "None" not in words(page.main)


def test_once_it_is_public_the_link_leads_to_its_own_page(client: Any):
    project = make_project()
    answer = client.get(linked(project))
    assert (answer.status_code, answer.url) == (302, project.get_absolute_url())
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("on", "status"),
    [
        pytest.param(date(2026, 12, 8), 200, id="last-day"),
        pytest.param(date(2026, 12, 9), 410, id="day-after"),
    ],
)
def test_a_link_works_for_two_weeks(on: date, status: int, client: Client, settings: Any):
    path = linked(make_project(state="draft"))
    settings.TODAY = on
    assert client.get(path).status_code == status


def test_an_expired_link_says_until_when_it_worked_and_what_to_do(client: Client, settings: Any):
    project = make_project(state="draft", title="Kwibusroffel")
    path = linked(project)
    settings.TODAY = date(2027, 1, 1)
    page = visit(client, path)
    assert (page.status, page.title, page.cookies) == (410, "Deze link is verlopen", [])
    assert "Dit voorbeeld was te zien tot en met 8 december 2026. Vraag een nieuwe link" in words(page.main)
    assert "Kwibusroffel" not in page.content


def broken(project: Project) -> dict[str, str]:
    """Links that are not ours, or lead to nothing."""
    path = linked(project)
    other = signing.dumps([project._meta.label_lower, project.pk, "2026-12-08"], salt="iets anders")
    return {
        "cut": path[:-3] + "/",
        "changed": path.replace("/voorbeeld/W", "/voorbeeld/X"),
        "of-another-salt": f"/voorbeeld/{other}/",
        "of-nothing": Preview("projects.project", 987_654_321, TODAY).path,
        "of-no-day": f"/voorbeeld/{SIGNER.sign_object(['projects.project', project.pk, 'ooit'])}/",
        "of-too-little": f"/voorbeeld/{SIGNER.sign_object(['projects.project'])}/",
        "of-no-publication": f"/voorbeeld/{SIGNER.sign_object(['igs.region', 1, '2026-12-08'])}/",
    }


@pytest.mark.parametrize("how", broken(Project(pk=1)))
def test_a_link_that_is_not_right_says_what_to_do(how: str, client: Client):
    project = make_project(state="draft", title="Kwibusroffel")
    page = visit(client, broken(project)[how])
    assert (page.status, page.title, page.cookies) == (404, "Deze link klopt niet", [])
    assert "Kopieer hem helemaal, of vraag hem opnieuw aan wie hem je stuurde." in words(page.main)
    assert "Kwibusroffel" not in page.content


@pytest.mark.parametrize("label", MADE)
def test_the_form_has_the_link_to_look_at_and_to_copy(label: str, editor: Client, client: Client):
    record = MADE[label](state="review")
    content = editor.get(form_of(record)).content.decode()
    path = linked(record)
    assert f'<a href="{path}" target="_blank" rel="noopener">Voorbeeld bekijken</a>' in content
    assert f'readonly value="http://testserver{path}"' in content
    assert client.get(path).status_code == 200


def test_the_form_of_what_is_public_has_none(editor: Client):
    form = editor.get(form_of(make_project())).content.decode()
    assert [part for part in ('href="/voorbeeld/', "preview-url") if part in form] == []

"""What people do in the back office from beginning to end, in a real browser."""

import csv
from base64 import b32decode
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, expect

from tests.browsing import visitor
from tests.factories import image_bytes
from tests.running import Portal, environment, manage, serving

PASSWORD = "vier woorden op rij"  # noqa: S105
ACCOUNTS = f"""
from django.contrib.auth.models import Group, User
from igs.models import Consultant, Region
from projects.models import Project
for name, group in (("marie", "Consulent"), ("jan", "Redactie")):
    account = User.objects.create_user(name, f"{{name}}@example.org", "{PASSWORD}", is_staff=True)
    account.groups.add(Group.objects.get(name=group))
account = User.objects.get(username="marie")
marie = Consultant.objects.create(name="Marie", slug="marie", source_name="Test", user=account)
marie.regions.add(Region.objects.get(slug="zender"))
Project.objects.filter(region__slug="zender").update(checked_on=None)
"""
PROJECTS = "/beheer/projects/project/"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal with a second factor, a consultant of Zender and an editor."""
    settings = environment(tmp_path_factory.mktemp("office") / "var", SECOND_FACTOR="1")
    with serving(settings) as portal:
        made = manage(settings, "shell", "-c", ACCOUNTS)
        assert (made.returncode, made.stderr) == (0, "")
        yield portal


@pytest.fixture(scope="module")
def marie(browser: Browser, office: Portal) -> Iterator[Page]:
    """The consultant, who logged in for the first time."""
    with visitor(browser, office.address) as page:
        log_in(page, "marie")
        yield page


@pytest.fixture(scope="module")
def jan(browser: Browser, office: Portal) -> Iterator[Page]:
    """The editor, who logged in for the first time."""
    with visitor(browser, office.address) as page:
        log_in(page, "jan")
        yield page


def log_in(page: Page, name: str) -> None:
    """Log in for the first time, and set up the second step."""
    page.goto("/beheer/")
    page.get_by_label("Gebruikersnaam").fill(name)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Aanmelden").click()
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(f"{totp(b32decode(secret)):06}")
    page.get_by_role("button", name="Stel in").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    page.get_by_role("link", name="Ik heb ze bewaard").click()
    expect(page.locator(".cockpit")).to_be_visible()


def number_in(page: Page, part: str) -> int:
    """How many records the cockpit counts in one of its parts."""
    return int(page.locator(f"#{part}").inner_text().rpartition(":")[2].replace(".", ""))


def open_form(page: Page, title: str) -> None:
    """Look a project up and open its form."""
    page.goto(f"{PROJECTS}?q={title}")
    page.locator("#result_list").get_by_role("link", name=title).click()


def save(page: Page) -> None:
    """Save the form."""
    page.locator("[name=_save]").first.click()


def test_a_consultant_checks_three_records_in_the_cockpit(marie: Page):
    marie.goto("/beheer/")
    before = number_in(marie, "nakijken")
    for _ in range(3):
        marie.get_by_role("button", name="Nagekeken, klopt").first.click()
        expect(marie.locator(".messagelist .success")).to_contain_text("Vandaag nagekeken")
    assert number_in(marie, "nakijken") == before - 3


def test_a_consultant_writes_a_project_looks_at_its_preview_and_publishes_it(
    marie: Page, browser: Browser, office: Portal
):
    marie.goto("/beheer/")
    marie.locator("[aria-labelledby=leeg] a").first.click()
    marie.locator("#id_title").fill("Voorleeskoffers aan huis")
    marie.locator("#id_summary").fill("Koffers met boeken gaan van deur tot deur.")
    marie.locator("#id_source_name").fill("Eigen site")
    marie.locator("#images-group .add-row a").click()
    photograph = image_bytes(size=(60, 40))
    marie.locator("[name=images-0-image]").set_input_files(
        {"name": "koffer.png", "mimeType": "image/png", "buffer": photograph}
    )
    marie.locator("[name=images-0-alt]").fill("Een open koffer vol boeken.")
    save(marie)
    open_form(marie, "Voorleeskoffers aan huis")
    link = marie.locator("#preview-url").input_value()
    with visitor(browser, office.address) as colleague:
        colleague.goto(link)
        expect(colleague.locator("h1")).to_have_text("Voorleeskoffers aan huis")
        expect(colleague.locator(".preview")).to_contain_text("Voorbeeld, niet openbaar")
        colleague.goto("/projecten/voorleeskoffers-aan-huis/")
        expect(colleague.locator("h1")).not_to_have_text("Voorleeskoffers aan huis")
        marie.locator("#id_state").select_option("published")
        marie.locator("#id_step_note").fill("Nagelezen met de coördinator.")
        save(marie)
        colleague.goto("/projecten/voorleeskoffers-aan-huis/")
        expect(colleague.get_by_alt_text("Een open koffer vol boeken.")).to_be_visible()


def test_a_consultant_is_refused_the_project_of_another_region_by_every_road(marie: Page):
    open_form(marie, "Maakbib Biblio7")
    expect(marie.locator("[name=_save]")).to_have_count(0)
    form = marie.url
    token = marie.locator("[name=csrfmiddlewaretoken]").first.input_value()
    sent: dict[str, str | float | bool] = {"csrfmiddlewaretoken": token, "title": "Gekaapt"}
    posted = marie.request.post(form, form=sent, headers={"Referer": form})
    assert posted.status == 403
    marie.goto(f"{PROJECTS}?q=Maakbib+Biblio7")
    marie.locator("[name=_selected_action]").first.check()
    marie.locator("[name=action]").first.select_option("check_off")
    marie.get_by_role("button", name="Uitvoeren").first.click()
    expect(marie.locator("main, #container")).to_contain_text("Er is niets veranderd. Je begeleidt de regio niet van")


def test_a_consultant_puts_an_older_version_back(marie: Page):
    open_form(marie, "Zwembadbib")
    was = marie.locator("#id_summary").input_value()
    marie.locator("#id_summary").fill("Een samenvatting waar iemand spijt van krijgt.")
    save(marie)
    open_form(marie, "Zwembadbib")
    marie.get_by_role("link", name="Geschiedenis").click()
    marie.get_by_role("link", name="Zet terug zoals het in het begin was").click()
    expect(marie.locator(".changes").first).to_contain_text("samenvatting")
    marie.get_by_role("button", name="Zet terug").click()
    open_form(marie, "Zwembadbib")
    assert marie.locator("#id_summary").input_value() == was


def test_who_saves_second_sees_both_versions_and_chooses(marie: Page, jan: Page):
    for page in (marie, jan):
        open_form(page, "Zwembadbib")
    jan.locator("#id_people").fill("Twee mensen, zegt Jan.")
    save(jan)
    marie.locator("#id_people").fill("Drie mensen, zegt Marie.")
    save(marie)
    expect(marie.locator("#conflict")).to_have_text("Intussen bewaard door jan")
    marie.get_by_role("radio", name="Drie mensen, zegt Marie.").check()
    save(marie)
    open_form(jan, "Zwembadbib")
    assert jan.locator("#id_people").input_value() == "Drie mensen, zegt Marie."


def rows_of(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV that went out."""
    return [*csv.DictReader(StringIO(path.read_text("utf-8-sig")), delimiter=";")]


def send(page: Page, rows: list[dict[str, Any]]) -> None:
    """Bring lines in as a CSV, as far as the look at what they change."""
    text = StringIO()
    writer = csv.DictWriter(text, rows[0], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    page.goto(f"{PROJECTS}import/")
    page.locator("[type=file]").set_input_files(
        {"name": "projecten.csv", "mimeType": "text/csv", "buffer": text.getvalue().encode()}
    )
    page.get_by_role("button", name="Bekijk wat dit verandert").click()


def test_a_spreadsheet_with_two_faults_is_mended_brought_in_and_undone(marie: Page, tmp_path: Path):
    marie.goto(f"{PROJECTS}?region__id__exact={region_of(marie, 'Zwembadbib')}")
    with marie.expect_download() as download:
        marie.get_by_role("link", name="Uitvoeren als CSV").click()
    download.value.save_as(tmp_path / "projecten.csv")
    rows = [row | {"tijd": "Een jaar"} for row in rows_of(tmp_path / "projecten.csv")]
    first, second = rows[0], rows[1]
    send(marie, [first | {"van (jaar)": "tweeduizend"}, second | {"eerste thema (adres op de site)": "onbestaand"}])
    expect(marie.locator(".errornote")).to_contain_text("Er is niets ingevoerd: er zijn 2 fouten.")
    send(marie, [first, second])
    marie.get_by_role("button", name="Voer dit in").click()
    expect(marie.locator(".messagelist .success")).to_be_visible()
    marie.goto("/beheer/records/step/")
    marie.locator("#result_list tbody a").first.click()
    marie.get_by_role("button", name="Maak deze hele stap ongedaan").click()
    open_form(marie, first["titel"])
    assert marie.locator("#id_duration").input_value() == rows_of(tmp_path / "projecten.csv")[0]["tijd"]


def region_of(page: Page, title: str) -> str:
    """The number of the region that leads a project."""
    open_form(page, title)
    return page.locator("#id_region").input_value()

"""Everybody can use the portal: checked by axe, by keyboard and by eye in a real browser, on one page of each type."""

from collections.abc import Iterator
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from optil_portal.accessibility import Report, read, write
from tests.accessibility.axe import Fault, faults, faults_everywhere
from tests.accessibility.keyboard import faults_by_keyboard
from tests.accessibility.report import report
from tests.accessibility.spacing import clipped, excess, space_out
from tests.browsing import log_in, visitor
from tests.running import Portal
from tests.visiting import public_routes, type_of
from tests.wire import ASKED, Answer

WIDTHS = (320, 360, 1280)
ADMIN = [
    "/beheer/",
    "/beheer/nog-te-bevestigen/",
    "/beheer/projects/project/",
    "/beheer/projects/project/1/change/",
    "/beheer/igs/region/1/change/",
    "/beheer/tweede-stap/instellen/",
    "/beheer/wachtwoord-vergeten/",
]
SHIFTS = """() => new Promise(tell => {
    let moved = 0
    new PerformanceObserver(list => list.getEntries().forEach(entry => { moved += entry.value }))
        .observe({ type: "layout-shift", buffered: true })
    document.fonts.ready.then(() => setTimeout(() => tell(moved), 200))
})"""


@pytest.fixture(scope="session")
def examples(walked: dict[str, Answer]) -> list[str]:
    """The longest and the emptiest page of each type, and those that only a question leads to."""
    of_a_type: dict[str, list[str]] = {}
    for address in sorted(walked, key=lambda address: len(walked[address].text)):
        of_a_type.setdefault(type_of(address), []).append(address)
    extremes = [address for found in of_a_type.values() for address in (found[0], found[-1])]
    return sorted({*extremes, *ASKED})


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains of while the test runs, and every request to another host."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if "127.0.0.1" not in request.url else None)
    return heard


@pytest.fixture(scope="module")
def page(browser: Browser, portal: Portal) -> Iterator[Page]:
    """One page for all, for a new one each time costs more than what is done with it."""
    with visitor(browser, portal.address, examined=True) as page:
        yield page


@pytest.fixture(scope="module")
def consultant(browser: Browser, portal: Portal) -> Iterator[Page]:
    """The page of a consultant who has logged in."""
    with visitor(browser, portal.address, examined=True) as page:
        log_in(page, portal)
        yield page


# The pages for everybody.


@pytest.mark.browser
def test_axe_finds_nothing_wrong(page: Page, examples: list[str]):
    wrong: list[tuple[str, str, Fault]] = []
    for address in examples:
        page.goto(address)
        wrong += [(address, shown, fault) for shown, fault in faults_everywhere(page)]
    assert wrong == []


@pytest.mark.browser
def test_tab_leads_over_all_of_a_page_and_shows_where_one_is(page: Page, examples: list[str]):
    wrong = {}
    for address, width in zip(examples, cycle((360, 1280))):
        page.goto(address)
        page.set_viewport_size({"width": width, "height": 800})
        wrong[address, width] = faults_by_keyboard(page)
    assert {where: found for where, found in wrong.items() if found} == {}


@pytest.mark.browser
def test_no_page_is_wider_than_the_screen_or_cuts_text_off_even_when_that_is_spaced_out(
    page: Page, examples: list[str]
):
    wide, cut = {}, {}
    for address in examples:
        page.goto(address)
        for spaced in (False, True):
            if spaced:
                space_out(page)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                wide[address, width, spaced] = excess(page)
                cut[address, width, spaced] = clipped(page)
    assert {where: pixels for where, pixels in wide.items() if pixels} == {}
    assert {where: found for where, found in cut.items() if found} == {}


@pytest.mark.browser
def test_nothing_moves_while_a_page_arrives(browser: Browser, portal: Portal, examples: list[str]):
    moved = {}
    for address in examples:
        with visitor(browser, portal.address) as first_time:
            first_time.goto(address)
            moved[address] = first_time.evaluate(SHIFTS)
    assert {address: shift for address, shift in moved.items() if shift} == {}


@pytest.mark.browser
def test_no_page_makes_the_browser_complain(page: Page, complaints: list[str], examples: list[str]):
    for address in examples:
        page.goto(address)
    assert [one for one in complaints if "404 (Not Found)" not in one] == []


@pytest.mark.browser
def test_every_page_can_be_read_without_javascript(browser: Browser, portal: Portal, examples: list[str]):
    context = browser.new_context(base_url=portal.address, java_script_enabled=False)
    plain = context.new_page()
    for address in examples:
        plain.goto(address)
        assert plain.locator("h1").inner_text() != ""
    context.close()


# The admin.


@pytest.mark.browser
def test_everybody_can_log_in(page: Page):
    page.goto("/beheer/login/")
    assert faults_of_all_kinds(page) == []


@pytest.mark.browser
@pytest.mark.parametrize("address", ADMIN)
def test_every_consultant_can_work_in_the_admin(consultant: Page, address: str):
    consultant.goto(address)
    assert faults_of_all_kinds(consultant) == []


def faults_of_all_kinds(page: Page) -> list[Any]:
    """What axe finds, what is wider than the screen, and where the keyboard does not come, on a phone and on a desk."""
    wrong: list[Any] = [*faults_everywhere(page)]
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [(width, pixels) for pixels in [excess(page)] if pixels]
        wrong += [(width, fault) for fault in faults_by_keyboard(page)]
    return wrong


# The report of the last check of all pages.


def test_the_report_names_no_type_of_page_that_is_gone():
    assert set(read().violations) - {name for _, name in public_routes()} == set()


def test_the_report_tells_of_a_check_without_a_fault():
    told = read()
    assert set(told.violations.values()) == {0}
    assert told.pages >= len(told.violations)


def test_a_report_counts_the_faults_of_each_type_of_page():
    told = report(date(2026, 11, 24), "4.0", ["home", "about", "about"], ["about", "about"])
    assert told == Report("2026-11-24", "4.0", 3, {"about": 2, "home": 0})


def test_a_report_is_read_as_it_was_written(tmp_path: Path):
    told = report(date(2026, 11, 24), "4.0", ["home"], [])
    write(told, tmp_path / "report.json")
    assert read(tmp_path / "report.json") == told


# The checks themselves: each must fail where it should.

SOUND = """<!doctype html>
<html lang="nl"><head><title>Proef</title><style>:focus { outline: 3px solid blue }
:is(button, input) { width: 3rem; height: 3rem }</style></head><body><main>
<h1>Proef</h1><h2>Deel</h2>
<p id="uitleg">Een <a href="#uitleg">verwijzing</a> in de tekst.</p>
<label for="naam">Naam</label> <input id="naam">
<div style="display: flex"><button class="ja">Ja</button> <button>Nee</button></div>
</main></body></html>"""
PLANTED = [
    pytest.param('<label for="naam">Naam</label>', "", "label", id="field-without-a-label"),
    pytest.param('<p id="uitleg">', '<p id="uitleg" style="color: #999">', "color-contrast", id="pale-text"),
    pytest.param("<h2>Deel</h2>", "<h3>Deel</h3>", "heading-order", id="skipped-level"),
    pytest.param("<h2>Deel</h2>", '<h2 id="naam">Deel</h2>', "duplicate-id", id="id-that-is-there-twice"),
    pytest.param(
        'class="ja"',
        'style="width: 10px; height: 10px; padding: 0"',
        "target-size",
        id="small-target",
    ),
]


def show(page: Page, content: str) -> None:
    """Show a page of our making, which has styles of its own where the portal's policy allows none."""
    page.goto("about:blank")
    page.set_content(content)


@pytest.mark.browser
def test_a_sound_page_passes(page: Page):
    show(page, SOUND)
    assert (faults(page), excess(page), clipped(page), faults_by_keyboard(page)) == ([], 0, [], [])


@pytest.mark.browser
@pytest.mark.parametrize(("sound", "planted", "rule"), PLANTED)
def test_a_planted_fault_is_found(page: Page, sound: str, planted: str, rule: str):
    show(page, SOUND.replace(sound, planted))
    assert SOUND.replace(sound, planted) != SOUND
    assert {fault.rule for fault in faults(page)} == {rule}


OUT_OF_REACH = [
    pytest.param("<style>:focus { outline: none !important }</style>", "looks the same", id="focus-that-does-not-show"),
    pytest.param('<a href="#uitleg" tabindex="-1">Nooit</a>', "reached", id="never-reached"),
    pytest.param('<div style="position: fixed; inset: 0; background: #fff">Dicht</div>', "covered", id="covered"),
]


@pytest.mark.browser
@pytest.mark.parametrize(("planted", "complaint"), OUT_OF_REACH)
def test_what_the_keyboard_cannot_reach_or_show_is_found(page: Page, planted: str, complaint: str):
    show(page, SOUND.replace("</main>", f"{planted}</main>"))
    first, *_ = faults_by_keyboard(page)
    assert first.split(":")[0].split(" <")[0] == complaint


@pytest.mark.browser
def test_what_is_too_wide_or_cut_off_is_found(page: Page):
    page.set_viewport_size({"width": 320, "height": 800})
    wide, cut = "width: 400px", "width: 5rem; height: 1rem; overflow: hidden"
    show(page, f'{SOUND}<p style="{wide}">Breed</p><p style="{cut}">Te veel om te tonen</p>')
    assert excess(page) == 88
    assert clipped(page) == ["p.: Te veel om te tonen"]

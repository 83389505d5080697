"""The portal in a real browser, as somebody walks through it."""

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


def test_the_first_tab_offers_to_skip_to_the_content(page: Page):
    page.goto("/regios/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Naar de inhoud")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("pointed_at", [".map .r5 circle", ".region-rows .r5"], ids=["on the map", "in the list"])
def test_a_region_under_the_pointer_lights_up_on_the_map_and_in_the_list(page: Page, pointed_at: str):
    page.goto("/")
    page.mouse.move(0, 0)
    entry, tile = page.locator(".region-rows .r5"), page.locator(".map .r5 .s0")
    calm = (style(entry, "backgroundColor"), style(tile, "fill"))
    page.locator(pointed_at).hover()
    expect(entry).not_to_have_css("background-color", calm[0])
    expect(tile).not_to_have_css("fill", calm[1])


def style(element: Locator, name: str) -> str:
    """A style of an element as the browser computed it."""
    return element.evaluate(f"element => getComputedStyle(element).{name}")


def test_somebody_finds_their_region_by_a_village(page: Page):
    page.goto("/")
    page.get_by_label("In welke regio ligt jouw gemeente?").fill("vlezenbeek")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sint-Pieters-Leeuw")
    page.get_by_role("main").get_by_role("link", name="Zender", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("Zender")


def test_somebody_takes_projects_along_from_two_pages_of_a_narrowed_list(page: Page):
    page.goto("/projecten/")
    page.get_by_label("Neem ‘Bib Neteland leest voor!’ mee").check()
    expect(page.locator(".taking")).to_be_in_viewport()
    page.get_by_role("link", name="Volgende").click()
    expect(page.locator(".taking p")).to_have_text("1 in je lijst")
    page.locator(".tick input").first.check()
    page.get_by_label("Woorden").fill("bakfiets")
    page.get_by_role("button", name="Toon").click()
    expect(page.get_by_label("Neem ‘Bib Neteland leest voor!’ mee")).to_be_checked()
    page.locator(".tick input:enabled").first.check()
    page.get_by_role("button", name="Verder met je lijst").click()
    expect(page.locator(".taken li")).to_have_count(3)
    page.get_by_role("button", name="Haal ‘Bib Neteland leest voor!’ uit de lijst").click()
    expect(page.locator(".taken li")).to_have_count(2)


def test_somebody_narrows_the_projects_to_a_theme_in_a_region(page: Page):
    page.goto("/projecten/")
    page.locator("[name=thema][value=lezen]").check()
    page.locator("summary", has_text="Regio").click()
    page.locator("[name=regio][value=route-42]").check()
    page.get_by_role("button", name="Toon").click()
    expect(page.locator("#gevonden")).to_have_text("3 projecten over lezen in Route 42")
    expect(page.locator("[name=thema][value=lezen]")).to_be_checked()
    expect(page.locator(".chips strong")).to_have_text(["Lezen", "Route 42"])


def test_somebody_picks_a_suggestion_with_the_keyboard(page: Page):
    page.goto("/zoeken/")
    box = page.get_by_role("combobox", name="Regio, gemeente, dorp, postnummer of woorden uit een project")
    box.press_sequentially("vlezen")
    options = page.get_by_role("option")
    expect(options).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "woorden-voorstellen-0")
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("beek")
    expect(options).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Sint-Pieters-Leeuw")


def test_somebody_searches_without_choosing_a_suggestion(page: Page):
    page.goto("/")
    page.get_by_role("combobox", name="Zoek een gemeente of project").fill("maakbib")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Gevonden voor ‘maakbib’")

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


def test_somebody_narrows_the_projects_to_a_theme_in_a_region(page: Page):
    page.goto("/projecten/")
    page.get_by_label("Lezen").check()
    page.get_by_label("Regio").select_option("Route 42")
    page.get_by_role("button", name="Toon").click()
    expect(page.locator("#gevonden")).to_have_text("3 projecten")
    expect(page.get_by_label("Lezen")).to_be_checked()
    expect(page.get_by_label("Regio")).to_have_value("route-42")

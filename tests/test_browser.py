"""The portal in a real browser: on a phone and on a desk, by keyboard, without JavaScript, without a complaint."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.running import Portal

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/zoeken/?q=hamme",
    "/over/",
    "/contact/",
    "/regios/",
    "/regios/zender/",
    "/regios/de-merode/",
    "/gemeenten/",
    "/gemeenten/?q=moerbeke",
    "/gemeenten/beveren-kruibeke-zwijndrecht/",
    "/gemeenten/gent/",
    "/consulenten/",
    "/themas/",
    "/themas/expertise/",
    "/projecten/",
    "/projecten/?q=onvindbaar",
    "/projecten/intervisiedag-regiobib/",
    "/projecten/een-lidkaart-midwest/",
    "/bibliotheken/",
    "/bibliotheken/arhus/",
    "/nergens/",
]


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains of while the test runs, and every request to another host."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if "127.0.0.1" not in request.url else None)
    return heard


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_screen_or_makes_the_browser_complain(page: Page, complaints: list[str], width: int):
    page.set_viewport_size({"width": width, "height": 800})
    wide = {}
    for path in PAGES:
        page.goto(path)
        expect(page.locator("h1")).to_be_visible()
        needed = page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            wide[path] = needed
    assert wide == {}
    assert [one for one in complaints if "404 (Not Found)" not in one] == []


def test_every_page_can_be_read_without_javascript(browser: Browser, portal: Portal):
    context = browser.new_context(base_url=portal.address, java_script_enabled=False)
    plain = context.new_page()
    for path in PAGES:
        plain.goto(path)
        assert plain.locator("h1").inner_text() != ""
    context.close()


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

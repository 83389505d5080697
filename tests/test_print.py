"""The portal on paper: what only a screen needs is gone, a project is one sheet, a region a dossier of a few."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

ON_SCREEN_ONLY = ".site-header nav, .site-search, .site-footer nav, .lookup, .filter, .sorts, .letters, .skip, .pages a"
# The project with the least to tell, the one with the most words, and those with the most in their list of facts.
PROJECTS = [
    "gedeelde-collectie-gedeeld-lidmaatschap",
    "winterse-vertellingen",
    "transitieplan-derde-plek",
    "drempelvrije-regiobib-meetjesland",
    "regioabonnement-zuid-west-vlaanderen",
    "jeugdboekenmaand-noordrand",
]


def sheets(page: Page, path: str) -> int:
    """How many sheets of A4 a page of the portal takes."""
    page.goto(path)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def on_paper(page: Page, path: str) -> None:
    """Show a page of the portal as it is printed."""
    page.emulate_media(media="print")
    page.goto(path)


@pytest.mark.parametrize("slug", PROJECTS)
def test_a_project_is_one_sheet(page: Page, slug: str):
    assert sheets(page, f"/projecten/{slug}/") == 1


@pytest.mark.parametrize("slug", ["co7", "midwest", "zender", "zuidwest", "de-merode"])
def test_a_region_is_a_dossier_of_a_few_sheets(page: Page, slug: str):
    assert 2 <= sheets(page, f"/regios/{slug}/") <= 5


def test_a_list_to_take_along_is_printed_with_the_address_of_each_project_and_without_its_buttons(page: Page):
    on_paper(page, "/lijst/?p=1-2-3")
    addresses = page.locator(".taken .paper").evaluate_all("all => all.map(one => one.innerText)")
    assert [one.partition("/projecten/")[1:] != ("", "") for one in addresses] == [True] * 3
    assert page.locator("button").evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 0
    assert sheets(page, "/lijst/?p=1-2-3-4-5") == 1


def test_the_regions_are_one_sheet_with_the_map_and_the_list(page: Page):
    assert sheets(page, "/regios/") == 1


@pytest.mark.parametrize(
    "path", ["/", "/zoeken/?q=hamme", "/regios/", "/gemeenten/", "/projecten/?pagina=2", "/bibliotheken/", "/nergens/"]
)
def test_what_only_a_screen_needs_is_not_printed(page: Page, path: str):
    on_paper(page, path)
    expect(page.locator("h1")).to_be_visible()
    assert page.locator(ON_SCREEN_ONLY).evaluate_all("all => all.filter(one => one.checkVisibility()).length") == 0
    assert page.locator(ON_SCREEN_ONLY).count() > 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_is_white_and_words_are_black(page: Page, scheme):
    page.emulate_media(media="print", color_scheme=scheme)
    page.goto("/regios/zender/")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")


def test_how_to_name_the_source_is_printed_without_being_opened(page: Page):
    page.goto("/regios/zender/")
    told = page.locator(".citation p")
    expect(told).to_be_hidden()
    page.emulate_media(media="print")
    assert told.evaluate("one => one.checkVisibility() && one.getBoundingClientRect().height > 10")


def test_the_address_of_each_source_is_printed_after_it(page: Page):
    on_paper(page, "/regios/zender/")
    printed, addresses = page.locator(".provenance li a").evaluate_all(PRINTED_AND_LINKED)
    assert [content.strip('" ') for content in printed] == addresses
    assert len(addresses) == 3


# What is printed after each link, and where it leads.
PRINTED_AND_LINKED = """links => [
    links.map(link => getComputedStyle(link, "::after").content),
    links.map(link => link.getAttribute("href")),
]"""


def test_a_table_repeats_its_head_and_breaks_between_its_rows(page: Page):
    on_paper(page, "/regios/zender/")
    expect(page.locator(".members thead")).to_have_css("display", "table-header-group")
    expect(page.locator(".members tbody tr").first).to_have_css("break-inside", "avoid")


def test_regions_that_touch_differ_on_paper_without_colour(page: Page):
    on_paper(page, "/regios/")
    greys = page.evaluate(LIGHTNESS)
    steps = [after - before for before, after in pairwise(greys)]
    assert len(greys) == 7
    assert min(steps) >= 0.05


# How light the map is in each colour, from 0 to 1, the darkest first.
LIGHTNESS = """() => {
    const colours = ["brick", "lagoon", "violet", "cobalt", "ochre", "moss", "rose"]
    const fill = colour => getComputedStyle(document.querySelector(`.map .${colour} .s0`)).fill
    return colours.map(colour => parseFloat(fill(colour).match(/oklch\\(([0-9.]+)/)[1])).sort()
}"""

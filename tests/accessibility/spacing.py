"""Room for the reader: whether a page holds when it is narrow, or when its text is spaced out (WCAG 1.4.10, 1.4.12)."""

from playwright.sync_api import Page

SPACED_OUT = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
# As a browser's own extension does it, which the portal's policy does not keep out.
ADOPT = """text => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(text)
    document.adoptedStyleSheets.push(sheet)
}"""
# What hides more than it shows, apart from what only a screen reader reads and what people scroll by themselves.
CLIPPED = """() => [...document.querySelectorAll("body *:not(input, svg, svg *)")].filter(element => {
    const style = getComputedStyle(element)
    const hides = [style.overflowX, style.overflowY].some(value => value === "hidden" || value === "clip")
    const more = element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1
    return hides && more && element.clientWidth > 1 && element.innerText?.trim()
}).map(element => `${element.localName}.${element.className}: ${element.innerText.slice(0, 40)}`)"""


def excess(page: Page) -> int:
    """By how many pixels a page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def space_out(page: Page) -> None:
    """Set the text of a page as widely as a reader may ask."""
    page.evaluate(ADOPT, SPACED_OUT)


def clipped(page: Page) -> list[str]:
    """The elements of which a part of the text cannot be seen."""
    return page.evaluate(CLIPPED)

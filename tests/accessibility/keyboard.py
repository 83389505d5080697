"""The keyboard alone: whether Tab leads over all of a page, and shows where one is."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("focus.js").read_text()
ENOUGH = 3  # once the order is lost, all that follows is out of step


def faults_by_keyboard(page: Page) -> list[str]:
    """What goes wrong while Tab leads over a page: not reached in its order, covered, or not to be seen."""
    page.evaluate(SCRIPT)
    wrong: list[str] = []
    for place in range(page.evaluate("focusing.prepare()")):
        page.keyboard.press("Tab")
        wrong += page.evaluate("place => focusing.step(place)", place)
        if len(wrong) >= ENOUGH:
            return wrong
    page.evaluate("document.activeElement.blur()")
    return wrong + page.evaluate("focusing.left()")

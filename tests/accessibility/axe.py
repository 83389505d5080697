"""What axe-core, and our own count of the ids, find wrong on a page that a browser shows."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from playwright.sync_api import Page

# Everything of WCAG 2.0, 2.1 and 2.2 up to AA; axe leaves the rule for small targets off unless it is named.
OPTIONS: dict[str, Any] = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
Shown = tuple[int, Literal["light", "dark"]]
EVERYWHERE: tuple[Shown, ...] = ((360, "light"), (360, "dark"), (1280, "light"), (1280, "dark"))
# axe has no rule any more for an id that is there twice.
REPEATED_IDS = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(element => element.id)
    return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))]
}"""
STILL = "() => document.getAnimations().forEach(animation => animation.finish())"


class Fault(NamedTuple):
    """A rule that a page breaks, and where."""

    rule: str
    selector: str


def version(page: Page) -> str:
    """Which axe checks."""
    prepare(page)
    return page.evaluate("axe.version")


def faults(page: Page) -> list[Fault]:
    """What is wrong on a page as it is shown now."""
    prepare(page)
    page.evaluate(STILL)
    found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
    broken = [Fault(rule["id"], selector(node["target"])) for rule in found for node in rule["nodes"]]
    return broken + [Fault("duplicate-id", f"#{name}") for name in page.evaluate(REPEATED_IDS)]


def faults_everywhere(page: Page) -> Iterator[tuple[str, Fault]]:
    """What is wrong on a page on a phone and on a desk, in the light and in the dark, each with where it was seen."""
    for width, scheme in EVERYWHERE:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        yield from ((f"{width} {scheme}", fault) for fault in faults(page))


def prepare(page: Page) -> None:
    """Bring axe into a page, once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)


def selector(target: list[Any]) -> str:
    """The place of an element, as axe tells it in parts for each frame or shadow around it."""
    return " ".join(str(part) for part in target)

"""The system's Chromium, for the tests and for the check of accessibility."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.running import Portal

NAMES = ("chromium", "chromium-browser", "google-chrome")
REFUSED = re.compile(r"Content.Security.Policy|Permissions.policy|Cross.Origin|Refused to|blocked", re.IGNORECASE)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed() -> str | None:
    """Where Chromium is, None when this machine has none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium(home: Path) -> Iterator[Browser]:
    """The browser until the end of the block, which keeps its own files in `home`."""
    own: dict[str, str | float | bool] = {**os.environ, "HOME": str(home)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS, env=own)
        yield browser
        browser.close()


@contextmanager
def visitor(browser: Browser, address: str, examined: bool = False) -> Iterator[Page]:
    """An empty page of a visitor from Flanders, where addresses start at the portal, until the end of the block.

    Raises AssertionError when the browser refused a page something because of our own headers; not of one that is
    `examined` by axe, which tries to put style sheets of its own in it.
    """
    context = browser.new_context(base_url=address, locale="nl-BE")
    told: list[str] = []
    context.on("console", lambda message: told.append(f"{message.page and message.page.url}: {message.text}"))
    yield context.new_page()
    context.close()
    refused = [one for one in told if REFUSED.search(one)]
    assert examined or refused == [], "\n".join(refused)


def log_in(page: Page, portal: Portal) -> None:
    """Have the demo consultant of a portal come in."""
    page.goto("/beheer/")
    page.fill("#id_username", portal.username)
    page.fill("#id_password", portal.password)
    page.click("[type=submit]")

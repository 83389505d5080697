"""What every test has: the real data, one day, and for those in the browser a portal that runs."""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Page as BrowserPage
from pytest_django.plugin import DjangoDbBlocker

from tests.cast import grow, hide, make_scene, show
from tests.running import Portal, environment, serving
from tests.visiting import Page, crawl

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_configure(config: pytest.Config) -> None:
    """Give the tests their own day and folders, and what is slow for safety a fast stand-in."""
    folder = TemporaryDirectory(prefix="portal-")
    config.add_cleanup(folder.cleanup)
    settings.TODAY = date(2026, 11, 24)
    settings.MEDIA_ROOT = Path(folder.name) / "media"
    settings.CARDS_DIR = Path(folder.name) / "cards"
    settings.STATIC_ROOT = Path(folder.name) / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the fixtures once, into the database that pytest-django has just migrated."""
    with django_db_blocker.unblock():
        call_command("seed")


@pytest.fixture(autouse=True)
def data(db: None) -> None:
    """Every test sees the fixtures; what it changes in them is rolled back."""


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Page]:
    """Every page to which links lead, by address, as it was while the whole cast was there beside the fixtures."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = make_scene()
        grow(cast)
        hide(cast)
        show(cast)
        pages = crawl(Client())
        transaction.set_rollback(True)
    return pages


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that runs as `make run` starts it, on SQLite."""
    with serving(environment(tmp_path_factory.mktemp("portal") / "var")) as portal:
        yield portal


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium, which keeps its own files in a temporary folder."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("Chromium ontbreekt.")
    # Playwright keeps an event loop running in this thread, where Django would then refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    own: dict[str, str | float | bool] = {**os.environ, "HOME": str(tmp_path_factory.mktemp("home"))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS, env=own)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, portal: Portal) -> Iterator[BrowserPage]:
    """An empty page of a visitor from Flanders, where addresses start at the portal."""
    context = browser.new_context(base_url=portal.address, locale="nl-BE")
    yield context.new_page()
    context.close()

"""What every test has: the real data, one day, and for those in the browser a portal that runs."""

import gc
import os
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage
from pytest_django.plugin import DjangoDbBlocker

from tests.browsing import chromium, installed, log_in, visitor
from tests.cast import grow, hide, make_scene, show, taken_back
from tests.running import NO_LIMIT, Portal, environment, serving
from tests.visiting import Page, crawl
from tests.wire import Answer, Ask, asking, walk_over

SERVED = {"portal", "office", "production", "machines"}  # what serves itself, on SQLite or as it says
COSTLY = ("walked", "site")  # what takes so long to make that one process makes it, for all tests that ask for it


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `tests/soak` ask for more."""
    parser.addoption("--times", type=int, help="how often the tests try that try many times")


def pytest_configure(config: pytest.Config) -> None:
    """Give the tests their own day and folders, and what is slow for safety a fast stand-in."""
    folder = TemporaryDirectory(prefix="portal-")
    config.add_cleanup(folder.cleanup)
    settings.TODAY = date(2026, 11, 24)
    settings.MEDIA_ROOT = Path(folder.name) / "media"
    settings.CARDS_DIR = Path(folder.name) / "cards"
    settings.IMPORTS_DIR = Path(folder.name) / "imports"
    settings.STATIC_ROOT = Path(folder.name) / "static"
    settings.STATIC_ROOT.mkdir()
    settings.SEARCHES_A_MINUTE = NO_LIMIT
    settings.CACHES = settings.CACHES | {"pages": settings.CACHES["pages"] | {"LOCATION": Path(folder.name) / "pages"}}
    settings.PAGE_CACHE = False  # test_pagecache.py asks for it
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.hookimpl(tryfirst=True)  # before what runs the tests reads the marks
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark what asks a portal that serves itself, and say which tests stay with one process."""
    for item in items:
        if SERVED.intersection(item.fixturenames):
            item.add_marker("served")
        shared = next((name for name in COSTLY if name in item.fixturenames), item.path.name)
        item.add_marker(pytest.mark.xdist_group(shared))


def pytest_collection_finish() -> None:
    """Have the collector of garbage look less often, and never at what stays: a sixth of the time went there."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Load the fixtures once, into the database that pytest-django has just migrated."""
    with django_db_blocker.unblock():
        call_command("seed")


@pytest.fixture(autouse=True)
def data(db: None) -> None:
    """Every test sees the fixtures; what it changes in them is rolled back."""


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a portal that was never started, on the database under test."""
    settings = environment(tmp_path / "var")
    if connection.vendor == "sqlite":
        yield settings
        return
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    name = f"empty_{uuid.uuid4().hex}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name}")
        yield settings | {"DATABASE_URL": f"{server}/{name}"}
        maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def times(request: pytest.FixtureRequest) -> int | None:
    """How often to try what is tried many times; None for as often as fits among the other tests."""
    return request.config.getoption("--times")


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a fixture of a module makes after asking for this is there for all its tests, as it was made."""
    with taken_back(django_db_blocker):
        yield


@pytest.fixture(scope="session")
def site(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, Page]:
    """Every page to which links lead, by address, as it was while the whole cast was there beside the fixtures."""
    with taken_back(django_db_blocker):
        cast = make_scene()
        grow(cast)
        hide(cast)
        show(cast)
        project = cast.project.get_absolute_url()
        for kept in ("/", "/regios/co7/", "/regios/", "/projecten/?q=bib", "/bibliotheken/", project):
            Client().get(kept)  # what these make of the content is remembered from now on
        return crawl(Client())


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A portal that runs as `make run` starts it, on SQLite."""
    with serving(environment(tmp_path_factory.mktemp("portal") / "var")) as portal:
        yield portal


@pytest.fixture(scope="session")
def ask(portal: Portal) -> Iterator[Ask]:
    """What asks that portal for an address, as a browser does."""
    with asking(portal) as ask:
        yield ask


@pytest.fixture(scope="session")
def walked(ask: Ask) -> dict[str, Answer]:
    """Every public page of that portal as it came over the line, by address."""
    return walk_over(ask)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The system's Chromium, which keeps its own files in a temporary folder."""
    if not installed():
        pytest.skip("Chromium ontbreekt.")
    # Playwright keeps an event loop running in this thread, where Django would then refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium(tmp_path_factory.mktemp("home")) as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, portal: Portal) -> Iterator[BrowserPage]:
    """An empty page of a visitor from Flanders, where addresses start at the portal."""
    with visitor(browser, portal.address) as page:
        yield page


@pytest.fixture(scope="module")
def consultant(browser: Browser, portal: Portal) -> Iterator[BrowserPage]:
    """The page of a consultant who has logged in."""
    with visitor(browser, portal.address) as page:
        log_in(page, portal)
        yield page

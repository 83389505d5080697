"""What search engines are told: every public page, and nothing else."""

from urllib.parse import urlsplit
from xml.etree import ElementTree

from django.test import Client

from projects.models import Project
from tests.factories import make_project
from tests.visiting import Page, public_routes

NAMESPACE = {"": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def told(client: Client) -> dict[str, str | None]:
    """The addresses of the sitemap, each with the day of its last change, or None."""
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    found = root.findall("url", NAMESPACE)
    return {one.findtext("loc", "", NAMESPACE): one.findtext("lastmod", None, NAMESPACE) for one in found}


# The pages that nobody has to find: what was asked for stands on them, or they are for a frame.
NOT_TOLD = {"/zoeken/", "/lijst/", "/inbedden/projecten/", "/melden/"}


def projects(client: Client) -> set[str]:
    """The addresses of the sitemap that are about a project."""
    return {address for address in told(client) if "/projecten/" in address}


def test_the_sitemap_holds_every_page_that_links_lead_to_and_no_other(client: Client, site: dict[str, Page]):
    visited = {address for address in site if "?" not in address}
    shown = {urlsplit(address).path for address in told(client)}
    assert shown - visited == set()
    # All of the fixtures, and every page that is about no single record but those of NOT_TOLD.
    about_none = {path for path, _ in public_routes() if "<" not in path} - NOT_TOLD
    assert len(shown) == 19 + 285 + 5 + 56 + 104 + len(about_none)


def test_a_page_of_a_record_tells_when_it_changed(client: Client):
    project = Project.objects.listed()[0]
    assert told(client)[f"http://testserver{project.get_absolute_url()}"] == f"{project.changed:%Y-%m-%d}"


def test_a_draft_is_on_no_sitemap(client: Client):
    before = projects(client)
    make_project(state="draft")
    assert projects(client) == before
    make_project(slug="voor-iedereen")
    assert projects(client) - before == {"http://testserver/projecten/voor-iedereen/"}


def test_robots_are_kept_out_of_the_admin_and_led_to_the_sitemap(client: Client):
    response = client.get("/robots.txt")
    assert response.content.decode() == (
        "User-agent: *\nDisallow: /beheer/\nDisallow: /gezond/\n\nSitemap: http://testserver/sitemap.xml\n"
    )
    assert response.headers["Content-Type"] == "text/plain"

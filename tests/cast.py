"""The cast of the tests: records that show all that a page can show, and records that no page may ever show."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify
from pytest_django.plugin import DjangoDbBlocker

from igs.models import Municipality, Region
from libraries.models import Library
from optil_portal.records.consent import Consent
from optil_portal.records.history import paused
from optil_portal.records.models import State
from projects.models import Project, Theme
from tests.factories import (
    image_bytes,
    make_audience,
    make_consultant,
    make_former_municipality,
    make_library,
    make_membership,
    make_municipality,
    make_network,
    make_outline,
    make_partner,
    make_place,
    make_population,
    make_project,
    make_project_image,
    make_project_link,
    make_region,
    make_region_name,
    make_subsidy_round,
    make_testimony,
    make_theme,
    upload,
)


@contextmanager
def taken_back(blocker: DjangoDbBlocker) -> Iterator[None]:
    """What is written in the block, for more tests than one, is gone after it."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Scene:
    """One record of each kind that has a page."""

    region: Region
    municipality: Municipality
    library: Library
    theme: Theme
    project: Project


@paused()
def make_scene() -> Scene:
    """A region with one member, which has one library; both take part in one project."""
    region, theme, municipality = make_region(), make_theme(), make_municipality()
    make_membership(region=region, municipality=municipality)
    make_outline(municipality=municipality)
    library = make_library(municipality=municipality, network=make_network(region=region))
    project = make_project(region=region, theme=theme, municipalities=[municipality], libraries=[library])
    return Scene(region, municipality, library, theme, project)


@paused()
def grow(scene: Scene) -> None:
    """One more of everything that any page of the scene shows."""
    member, joining = make_municipality(), make_region()
    make_membership(region=scene.region, municipality=member)
    make_membership(region=scene.region, municipality=None, former_municipality=make_former_municipality())
    make_population(municipality=member, counted_on=date(2026, 1, 1))
    make_outline(municipality=member)
    make_place(municipality=scene.municipality)
    make_former_municipality(successor=scene.municipality)
    year = 1900 + scene.municipality.memberships.count()
    make_membership(municipality=scene.municipality, since=date(year, 1, 1), until=date(year + 1, 1, 1))
    make_region_name(region=scene.region)
    make_consultant(regions=[scene.region, joining], portrait=small_upload(), consent=Consent.UNKNOWN)
    library = make_library(municipality=scene.municipality, network=make_network(region=scene.region))
    theme = make_theme()
    project = make_project(
        region=scene.region,
        theme=scene.theme,
        other_regions=[joining],
        further_themes=[theme],
        municipalities=[scene.municipality, member],
        libraries=[scene.library, library],
        partners=[make_partner()],
        audiences=[make_audience()],
    )
    for one in (scene.project, project):
        make_project_image(project=one, image=small_upload())
        make_project_link(project=one)
        make_testimony(region=scene.region, project=one)
    scene.project.other_regions.add(joining)
    scene.project.further_themes.add(theme)
    scene.project.municipalities.add(member)
    scene.project.libraries.add(library)
    scene.project.partners.add(make_partner())
    scene.project.audiences.add(make_audience())
    make_subsidy_round()


def small_upload() -> SimpleUploadedFile:
    """A photograph that costs little to keep."""
    return upload(content=image_bytes(size=(60, 40)))


# What must never show, each by two words that stand nowhere else: whoever looks for the first must not see the second.
HIDDEN_PROJECTS = {
    State.DRAFT: ("Kwibusroffel", "Zandloperwals"),
    State.REVIEW: ("Wimpelklok", "Sterrenhark"),
    State.ARCHIVED: ("Mottenballade", "Pekelvlinder"),
}
HIDDEN_LIBRARIES = {
    State.DRAFT: ("Trommelzolder", "Inktvisboek"),
    State.REVIEW: ("Nachtkastbib", "Pluimsleutel"),
    State.ARCHIVED: ("Stofjasbib", "Krekelkast"),
}
HIDDEN_CONSULTANTS = {
    State.DRAFT: ("Ursulina", "Wankelbrug"),
    State.REVIEW: ("Balthasarina", "Wolkentrap"),
    State.ARCHIVED: ("Theofiel", "Nevelspoor"),
}
WITHDRAWN = ("Leopoldine", "Fluisterdrop")
EXPIRED = ("Philippina", "Schemerkoord")
NOT_TOLD = {WITHDRAWN: {"withdrawn_on": date(2026, 11, 24)}, EXPIRED: {"expires_on": date(2026, 11, 24)}}
HIDDEN = [*HIDDEN_PROJECTS.values(), *HIDDEN_LIBRARIES.values(), *HIDDEN_CONSULTANTS.values(), *NOT_TOLD]
# Their like that everybody may see.
SHOWN_PROJECT = ("Zonnewijzerfeest", "Boterbloemtrein")
SHOWN_LIBRARY = ("Lantaarnbib", "Hazelaarzaal")
SHOWN_CONSULTANT = ("Hortensia", "Korenveld")
TOLD = ("Eulalia", "Klaproosverhaal")
TOLD_OF_HIDDEN = ("Bartolomea", "Regenboogtent")
SHOWN = [SHOWN_PROJECT, SHOWN_LIBRARY, SHOWN_CONSULTANT, TOLD, TOLD_OF_HIDDEN]


@paused()
def hide(scene: Scene) -> list[Model]:
    """A draft, an archived or a withdrawn one of all that can be, tied to whatever the scene shows; gives them all."""
    projects = [hidden_project(scene, state, words) for state, words in HIDDEN_PROJECTS.items()]
    libraries = [
        make_library(state=state, municipality=scene.municipality, network=scene.library.network, **named(words))
        for state, words in HIDDEN_LIBRARIES.items()
    ]
    scene.project.libraries.add(*libraries)
    consultants = [
        make_consultant(state=state, regions=[scene.region], **named(words))
        for state, words in HIDDEN_CONSULTANTS.items()
    ]
    testimonies = [
        make_testimony(
            region=scene.region,
            project=scene.project,
            person=person,
            slug=slugify(person),
            text=f"Vertelt over {subject}.",
            **ended,
        )
        for (person, subject), ended in NOT_TOLD.items()
    ]
    return [*projects, *libraries, *consultants, *testimonies]


def hidden_project(scene: Scene, state: str, words: tuple[str, str]) -> Project:
    """A project that nobody may see, of all that the scene shows, with a partner and a photograph of its own."""
    project = make_project(
        state=state,
        title=" ".join(words),
        slug=slugify(" ".join(words)),
        summary=f"{words[1]} in het kort.",
        body=f"{words[1]} in het lang.",
        region=scene.region,
        theme=scene.theme,
        other_regions=[Region.objects.slugged("co7")],
        further_themes=[Theme.objects.slugged("lezen")],
        municipalities=[scene.municipality],
        libraries=[scene.library],
        partners=[make_partner(**named((words[1], "en co")))],
        audiences=[make_audience(**named((words[1], "liefhebbers")))],
    )
    make_project_image(project=project, image=small_upload(), alt=words[1])
    make_project_link(project=project, label=words[1])
    return project


@paused()
def show(scene: Scene) -> None:
    """The like of what `hide` makes for everybody to see, and what somebody tells of a project that is hidden."""
    project = make_project(
        region=scene.region,
        theme=scene.theme,
        title=" ".join(SHOWN_PROJECT),
        slug=slugify(" ".join(SHOWN_PROJECT)),
    )
    make_library(municipality=scene.municipality, **named(SHOWN_LIBRARY))
    make_consultant(regions=[scene.region], **named(SHOWN_CONSULTANT))
    for (person, subject), about in ((TOLD, project), (TOLD_OF_HIDDEN, Project.objects.get(state=State.DRAFT))):
        make_testimony(
            region=scene.region,
            project=about,
            person=person,
            slug=slugify(person),
            text=f"Vertelt over {subject}.",
            expires_on=date(2026, 11, 25),
        )


def named(words: tuple[str, str]) -> dict[str, str]:
    """The name of a record and its address."""
    return {"name": " ".join(words), "slug": slugify(" ".join(words))}

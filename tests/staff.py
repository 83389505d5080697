"""The people who keep the records, and a region with all that belongs to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client

from igs.models import KeyFigure, Municipality, Region
from optil_portal.records.history import paused
from optil_portal.records.lexicon import Synonyms
from tests.factories import (
    make_audience,
    make_consultant,
    make_decree_rule,
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
    make_region,
    make_region_name,
    make_subsidy_round,
    make_testimony,
    make_theme,
    number,
)

PASSWORD = "vier woorden op rij"  # noqa: S105


def make_account(group: str = "", **values: Any) -> User:
    """The account of somebody who may come in, in a group."""
    name = f"account-{next(number)}"
    defaults: dict[str, Any] = {
        "username": name,
        "email": f"{name}@example.org",
        "password": PASSWORD,
        "is_staff": True,
    }
    account = User.objects.create_user(**defaults | values)
    if group:
        account.groups.add(Group.objects.get(name=group))
    return account


def logged_in(account: User) -> Any:
    """A browser in which somebody has logged in."""
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


@dataclass(frozen=True)
class Place:
    """A region with one of everything that belongs to it, by the label of its model."""

    region: Region
    municipality: Municipality
    records: dict[str, Any]


@paused()
def make_place_of_work() -> Place:
    """A region with a member, and all else of which the region decides who edits it."""
    region, municipality = make_region(), make_municipality()
    membership = make_membership(region=region, municipality=municipality)
    project = make_project(region=region, partners=[partner := make_partner()])
    return Place(
        region,
        municipality,
        {
            "igs.formermunicipality": make_former_municipality(successor=municipality),
            "igs.membership": membership,
            "igs.municipality": municipality,
            "igs.place": make_place(municipality=municipality),
            "igs.population": make_population(municipality=municipality),
            "igs.region": region,
            "igs.regionname": make_region_name(region=region),
            "libraries.library": make_library(municipality=municipality),
            "libraries.librarynetwork": make_network(region=region),
            "projects.partner": partner,
            "projects.project": project,
            "projects.testimony": make_testimony(region=region),
        },
    )


@paused()
def make_what_is_of_no_region() -> dict[str, Any]:
    """One of every other model in the admin, by its label."""
    return {
        "auth.group": Group.objects.create(name=f"groep-{next(number)}"),
        "auth.user": make_account(),
        "igs.consultant": make_consultant(),
        "igs.decreerule": make_decree_rule(),
        "igs.keyfigure": KeyFigure.objects.get(subject="regions"),
        "igs.outline": make_outline(),
        "igs.subsidyround": make_subsidy_round(),
        "projects.audience": make_audience(),
        "projects.theme": make_theme(),
        "records.synonyms": Synonyms.objects.create(words=f"woord{next(number)}\nander{next(number)}"),
    }


def make_consultant_of(*regions: Region) -> User:
    """The account of a consultant who serves some regions."""
    account = make_account("Consulent")
    make_consultant(user=account, regions=[*regions])
    return account


@contextmanager
def attributes(thing: Any, **values: Any) -> Iterator[None]:
    """Something with other attributes until the end of the block."""
    before = {name: getattr(thing, name) for name in values}
    for name, value in values.items():
        setattr(thing, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(thing, name, value)

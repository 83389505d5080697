"""The migrations, there and back: `from tests.migrating import main; main()` in the shell of a portal without any."""

import json
import sys
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

# What the portal first went to work with.
FOUNDATION = [
    ("igs", "0001_initial"),
    ("libraries", "0001_initial"),
    ("projects", "0001_initial"),
]
OURS = ("igs", "libraries", "projects", "proposals", "records", "staff")
SOURCE = {"source_name": "Brochure", "confidence": "high"}
Rows = dict[str, list[dict[str, Any]]]


def fill(then: Any) -> None:
    """Make a row of nearly all that there was at first, by the models of then."""

    def make(label: str, /, **values: Any) -> Any:
        model = then.get_model(label)
        known = {field.name for field in model._meta.fields}
        return model.objects.create(**{name: value for name, value in SOURCE.items() if name in known} | values)

    region = make("igs.Region", name="Oude regio", slug="oude-regio", colour="moss", about="Eerste *zin*.")
    other = make("igs.Region", name="Andere regio", slug="andere-regio", colour="moss")
    make("igs.RegionName", region=region, name="Vroeger", slug="vroeger", kind="former")
    place = {"province": "oost-vlaanderen", "latitude": 51.05, "longitude": 3.7, "area_km2": Decimal("12.3")}
    town = make("igs.Municipality", nis_code="99001", name="Stad", slug="stad", **place)
    gone = make(
        "igs.FormerMunicipality",
        nis_code="99002",
        name="Dorp",
        slug="dorp",
        merged_on=date(2025, 1, 1),
        successor=town,
    )
    make("igs.Membership", region=region, municipality=town, since=date(2020, 1, 1), since_precision="day")
    make("igs.Membership", region=other, former_municipality=gone, since=date(2019, 1, 1), since_precision="day")
    make("igs.Population", municipality=town, counted_on=date(2026, 1, 1), inhabitants=12345)
    make("igs.Place", municipality=town, name="Gehucht", postal_codes="9999")
    make("igs.SubsidyRound", decree="Decreet", first_year=2020)
    portrait = {"portrait": "consulenten/an.webp", "portrait_width": 60, "portrait_height": 40}
    make("igs.Consultant", name="An", slug="an", state="published", **portrait).regions.add(region)
    make("igs.Consultant", name="Bo", slug="bo", state="draft")
    network = make("libraries.LibraryNetwork", name="Netwerk", slug="netwerk", region=region)
    library = make("libraries.Library", name="Bib", slug="bib", municipality=town, network=network, state="published")
    theme = make(
        "projects.Theme", number=1, name="Lezen", slug="lezen", short_name="Lezen", colour="moss", introduction="Zo."
    )
    project = make(
        "projects.Project",
        title="Feest",
        slug="feest",
        summary="Kort.",
        body="Lang.",
        region=region,
        theme=theme,
        state="published",
    )
    project.other_regions.add(other)
    project.municipalities.add(town)
    project.libraries.add(library)
    project.further_themes.add(theme)
    project.partners.add(make("projects.Partner", name="Partner", slug="partner"))
    project.audiences.add(make("projects.Audience", name="Iedereen", slug="iedereen"))
    make("projects.ProjectLink", project=project, label="Film", url="https://example.org/film")
    make("projects.ProjectImage", project=project, image="beelden/feest.webp", width=60, height=40, alt="Een feest")
    told = {"text": "Vertelt.", "consent": "given", "consent_on": date(2026, 1, 1)}
    make("projects.Testimony", person="Cas", slug="cas", region=region, project=project, **told)


def rows_of(there: Any) -> Rows:
    """All rows in the tables of some models."""
    every = (model for app in ("igs", "libraries", "projects") for model in there.get_app_config(app).get_models(True))
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in every}


def kept(before: Rows, after: Rows) -> list[str]:
    """What of all the rows before is another now; new fields and tables are not looked at."""
    found = []
    for label, rows in before.items():
        for row, now in zip(rows, after[label], strict=True):
            found += [
                f"{label} {row['id']}.{name}: {value!r} {now[name]!r}"
                for name, value in row.items()
                if name in now and now[name] != value
            ]
    return found


def at_foundation() -> Any:
    """The models as they were at first."""
    return MigrationLoader(connection).project_state(FOUNDATION).apps


def to(targets: Sequence[tuple[str, str | None]]) -> None:
    """Migrate to some migrations, from either side, in one go."""
    MigrationExecutor(connection).migrate(targets)


def main() -> None:
    """Migrate from there to here, back, and from nothing; write as JSON what each way did to the rows."""
    to(FOUNDATION)
    fill(at_foundation())
    first = rows_of(at_foundation())
    call_command("migrate", verbosity=0)
    today = rows_of(apps)
    to(FOUNDATION)
    back = rows_of(at_foundation())
    to([("igs", None), ("records", None)])
    left = [name for name in connection.introspection.table_names() if name.startswith(OURS)]
    call_command("migrate", verbosity=0)
    lacking = {model._meta.db_table for model in apps.get_models(True)} - set(connection.introspection.table_names())
    empty = [label for label, rows in first.items() if not rows]
    told = {
        "empty": empty,
        "forward": kept(first, today),
        "consent": [row["consent"] for row in today["igs.Consultant"]],
        "back": kept(first, back),
        "left": left,
        "lacking": sorted(lacking),
    }
    sys.stdout.write(json.dumps(told))

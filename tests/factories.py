"""Records for tests: each with just what the database asks, unique beside the loaded fixtures."""

from datetime import date
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from igs.models import (
    Consultant,
    DecreeRule,
    FormerMunicipality,
    KeyFigure,
    Membership,
    Municipality,
    Outline,
    Place,
    Population,
    Region,
    RegionName,
    SubsidyRound,
)
from libraries.models import Library, LibraryNetwork
from optil_portal.proposals.models import Proposal, ProposedChange
from optil_portal.records.consent import Consent
from optil_portal.records.history import Step, Version, snapshots
from optil_portal.records.links import AskedLink
from optil_portal.records.models import Record, State
from projects.models import Audience, Partner, Project, ProjectImage, ProjectLink, Testimony, Theme

number = count(101)


def make(model: type[Record], **values: Any) -> Any:
    """A saved record of `model`, with a source unless `values` gives one."""
    return model.objects.create(**{"source_name": "Test"} | values)


def make_region(**values: Any) -> Region:
    """A region without members, without an end."""
    n = next(number)
    return make(Region, **{"name": f"Testregio {n}", "slug": f"testregio-{n}", "colour": "moss"} | values)


def make_region_name(**values: Any) -> RegionName:
    """A former name of a region."""
    n = next(number)
    region = values.pop("region", None) or make_region()
    defaults = {"region": region, "name": f"Vroeger {n}", "slug": f"vroeger-{n}", "kind": "former"}
    return make(RegionName, **defaults | values)


def make_municipality(**values: Any) -> Municipality:
    """A municipality in the middle of Flanders, in no region; its NIS code starts with 9, as no real one does."""
    n = next(number)
    defaults = {
        "nis_code": f"9{n % 10_000:04}",
        "name": f"Testgemeente {n}",
        "slug": f"testgemeente-{n}",
        "province": "oost-vlaanderen",
        "latitude": 51.0,
        "longitude": 4.0,
        "area_km2": "12.3",
    }
    return make(Municipality, **defaults | values)


def make_former_municipality(**values: Any) -> FormerMunicipality:
    """A municipality that merged into another on 1 January 2025."""
    n = next(number)
    successor = values.pop("successor", None) or make_municipality()
    defaults = {
        "nis_code": f"9{n % 10_000:04}",
        "name": f"Vroegere gemeente {n}",
        "slug": f"vroegere-gemeente-{n}",
        "merged_on": date(2025, 1, 1),
        "successor": successor,
    }
    return make(FormerMunicipality, **defaults | values)


def make_membership(**values: Any) -> Membership:
    """A municipality in a region since 1 January 2020."""
    region = values.pop("region", None) or make_region()
    if "former_municipality" not in values and "municipality" not in values:
        values["municipality"] = make_municipality()
    since = values.get("since", date(2020, 1, 1))
    precision = "day" if since else "unknown"
    return make(Membership, **{"region": region, "since": since, "since_precision": precision} | values)


def make_population(**values: Any) -> Population:
    """A thousand inhabitants on 1 January 2020."""
    if "former_municipality" not in values and "municipality" not in values:
        values["municipality"] = make_municipality()
    return make(Population, **{"counted_on": date(2020, 1, 1), "inhabitants": 1000} | values)


def make_place(**values: Any) -> Place:
    """A village."""
    municipality = values.pop("municipality", None) or make_municipality()
    defaults = {"municipality": municipality, "name": f"Testdorp {next(number)}", "postal_codes": "9999"}
    return make(Place, **defaults | values)


def make_outline(**values: Any) -> Outline:
    """A square tile of a municipality."""
    municipality = values.pop("municipality", None) or make_municipality()
    defaults = {"municipality": municipality, "layer": "mosaic", "path": "M0 0h9v9z", "label_x": 4, "label_y": 4}
    return Outline.objects.create(**defaults | values)


def make_subsidy_round(**values: Any) -> SubsidyRound:
    """A round in a year long before the decrees."""
    return make(SubsidyRound, **{"decree": "Testdecreet", "first_year": 1800 + next(number) % 100} | values)


def make_decree_rule(**values: Any) -> DecreeRule:
    """A norm on a day long before the decrees."""
    day = date(1800 + next(number) % 100, 1, 1)
    return make(DecreeRule, **{"subject": "inhabitants", "value": 1000, "valid_from": day} | values)


def make_consultant(**values: Any) -> Consultant:
    """A published consultant without regions; give `regions` as a list."""
    n = next(number)
    defaults = {"name": f"Consulent {n}", "slug": f"consulent-{n}", "state": State.PUBLISHED}
    return with_many(Consultant, defaults | values)


def make_key_figure(**values: Any) -> KeyFigure:
    """A published figure; the fixtures hold one of each real subject, so the default has a subject of its own."""
    defaults = {"subject": f"test{next(number)}", "published": 7, "explanation": "Geteld in een test."}
    return make(KeyFigure, **defaults | values)


def make_network(**values: Any) -> LibraryNetwork:
    """A regional library."""
    n = next(number)
    region = values.pop("region", None) or make_region()
    return make(LibraryNetwork, **{"name": f"Testnetwerk {n}", "slug": f"testnetwerk-{n}", "region": region} | values)


def make_library(**values: Any) -> Library:
    """A published library."""
    n = next(number)
    municipality = values.pop("municipality", None) or make_municipality()
    defaults = {
        "name": f"Testbibliotheek {n}",
        "slug": f"testbibliotheek-{n}",
        "municipality": municipality,
        "state": State.PUBLISHED,
    }
    return make(Library, **defaults | values)


def make_theme(**values: Any) -> Theme:
    """A theme after the five real ones."""
    n = next(number)
    defaults = {
        "number": n,
        "name": f"Testthema {n}",
        "slug": f"testthema-{n}",
        "short_name": f"Test {n}",
        "tagline": "Een ondertitel",
        "colour": "moss",
        "introduction": "Een inleiding.",
    }
    return make(Theme, **defaults | values)


def make_audience(**values: Any) -> Audience:
    """Whom a project can be for."""
    n = next(number)
    return make(Audience, **{"name": f"Doelgroep {n}", "slug": f"doelgroep-{n}"} | values)


def make_partner(**values: Any) -> Partner:
    """An organisation."""
    n = next(number)
    return make(Partner, **{"name": f"Testpartner {n}", "slug": f"testpartner-{n}"} | values)


def make_project(**values: Any) -> Project:
    """A published project with a region and a theme; give a many-to-many as a list."""
    n = next(number)
    defaults = {
        "title": f"Testproject {n}",
        "slug": f"testproject-{n}",
        "summary": "Bibliotheken doen samen iets.",
        "state": State.PUBLISHED,
        "region": values["region"] if "region" in values else make_region(),
        "theme": values["theme"] if "theme" in values else make_theme(),
    }
    return with_many(Project, defaults | values)


def make_project_link(**values: Any) -> ProjectLink:
    """A page elsewhere about a project."""
    project = values.pop("project", None) or make_project()
    return ProjectLink.objects.create(
        **{"project": project, "label": "Lees meer", "url": "https://voorbeeld.be/"} | values
    )


def make_project_image(**values: Any) -> ProjectImage:
    """A photograph with its description; needs a MEDIA_ROOT of the test's own."""
    project = values.pop("project", None) or make_project()
    return ProjectImage.objects.create(**{"project": project, "image": upload(), "alt": "Een leeszaal"} | values)


def make_testimony(**values: Any) -> Testimony:
    """A testimony told in the brochure."""
    n = next(number)
    region = values.pop("region", None) or make_region()
    defaults = {
        "person": f"Getuige {n}",
        "slug": f"getuige-{n}",
        "region": region,
        "text": "Vertelt dat samenwerken loont.",
        "consent": Consent.PUBLISHED_IN_BROCHURE,
    }
    return make(Testimony, **defaults | values)


def make_proposal(subject: Any = None, wanted: dict[str, Any] | None = None, **values: Any) -> Proposal:
    """A report about a record, or a proposal of what it is `wanted` to hold."""
    kind = ContentType.objects.get_for_model(subject) if subject else None
    defaults = {
        "door": Proposal.Door.CHECK if wanted else Proposal.Door.REPORT,
        "about": str(subject or "het portaal"),
        "kind": kind,
        "record": subject and subject.pk,
        "message": "" if wanted else "Dit klopt niet.",
    }
    proposal = Proposal.objects.create(**defaults | values)
    held = snapshots({type(subject): [subject.pk]})[type(subject), subject.pk].fields if subject else {}
    for field, after in (wanted or {}).items():
        make_proposed_change(proposal=proposal, field=field, before=held.get(field), after=after)
    return proposal


def make_proposed_change(**values: Any) -> ProposedChange:
    """A website that somebody proposes for a region."""
    proposal = values.pop("proposal", None) or make_proposal(make_region())
    defaults = {"proposal": proposal, "field": "website", "before": "", "after": "https://nieuw.example.org"}
    return ProposedChange.objects.create(**defaults | values)


def make_version(**values: Any) -> Version:
    """What a step, one of its own unless `values` gives one, made of a record that was new."""
    taken = values.pop("step", None) or Step.objects.create()
    defaults = {"kind": "igs.region", "record": next(number), "name": "Testregio", "after": {"name": "Testregio"}}
    return Version.objects.create(**{"step": taken} | defaults | values)


def make_asked_link(**values: Any) -> AskedLink:
    """An address that answered."""
    return AskedLink.objects.create(
        **{"address": f"https://test{next(number)}.be/", "checked_on": date(2026, 11, 24)} | values
    )


def with_many(model: type[Record], values: dict[str, Any]) -> Any:
    """A saved record of `model` whose many-to-manys in `values` are set too."""
    many = {field.name: values.pop(field.name) for field in model._meta.many_to_many if field.name in values}
    record = make(model, **values)
    for name, others in many.items():
        getattr(record, name).set(others)
    return record


def image_bytes(kind: str = "JPEG", size: tuple[int, int] = (1600, 1000), mode: str = "RGB", **options: Any) -> bytes:
    """A plain image file of a kind that Pillow can write."""
    result = BytesIO()
    colours: dict[str, int | tuple[int, ...]] = {"L": 90, "P": 0, "RGBA": (30, 120, 90, 128), "CMYK": (30, 120, 90, 0)}
    Image.new(mode, size, colours.get(mode, (30, 120, 90))).save(result, kind, **options)
    return result.getvalue()


def upload(name: str = "foto.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a browser sends it; a JPEG unless `content` says otherwise."""
    return SimpleUploadedFile(name, image_bytes() if content is None else content)

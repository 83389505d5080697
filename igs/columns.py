"""What the lists of regions and municipalities hold, for every format."""

from collections.abc import Callable
from datetime import date

from igs.models import FormerMunicipality, Membership, Municipality, Place, Population, Region, RegionName
from igs.models.municipality import MunicipalityQuerySet
from igs.models.region import RegionQuerySet
from optil_portal.records.columns import ADDRESS_COLUMNS, SOURCE_COLUMNS, Column, Dataset, Kind, Point, names
from optil_portal.records.models import Precision
from optil_portal.records.prose import plain


def known_part(day: date | None, precision: str) -> str | None:
    """What is known of a day as ISO 8601 writes it: the day, or the year."""
    if day is None:
        return None
    return f"{day:%Y}" if precision == Precision.YEAR else day.isoformat()


def point(municipality: Municipality) -> Point:
    """Where the middle of a municipality is."""
    return municipality.longitude, municipality.latitude


def of_membership(find: Callable[[Membership], str | None]) -> Callable[[Municipality], str | None]:
    """What finds something of the membership of today of a municipality, None where there is none."""
    return lambda municipality: next(map(find, municipality.region_memberships), None)


REGIONS = Dataset(
    name="regios",
    title="Regio’s",
    description="De IGS’en cultuur die vandaag werken, of op de dag die je vraagt, met hun gemeenten en hun cijfers.",
    ready=RegionQuerySet.with_members,
    tables=(Region, RegionName, Membership, Municipality, Population),
    summary=lambda region: plain(region.about),
    points=lambda region: [point(one.municipality) for one in region.members if one.municipality],
    places="het midden van elke gemeente die op die dag lid is; grenzen hebben we niet",
    told_by=(Membership, Population),
    is_dated=True,
    columns=[
        *ADDRESS_COLUMNS,
        Column("nummer", "Het nummer in de brochure van OP/TIL en op de kaart", Kind.NUMBER, "number"),
        Column("naam", "De naam", Kind.TEXT, "name", sure=True),
        Column("officiele_naam", "De naam in de statuten", Kind.TEXT, "official_name"),
        Column("andere_namen", "Vroegere namen en andere schrijfwijzen", Kind.LIST, names("names"), sure=True),
        Column("over", "De regio in enkele zinnen, als Markdown", Kind.TEXT, "about"),
        Column("rechtsvorm", "De rechtsvorm", Kind.TEXT, "legal_form"),
        Column("website", "De eigen site", Kind.LINK, "website"),
        Column("email", "Het algemene e-mailadres", Kind.TEXT, "email"),
        Column("telefoon", "Het algemene telefoonnummer", Kind.TEXT, "phone"),
        Column("zetel", "Waar de zetel is", Kind.TEXT, "seat"),
        Column(
            "opgericht",
            "De dag van de oprichting, of alleen het jaar (ISO 8601)",
            Kind.TEXT,
            lambda region: known_part(region.founded, region.founded_precision),
        ),
        Column("erkend_sinds", "De eerste dag als erkend IGS", Kind.DAY, "first_day"),
        Column("laatste_dag", "De laatste dag, van een regio die stopt", Kind.DAY, "last_day"),
        Column(
            "aantal_gemeenten", "Hoeveel gemeenten op die dag lid zijn", Kind.NUMBER, "municipality_count", sure=True
        ),
        Column(
            "inwoners",
            "Inwoners van die gemeenten samen, elk op de laatste telling",
            Kind.NUMBER,
            "inhabitants",
            sure=True,
        ),
        Column(
            "gemeenten",
            "De gemeenten die op die dag lid zijn",
            Kind.LIST,
            lambda region: [one.member.name for one in region.members],
            sure=True,
        ),
        Column(
            "gemeenten_nis",
            "Hun NIS-codes, in dezelfde volgorde",
            Kind.LIST,
            lambda region: [one.member.nis_code for one in region.members],
            sure=True,
        ),
        *SOURCE_COLUMNS,
    ],
)

MUNICIPALITIES = Dataset(
    name="gemeenten",
    title="Gemeenten",
    description="Alle gemeenten van het Vlaamse Gewest, met de IGS cultuur waar ze lid van zijn, vandaag of op "
    "de dag die je vraagt.",
    ready=MunicipalityQuerySet.whole,
    tables=(Municipality, Membership, Region, Population, Place, FormerMunicipality),
    summary=lambda one: f"Lid van {one.region.name}" if one.region else "Ligt in geen IGS cultuur",
    told_by=(Membership, Population, Place, FormerMunicipality),
    points=lambda municipality: [point(municipality)],
    places="het midden van het grondgebied",
    is_dated=True,
    columns=[
        *ADDRESS_COLUMNS,
        Column("naam", "De naam", Kind.TEXT, "name", sure=True),
        Column("nis_code", "De NIS-code van Statbel", Kind.TEXT, "nis_code", sure=True),
        Column("uri", "De gemeente in de registers van de Vlaamse overheid", Kind.LINK, "uri", sure=True),
        Column("provincie", "De provincie", Kind.TEXT, lambda one: one.get_province_display(), sure=True),
        Column("regio", "De IGS cultuur waar ze op die dag lid van is", Kind.TEXT, "region.name"),
        Column("regio_id", "De korte naam van die regio", Kind.TEXT, "region.slug"),
        Column(
            "lid_sinds",
            "De eerste dag als lid, of alleen het jaar (ISO 8601)",
            Kind.TEXT,
            of_membership(lambda held: known_part(held.since, held.since_precision)),
        ),
        Column("lidmaatschap_bron", "Wie dat zegt", Kind.TEXT, of_membership(lambda held: held.source_name)),
        Column(
            "lidmaatschap_nog_te_bevestigen",
            "Wat onzeker is aan het lidmaatschap",
            Kind.TEXT,
            of_membership(lambda held: held.doubt),
        ),
        Column("inwoners", "Inwoners op de laatste telling", Kind.NUMBER, "inhabitants"),
        Column("geteld_op", "De dag van die telling", Kind.DAY, "counted_on"),
        Column("inwoners_bron", "Wie telde", Kind.TEXT, "counted_by"),
        Column("oppervlakte_km2", "De oppervlakte in vierkante kilometer", Kind.DECIMAL, "area_km2", sure=True),
        Column("breedtegraad", "Het midden van het grondgebied (WGS84)", Kind.DECIMAL, "latitude", sure=True),
        Column("lengtegraad", "Het midden van het grondgebied (WGS84)", Kind.DECIMAL, "longitude", sure=True),
        Column("kernen", "Dorpen en deelgemeenten", Kind.LIST, names("places"), sure=True),
        Column(
            "postnummers",
            "De postnummers",
            Kind.LIST,
            lambda one: sorted({code for place in one.places.all() for code in place.postal_codes.split()}),
            sure=True,
        ),
        Column("vroegere_gemeenten", "Gemeenten die erin opgingen", Kind.LIST, names("predecessors"), sure=True),
        *SOURCE_COLUMNS,
    ],
)

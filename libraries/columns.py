"""What the list of libraries holds, for every format."""

from igs.columns import point
from igs.models import Membership, Municipality, Region
from libraries.models import Library, LibraryNetwork, LibraryQuerySet
from optil_portal.records.columns import ADDRESS_COLUMNS, SOURCE_COLUMNS, Column, Dataset, Kind

LIBRARIES = Dataset(
    name="bibliotheken",
    title="Bibliotheken",
    description="De openbare bibliotheken die onze bronnen bij naam noemen; de lijst is niet volledig.",
    ready=LibraryQuerySet.whole,
    tables=(Library, LibraryNetwork, Municipality, Membership, Region),
    summary=lambda library: f"Bibliotheek in {library.municipality}",
    points=lambda library: [point(library.municipality)],
    places="het midden van de gemeente, niet het gebouw",
    told_by=(LibraryNetwork,),
    is_dated=True,
    columns=[
        *ADDRESS_COLUMNS,
        Column("naam", "De naam, of onze omschrijving waar de bron geen naam gaf", Kind.TEXT, "name", sure=True),
        Column("straat", "Straat en nummer", Kind.TEXT, "street"),
        Column("postnummer", "Het postnummer", Kind.TEXT, "postal_code"),
        Column("plaats", "De plaats", Kind.TEXT, "city"),
        Column("gemeente", "De gemeente", Kind.TEXT, "municipality.name", sure=True),
        Column("gemeente_nis", "De NIS-code van de gemeente", Kind.TEXT, "municipality.nis_code", sure=True),
        Column(
            "gemeente_uri",
            "De gemeente in de registers van de Vlaamse overheid",
            Kind.LINK,
            "municipality.uri",
            sure=True,
        ),
        Column("regio", "De IGS cultuur waar die gemeente vandaag lid van is", Kind.TEXT, "municipality.region.name"),
        Column("regio_id", "De korte naam van die regio", Kind.TEXT, "municipality.region.slug"),
        Column("netwerk", "De regionale bibliotheek of het netwerk waar ze in werkt", Kind.TEXT, "network.name"),
        Column("netwerk_website", "De site van dat netwerk", Kind.LINK, "network.website"),
        Column("website", "De eigen site", Kind.LINK, "website"),
        *SOURCE_COLUMNS,
    ],
)

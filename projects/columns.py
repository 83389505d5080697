"""What the lists of projects and themes hold, for every format."""

from dataclasses import replace

from igs.models import Municipality, Region
from libraries.models import Library
from optil_portal.records.columns import ADDRESS_COLUMNS, SOURCE_COLUMNS, Column, Dataset, Kind, names
from projects.models import Audience, Partner, Project, Theme

PROJECTS = Dataset(
    name="projecten",
    title="Projecten",
    description="Wat bibliotheken samen doen, in een regio of met een regio naast zich.",
    ready=lambda projects, _: projects.whole(),
    tables=(Project, Region, Theme, Municipality, Library, Partner, Audience),
    summary="summary",
    columns=[
        *ADDRESS_COLUMNS,
        Column("titel", "De titel", Kind.TEXT, "title", sure=True),
        Column("samenvatting", "Wie doet wat voor wie, in een of twee zinnen", Kind.TEXT, "summary", sure=True),
        Column("tekst", "Het verhaal, als Markdown; een lege regel scheidt de alinea’s", Kind.TEXT, "body"),
        Column(
            "soort",
            "Project van het IGS, of lokaal initiatief in zijn gebied",
            Kind.TEXT,
            lambda project: project.get_kind_display(),
            sure=True,
        ),
        Column("thema", "Het eerste thema", Kind.TEXT, "theme.name", sure=True),
        Column("thema_id", "De korte naam van dat thema", Kind.TEXT, "theme.slug", sure=True),
        Column("verdere_themas", "Verdere thema’s", Kind.LIST, names("further_themes"), sure=True),
        Column(
            "regio", "De regio die trekt, of waarin het lokale initiatief ligt", Kind.TEXT, "region.name", sure=True
        ),
        Column("regio_id", "De korte naam van die regio", Kind.TEXT, "region.slug", sure=True),
        Column("andere_regios", "Regio’s die meedoen", Kind.LIST, names("other_regions"), sure=True),
        Column("gemeenten", "Gemeenten die meedoen", Kind.LIST, names("municipalities"), sure=True),
        Column(
            "gemeenten_nis",
            "Hun NIS-codes, in dezelfde volgorde",
            Kind.LIST,
            names("municipalities", "nis_code"),
            sure=True,
        ),
        Column("bibliotheken", "Bibliotheken die meedoen", Kind.LIST, names("libraries"), sure=True),
        Column("partners", "Partners die meedoen", Kind.LIST, names("partners"), sure=True),
        Column("doelgroepen", "Voor wie het is", Kind.LIST, names("audiences"), sure=True),
        Column("van_jaar", "Het eerste jaar", Kind.NUMBER, "year_from"),
        Column("tot_en_met_jaar", "Het laatste jaar", Kind.NUMBER, "year_until"),
        Column("loopt_nog", "Of het nog loopt; leeg als de bron dat niet zegt", Kind.YES_NO, "still_runs"),
        Column("links", "Bladzijden elders over het project", Kind.LIST, names("links", "url"), sure=True),
        *SOURCE_COLUMNS,
    ],
)

TAKEN = replace(
    PROJECTS,
    name="lijst",
    title="Meeneemlijst",
    description="Projecten die iemand koos om mee te nemen, in diens volgorde.",
    columns_of=PROJECTS.name,
)

THEMES = Dataset(
    name="themas",
    title="Thema’s",
    description="De vijf thema’s waarop een IGS cultuur voor de bibliotheek het verschil maakt.",
    ready=lambda themes, _: themes.with_project_count(),
    tables=(Theme, Project),
    summary="tagline",
    columns=[
        *ADDRESS_COLUMNS,
        Column("nummer", "Het nummer in de brochure van OP/TIL", Kind.NUMBER, "number", sure=True),
        Column("naam", "De naam", Kind.TEXT, "name", sure=True),
        Column("korte_naam", "De naam in één of twee woorden", Kind.TEXT, "short_name", sure=True),
        Column("ondertitel", "Het thema in één regel", Kind.TEXT, "tagline", sure=True),
        Column("inleiding", "Waar het over gaat, als Markdown", Kind.TEXT, "introduction", sure=True),
        Column(
            "aantal_projecten",
            "Projecten die het als eerste of verder thema hebben",
            Kind.NUMBER,
            "project_count",
            sure=True,
        ),
        *SOURCE_COLUMNS,
    ],
)

PROJECTS_OF_REGION = Column(
    "aantal_projecten", "Projecten die de regio trekt of waaraan ze meedoet", Kind.NUMBER, "project_count", sure=True
)

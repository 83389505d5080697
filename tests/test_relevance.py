"""What librarians ask, and what they must find: the same on both databases."""

import pytest

from projects.models import Project

# A question, the rank at most of each project that must be found, and what must not be found.
QUESTIONS: list[tuple[str, dict[str, int], tuple[str, ...]]] = [
    # Reading.
    ("voorlezen", {"bib-neteland-leest-voor": 1, "pit-en-passie": 3, "jeugdboekenmaand-noordrand": 3}, ("leeslab",)),
    ("voorleesmarathon", {"pit-en-passie": 1}, ("bib-neteland-leest-voor",)),
    ("voorlezen in de buurt", {"bib-neteland-leest-voor": 1}, ("pit-en-passie",)),
    ("bakfiets", {"stripbakfiets": 1, "bib-neteland-leest-voor": 2}, ("een-bibliotheek-deinze-en-landegem",)),
    ("strips", {"stripbakfiets": 1}, ("tijdloze92",)),
    ("prentenboeken", {"stripbakfiets": 1}, ()),
    ("jeugdboekenmaand", {"gelukzak-jeugdboekenmaand": 2, "jeugdboekenmaand-noordrand": 2}, ("tijdloze92",)),
    ("jeugdboekenweek", {"tijdloze92": 1}, ("gelukzak-jeugdboekenmaand",)),
    ("leesbevordering", {"leeslab": 1}, ("slotfeest-leesjury",)),
    ("leesbevordering op school", {"leeslab": 1}, ("stripbakfiets",)),
    ("samenwerken met scholen", {"leeslab": 2}, ("stripbakfiets",)),
    ("kinderen laten lezen", {"leeslab": 3, "slotfeest-leesjury": 3}, ("groepsaankopen",)),
    (
        "poëzie",
        {"poezie-bij-de-koffie": 2, "poezieweek-route-42-dichter": 2, "weesgedichten-viertoren": 6},
        ("leeslab",),
    ),
    ("gedichten", {"gedicht-van-paul-demets": 1, "weesgedichten-viertoren": 5}, ("regiobib-noordrand",)),
    ("gedichtendag", {"poezie-bij-de-koffie": 1}, ("gedicht-van-paul-demets",)),
    ("dichter", {"poezieweek-route-42-dichter": 1, "gedicht-van-paul-demets": 3}, ("regiobib-noordrand",)),
    ("sprookjes", {"sprookjes-tentoonstelling": 1}, ("winterse-vertellingen",)),
    ("reizende tentoonstelling", {"sprookjes-tentoonstelling": 1}, ()),
    ("lezen in de supermarkt", {"pit-en-passie": 1}, ("leeslab",)),
    ("lezen op de trein", {"poezieweek-route-42-dichter": 1}, ()),
    ("leesjury", {"slotfeest-leesjury": 1}, ("leeslab",)),
    ("boekenkast", {"digitale-boekenkast-denderregio": 1}, ()),
    # Making things.
    ("maakbib", {"maakbib-biblio7": 3, "maakbib-leopoldsburg": 3, "fablib-koksijde": 7}, ("leeslab", "zwembadbib")),
    ("makerspace", {"fablib-koksijde": 3, "maakbib-biblio7": 4, "steamtrail-westhoek": 7}, ("leeslab",)),
    ("fablab", {"fablib-koksijde": 1, "maakbib-leopoldsburg": 4}, ("zwembadbib",)),
    ("zelf dingen maken", {"maakplaats-stem-academie-buggenhout": 5, "maakbib-leopoldsburg": 5}, ("groepsaankopen",)),
    ("3D-printer", {"fablib-koksijde": 2, "maakbib-biblio7": 2}, ("maakbib-leopoldsburg",)),
    ("lasercutter", {"maakbib-biblio7": 1, "fablib-koksijde": 2}, ("maakbib-leopoldsburg",)),
    ("STEM", {"maakplaats-stem-academie-buggenhout": 1}, ("leeslab",)),
    ("wetenschap en techniek", {"start-regiobib-neteland": 3}, ("stripbakfiets",)),
    # Feeling at home.
    ("derde plek", {"transitieplan-derde-plek": 1, "expeditie-community-librarian": 3}, ("zwembadbib",)),
    ("huiskamer", {"transitieplan-derde-plek": 3, "terugkomdag-community-librarian": 3}, ("groepsaankopen",)),
    ("community librarian", {"expeditie-community-librarian": 2}, ("groepsaankopen",)),
    (
        "onbemande bib",
        {"onbemand-bibliotheekpunt-vlezenbeek": 1, "openplusbibliotheken": 4, "zwembadbib": 5},
        ("leeslab",),
    ),
    ("bib zonder personeel", {"open-plus-bibliotheek-veldegem": 4, "zwembadbib": 5}, ("leeslab",)),
    ("open bibliotheek", {"openplusbibliotheken": 3, "open-plus-bibliotheek-veldegem": 3}, ("leeslab",)),
    ("bib in het zwembad", {"zwembadbib": 1}, ("openplusbibliotheken",)),
    ("buurtbib zaterdag", {"buurtbib-kooigem": 1}, ()),
    ("Nederlands oefenen", {"taalknooppunten-nederlands": 1}, ()),
    ("anderstaligen", {"taalknooppunten-nederlands": 1}, ("leeslab",)),
    # Collections and membership.
    ("lidkaart", {"een-lidkaart-midwest": 1, "een-bibpas-ginter": 2}, ("leeslab",)),
    ("lenerskaart", {"een-bibpas-ginter": 2, "een-lidkaart-midwest": 2}, ("zwembadbib",)),
    ("lidmaatschap", {"een-lidmaatschap-neteland": 2, "gedeelde-collectie-gedeeld-lidmaatschap": 2}, ("leeslab",)),
    ("geen boetes", {"drempelvrije-regiobib-meetjesland": 1}, ("leeslab",)),
    ("boete", {"gedeelde-collectie-gedeeld-lidmaatschap": 2}, ("regiobib-noordrand",)),
    ("regiobib", {"intervisiedag-regiobib": 5, "regiobib-noordrand": 6, "wase-regiobib": 8}, ("leeslab", "zwembadbib")),
    ("regiobibliotheek", {"regiobibliotheek-pajottenland-zennevallei": 1, "wase-regiobib": 9}, ("leeslab",)),
    ("collectie delen", {"gedeelde-collectie-gedeeld-lidmaatschap": 3}, ("leeslab",)),
    ("samen aankopen", {"samen-aankopen-en-e-inclusie": 1, "groepsaankopen": 2}, ("leeslab",)),
    ("e-boeken", {"regiobib-gelijk-digitaal-aanbod": 1}, ("digitale-boekenkast-denderregio",)),
    ("digitale kranten", {"regiobib-gelijk-digitaal-aanbod": 1}, ("digitale-boekenkast-denderregio",)),
    ("reglement", {"een-lidmaatschap-neteland": 2, "een-gebruikersreglement-meetjesland": 2}, ("leeslab",)),
    ("fusie", {"een-bibliotheek-deinze-en-landegem": 2, "bibliowijs": 3}, ("leeslab",)),
    # Staff and partners.
    ("vorming", {"regionale-vorming-neteland": 1, "maakbib-biblio7": 5}, ("zwembadbib",)),
    ("opleiding medewerkers", {"regionale-vorming-neteland": 4, "maakbib-biblio7": 4}, ("zwembadbib",)),
    ("intervisie", {"intervisie-maakbibs": 2, "intervisiedag-regiobib": 2}, ("leeslab",)),
    ("leren van elkaar", {"intervisiedag-regiobib": 3, "intervisie-maakbibs": 3}, ("zwembadbib",)),
    ("studiedagen", {"studiedag-regionaal-collectioneren": 1}, ("intervisiedag-regiobib",)),
    ("vrijwilligers", {"bib-neteland-leest-voor": 2, "buurtbib-kooigem": 2, "zwembadbib": 5}, ("leeslab",)),
    ("e-inclusie", {"samen-aankopen-en-e-inclusie": 1}, ()),
    ("AI", {"regionale-vorming-neteland": 1}, ("maakbib-biblio7",)),
    ("Howest", {"steamtrail-westhoek": 1}, ("maakbib-biblio7",)),
    ("VLAIO", {"maakbib-biblio7": 3, "maakplaats-stem-academie-buggenhout": 3}, ("maakbib-leopoldsburg",)),
    ("Cultuurconnect", {"lid-in-negen-bibliotheken": 2}, ("leeslab",)),
    # Places, in whatever spelling.
    ("Poperinge", {"maakbib-in-poperinge": 1}, ("maakbib-biblio7",)),
    ("Vlezenbeek", {"onbemand-bibliotheekpunt-vlezenbeek": 1}, ("zwembadbib",)),
    ("sint pieters leeuw", {"zwembadbib": 2, "onbemand-bibliotheekpunt-vlezenbeek": 2}, ("buurtbib-kooigem",)),
    (
        "Meetjesland",
        {"drempelvrije-regiobib-meetjesland": 2, "gedeelde-collectie-gedeeld-lidmaatschap": 6},
        ("leeslab",),
    ),
    ("Ĳzervallei", {"winterse-vertellingen": 1}, ("leeslab",)),
    ("ijzer-vallei", {"winterse-vertellingen": 1}, ("regiobibliotheek-pajottenland-zennevallei",)),
    ("Route42", {"poezieweek-route-42-dichter": 1, "stripbakfiets": 5}, ("lid-in-negen-bibliotheken",)),
    ("dijk 92", {"digitale-boekenkast-denderregio": 3, "lid-in-negen-bibliotheken": 3}, ("stripbakfiets",)),
    ("BIE", {"een-lidkaart-midwest": 2, "transitieplan-derde-plek": 2}, ("bibliowijs",)),
    ("Interwaas", {"wase-regiobib": 3, "bibliowijs": 3, "intervisie-maakbibs": 3}, ("leeslab",)),
    ("Midwestbibliotheken", {"een-lidkaart-midwest": 1}, ("leeslab",)),
    # What people type to be precise.
    ('"derde plek"', {"transitieplan-derde-plek": 1}, ("een-bibliotheek-deinze-en-landegem",)),
    ("maakbib -workshop", {"maakbib-leopoldsburg": 2}, ("fablib-koksijde", "maakbib-in-poperinge")),
    ('regiobib -"Meetjesland"', {"wase-regiobib": 6}, ("drempelvrije-regiobib-meetjesland",)),
]

# The words of each title in another inflection, order or spelling; the project must be among the first three.
INFLECTED = {
    "winterse-vertellingen": "winterse vertelling",
    "digitale-boekenkast-denderregio": "digitaal boekenkasten denderregio",
    "tijdloze92": "tijdloze 92",
    "bib-neteland-leest-voor": "bibs neteland voorlezen",
    "gedeelde-collectie-gedeeld-lidmaatschap": "gedeeld collecties lidmaatschappen",
    "specialisten-per-collectieonderdeel": "specialist collectieonderdelen",
    "intervisiedag-regiobib": "intervisiedagen regiobibs thematafel",
    "regiobib-gelijk-digitaal-aanbod": "regiobibs gelijke digitale aanbod",
    "maakbib-biblio7": "maakbibs biblio 7",
    "steamtrail-westhoek": "steamtrails Westhoek",
    "transitieplan-derde-plek": "transitieplannen derde plekken",
    "expeditie-community-librarian": "expedities community librarians",
    "netwerk-van-bibliotheekmedewerkers": "netwerken bibliotheekmedewerker",
    "groepsaankopen": "groepsaankoop",
    "regionale-vorming-neteland": "regionaal vormingen twee keer per jaar",
    "intervisie-maakbibs": "intervisies maakbib",
    "leeslab": "leeslabs leesbevordering school",
    "pit-en-passie": "passie en pit",
    "een-lidkaart-midwest": "lidkaarten veertien midwestbibliotheek",
    "regioabonnement-zuid-west-vlaanderen": "regioabonnementen zuidwestvlaanderen",
    "buurtbib-kooigem": "buurtbibs kooigem spiere helkijn",
    "wase-regiobib": "wase regiobibs",
    "drempelvrije-regiobib-meetjesland": "drempelvrij regiobibs meetjesland",
    "een-gebruikersreglement-meetjesland": "gebruikersreglementen veertien bibliotheek",
    "studiedag-regionaal-collectioneren": "studiedagen regionale collectioneren",
    "proefjaar-regiobib-meetjesland": "proefjaren regiobibs meetjesland",
    "lid-in-negen-bibliotheken": "lid negen bibliotheek tegelijk",
    "collecties-land-van-dendermonde": "samengelegde collectie land dendermonde",
    "start-regiobib-neteland": "start regiobibs neteland",
    "verwendag-neteland-bibliotheek": "verwendagen neteland bibliotheken",
    "een-lidmaatschap-neteland": "lidmaatschappen reglementen transport",
    "stripbakfiets": "stripbakfietsen",
    "gedicht-van-paul-demets": "gedichten boekenwijzer paul demets",
    "poezieweek-route-42-dichter": "poezieweken titels route42 dichters",
    "jeugdboekenmaand-noordrand": "jeugdboekenmaanden noordrand",
    "regiobib-noordrand": "regiobibs noordrand",
    "maakbib-in-poperinge": "maakbibs Poperinge biblio 7",
    "terugkomdag-community-librarian": "terugkomdagen expedities community librarians",
    "openplusbibliotheken": "openplusbibliotheek stappen",
    "samen-aankopen-en-e-inclusie": "samen aankoop einclusie druivenstreek",
    "maakbib-leopoldsburg": "maakbibs leopoldsburg",
    "fablib-koksijde": "fablibs koksijde",
    "maakplaats-stem-academie-buggenhout": "maakplaatsen stem academies buggenhout",
    "weesgedichten-viertoren": "weesgedicht vier gemeente",
    "gelukzak-jeugdboekenmaand": "gelukzakken jeugdboekenmaanden",
    "bibliowijs": "biblio wijs gezamenlijke programmaboekjes",
    "regiobibliotheek-pajottenland-zennevallei": "regiobibliotheken pajottenland zennevallei",
    "taalknooppunten-nederlands": "taalknooppunt nederlandse bibs",
    "onbemand-bibliotheekpunt-vlezenbeek": "onbemande bibliotheekpunten vlezenbeek",
    "open-plus-bibliotheek-veldegem": "open bibliotheken veldegem",
    "een-bibliotheek-deinze-en-landegem": "bibliotheken twee plek deinze landegem",
    "een-bibpas-ginter": "bibpassen acht gemeente",
    "poezie-bij-de-koffie": "poezie koffie",
    "sprookjes-tentoonstelling": "sprookje reizend tentoonstellingen bibs",
    "slotfeest-leesjury": "slotfeesten leesjury's",
    "zwembadbib": "zwembadbibs",
}

# A slip of the keyboard, the word that was meant, and a project that has it.
MISSPELLED = [
    ("Moorsleede", "Moorslede", "een-lidkaart-midwest"),
    ("leesbevordreing", "leesbevordering", "leeslab"),
    ("leesbvordering", "leesbevordering", "leeslab"),
    ("intervsie", "intervisie", "intervisie-maakbibs"),
    ("sprokjes", "Sprookjes", "sprookjes-tentoonstelling"),
    ("tentoonsteling", "tentoonstelling", "sprookjes-tentoonstelling"),
    ("vrijwlligers", "Vrijwilligers", "bib-neteland-leest-voor"),
    ("jeugdboekenmand", "jeugdboekenmaand", "jeugdboekenmaand-noordrand"),
    ("supermakrt", "supermarkt", "pit-en-passie"),
    ("koksjide", "Koksijde", "fablib-koksijde"),
    ("leopoldburg", "Leopoldsburg", "maakbib-leopoldsburg"),
    ("regoibib", "regiobib", "regiobib-noordrand"),
    ("lidmaatshcap", "lidmaatschap", "een-lidmaatschap-neteland"),
    ("prentenboken", "prentenboeken", "stripbakfiets"),
    ("studidag", "Studiedag", "studiedag-regionaal-collectioneren"),
    ("colectioneren", "Collectioneren", "studiedag-regionaal-collectioneren"),
    ("druivenstrek", "Druivenstreek", "samen-aankopen-en-e-inclusie"),
    ("meetjeslnad", "Meetjesland", "drempelvrije-regiobib-meetjesland"),
    ("vlezebeek", "Vlezenbeek", "onbemand-bibliotheekpunt-vlezenbeek"),
    ("derdeplek", "derde plek", "transitieplan-derde-plek"),
    ("zwembadbieb", "Zwembadbib", "zwembadbib"),
    ("Nederlands oefemt", "oefent", "taalknooppunten-nederlands"),
]


def ranks(words: str) -> dict[str, int]:
    """The place of each public project that a search finds."""
    slugs = Project.objects.listed().search(words).values_list("slug", flat=True)
    return {slug: place for place, slug in enumerate(slugs, start=1)}


@pytest.mark.parametrize(("words", "expected", "unwanted"), QUESTIONS, ids=[words for words, *_ in QUESTIONS])
def test_a_librarian_finds(words: str, expected: dict[str, int], unwanted: tuple[str, ...]):
    found = ranks(words)
    assert {slug: found.get(slug) for slug, rank in expected.items() if found.get(slug, 999) > rank} == {}
    assert set(unwanted) & set(found) == set()


def test_there_are_questions_enough():
    assert len({words for words, *_ in QUESTIONS}) == len(QUESTIONS) >= 60
    assert len(MISSPELLED) >= 20


@pytest.mark.parametrize(("slug", "words"), INFLECTED.items(), ids=list(INFLECTED))
def test_a_project_is_found_by_its_title_in_another_inflection(slug: str, words: str):
    assert ranks(words).get(slug, 999) <= 3


def test_every_project_is_asked_for_in_another_inflection():
    titles = dict(Project.objects.listed().values_list("slug", "title"))
    assert INFLECTED.keys() == titles.keys()
    assert [slug for slug, words in INFLECTED.items() if words == titles[slug]] == []


@pytest.mark.parametrize(("words", "meant", "slug"), MISSPELLED, ids=[words for words, *_ in MISSPELLED])
def test_a_slip_of_the_keyboard_is_forgiven(words: str, meant: str, slug: str):
    projects = Project.objects.listed().search(words)
    told = [word for term in projects.question.corrections for word in term.meant]
    assert (meant.lower() in [word.lower() for word in told], slug in projects.values_list("slug", flat=True)) == (
        True,
        True,
    )

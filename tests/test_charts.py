"""What the portal draws of its numbers, and the same in a table: the matrix, the map of a theme, bars, years."""

from collections import Counter
from xml.etree.ElementTree import Element

from django.test import Client

from igs.models import Region
from optil_portal.records.periods import Period, axis
from optil_portal.records.templatetags.records_tags import bar
from projects.models import Project, Theme
from projects.models.spread import Spread
from tests.factories import make_project, make_region, make_theme
from tests.visiting import classed, links, rows, section, text, texts, tree, visit


def counted_one_by_one() -> Counter[tuple[str, str]]:
    """The public projects for each region and theme, by asking the list of projects for each."""
    published = Project.objects.published()
    return Counter(
        {
            (region.slug, theme.slug): published.in_region(region).on_theme(theme).count()
            for region in Region.objects.all()
            for theme in Theme.objects.all()
        }
    )


def test_the_spread_counts_as_the_list_of_projects_does():
    assert dict(Spread().counts) == {pair: number for pair, number in counted_one_by_one().items() if number}


def test_a_project_counts_once_for_each_region_and_theme_that_it_names():
    here, there = make_region(), make_region()
    first, further = make_theme(), make_theme()
    make_project(region=here, other_regions=[there, here], theme=first, further_themes=[further, first])
    make_project(region=here, theme=first, state="draft")
    counts = Spread().counts
    pairs = [(region.slug, theme.slug) for region in (here, there) for theme in (first, further)]
    assert [counts[pair] for pair in pairs] == [1, 1, 1, 1]


def test_the_matrix_has_a_row_for_each_region_with_a_cell_for_each_theme(client: Client):
    matrix = section(visit(client, "/themas/"), "matrix")
    lines = [texts(line) for line in matrix.iter("tr")]
    assert [len(line) for line in lines] == [6] * 20
    assert lines[0] == ["Regio", "1Lezen", "2Collecties", "3Thuisgevoel", "4Expertise", "5Partners"]
    assert lines[15] == [
        "Neteland",
        "3 projecten, Lezen, Neteland",
        "2 projecten, Collecties, Neteland",
        "1 project, Thuisgevoel, Neteland",
        "1 project, Expertise, Neteland",
        "nog geen project, Partners, Neteland",
    ]


def test_each_cell_of_the_matrix_leads_to_as_many_projects_as_it_tells(client: Client):
    cells = [link for link in links(section(visit(client, "/themas/"), "matrix")) if "regio=dijk92" in link[1]]
    found = [
        text(section(visit(client, address), "gevonden").findall(".//h2")[0]).split(" over ")[0] for _, address in cells
    ]
    assert found == ["2 projecten", "3 projecten", "1 project", "1 project", "0 projecten"]
    assert [name.split(",")[0] for name, _ in cells] == [*found[:4], "nog geen project"]


def test_the_map_of_a_theme_tells_the_same_numbers_as_its_table(client: Client):
    where = section(visit(client, "/themas/?thema=lezen"), "kaart")
    table = dict(rows(where))
    plates = {link.get("aria-label", ""): link for link in where.iter("a") if link.get("aria-label")}
    assert len(table) == len(plates) == 19
    assert (table["Route 42"], table["Ginter"], table["de Merode"]) == ("3", "2", "nog geen")
    assert {name: text(link.findall("text")[0]) for name, link in plates.items() if name.startswith("Route 42")} == {
        "Route 42: 3 projecten": "3"
    }
    assert [plates[f"{name}: nog geen project"].get("class", "").split()[0] for name in ("de Merode", "ECRU")] == [
        "n0"
    ] * 2
    assert [int("n3" in link.get("class", "").split()) for name, link in plates.items() if "3 proj" in name] == [1, 1]


def test_the_legend_of_the_map_names_each_strength(client: Client):
    (legend,) = classed(visit(client, "/themas/?thema=lezen").main, "legend")
    assert [(one.get("class"), text(one)) for one in legend] == [
        ("n0", "nog geen project"),
        ("n1", "één project"),
        ("n2", "twee projecten"),
        ("n3", "drie of meer"),
    ]


def test_the_longest_bar_is_that_of_the_largest_number(client: Client):
    lines = section(visit(client, "/regios/"), "lijst").iter("tr")
    bars = [[drawn(one) for one in classed(line, "bar")] for line in lines]
    inhabitants = [found[0] for found in bars if found]
    assert {whole for _, _, whole in inhabitants} == {"325532"}
    assert max(int(sure) for _, sure, _ in inhabitants) == 325532
    assert len(inhabitants) == 19


def drawn(bar: Element) -> tuple[str, str, str]:
    """Where the sure part of a bar starts, how long it is, and how long the whole is."""
    sure = bar.findall("rect")[0]
    return sure.get("x", ""), sure.get("width", ""), bar.get("viewbox", "").split()[2]


def test_a_bar_of_nothing_is_drawn_all_the_same():
    assert drawn(tree(bar(0, 0, 0))) == ("0", "0", "1")


def test_a_bar_tells_a_part_that_is_not_sure_apart():
    parts = tree(bar(2, 1, 7, 4)).findall(".//rect")
    assert [(one.get("class"), one.get("x"), one.get("width")) for one in parts] == [
        (None, "2", "1"),
        ("unsure", "3", "4"),
    ]


def test_an_axis_runs_from_the_first_year_to_the_last_and_at_least_to_the_one_asked_for():
    found = axis([("late", 2030, None), ("early", 2019, 2020)], until=2026)
    assert (found.first, found.last) == (2019, 2030)
    assert found.periods == (Period("early", 0, 2, 0, 12), Period("late", 11, 1, 0, 12))


def test_what_has_no_known_end_is_sure_of_its_first_year_only():
    assert axis([("open", 2024, None)], until=2026).periods == (Period("open", 0, 1, 2, 3),)


def test_an_axis_without_anything_on_it_is_one_year_long():
    assert axis([], until=2026) == (2026, 2026, ())


def test_the_projects_of_a_region_stand_in_the_order_of_their_years(client: Client):
    region, theme = make_region(slug="testregio"), make_theme()
    make_project(region=region, theme=theme, title="Later", year_from=2024, year_until=None)
    make_project(region=region, theme=theme, title="Eerder", year_from=2019, year_until=2020)
    make_project(region=region, theme=theme, title="Ooit", year_from=None, year_until=None)
    projects = section(visit(client, "/regios/testregio/"), "projecten")
    assert rows(projects) == [["Eerder", "", "2019–2020"], ["Later", "", "vanaf 2024"]]
    assert "Van 1 project kennen we geen jaar." in text(projects)


def test_a_region_without_dated_projects_shows_no_years(client: Client):
    region = make_region(slug="testregio")
    make_project(region=region, theme=make_theme(), year_from=None, year_until=None)
    assert rows(section(visit(client, "/regios/testregio/"), "projecten")) == []


def test_the_rounds_stand_on_one_axis_with_what_is_known_of_them(client: Client):
    rounds = section(visit(client, "/over/"), "rondes")
    assert [row[0] for row in rows(rounds)] == ["2020–2025", "2027 en verder"]
    assert [drawn(one) for one in classed(rounds, "bar")] == [("0", "6", "10"), ("7", "1", "10")]
    assert [one.get("width") for one in classed(rounds, "unsure")] == ["2"]

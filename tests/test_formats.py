"""The same list in every format: the same records in the same order, each value the same, harmless and fresh."""

import random
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from igs.models import Region
from libraries.models import Library
from optil_portal.records.columns import Kind
from optil_portal.records.formats import FORMATS, answers
from optil_portal.records.formats.tables import LONGEST_CELL, harmless
from optil_portal.records.models import State
from projects.models import Project
from tests.cast import grow, make_scene
from tests.factories import make_library, make_partner, make_project
from tests.taking import (
    VIEWS,
    content,
    csv_rows,
    dataset,
    feed,
    from_csv,
    from_xlsx,
    ids,
    ids_on_pages,
    taken,
    to_the_second,
    xlsx_rows,
)
from tests.test_errors import NONSENSE
from tests.visiting import Page, links, visit

EVERY = [(name, form) for name in VIEWS for form in dataset(name).formats]
each_list = pytest.mark.parametrize("name", VIEWS)
each_answer = pytest.mark.parametrize(("name", "form"), EVERY, ids=[f"{name}.{form}" for name, form in EVERY])

GUARDED = [("regios", "json"), ("bibliotheken", "geojson"), ("themas", "csv")]


# The same records.


def offered(client: Client, name: str) -> dict[str, list[str]]:
    """What the form of a list offers to ask, whatever that is; where one writes freely, some words."""
    main = visit(client, f"/{name}/").main
    found: dict[str, list[str]] = {key: [] for key in VIEWS[name].keys()}  # noqa: SIM118 - a method of ours
    for select in main.iter("select"):
        found.setdefault(select.get("name", ""), []).extend(one.get("value", "") for one in select.iter("option"))
    for field in main.iter("input"):
        values = [field.get("value", "")] if field.get("type") in ("checkbox", "radio") else WORDS
        found.setdefault(field.get("name", ""), []).extend(values)
    found["sorteer"] = [*VIEWS[name].sorts]
    return {key: [one for one in values if one] for key, values in found.items() if any(values)}


def question(offers: dict[str, list[str]], chance: random.Random) -> str:
    """Some of what a list offers to ask, and now and then something that it does not."""
    keys = chance.sample(sorted(offers), chance.randint(0, min(3, len(offers))))
    asked = [(key, value) for key in keys for value in chance.sample(offers[key], min(2, len(offers[key])))]
    nonsense = [("onzin", "1")] if chance.random() < 0.2 else []
    return f"?{urlencode(asked + nonsense)}" if asked + nonsense else ""


WORDS = ["bib", "lezen", "regiobib", "2019", "2023", "bibliotheek", "onvindbaar", "ver"]


@each_list
def test_every_format_holds_what_the_pages_hold_in_the_same_order(client, name: str):
    offers = offered(client, name)
    for query in {"", *(question(offers, random.Random(number)) for number in range(16))}:
        shown = ids_on_pages(client, name, query)
        found = {form: ids(client, name, form, query) for form in dataset(name).formats}
        assert found == dict.fromkeys(dataset(name).formats, shown), query


def test_a_list_offers_to_ask_all_that_it_can_be_asked(client):
    offers = {name: offered(client, name) for name in VIEWS}
    assert {name: VIEWS[name].keys() - set(offers[name]) for name in VIEWS} == {name: set() for name in VIEWS}
    assert len({question(offers["projecten"], random.Random(number)) for number in range(16)}) > 8


def test_a_list_is_whole_whatever_page_was_asked(client):
    assert ids(client, "projecten", "json", "?pagina=2") == ids(client, "projecten", "json")
    assert len(ids(client, "projecten", "json")) == 56


@pytest.mark.parametrize("name", [name for name in VIEWS if dataset(name).points is None])
def test_what_has_no_place_has_no_geojson(client, name: str):
    assert taken(client, name, "geojson").status_code == 404


@pytest.mark.parametrize(("name", "form"), [("projecten", form) for form in FORMATS if form != "geojson"] + GUARDED)
def test_nonsense_is_never_an_error(client, name: str, form: str):
    asked = [str(one.values[0]) for one in NONSENSE]
    assert [query for query in asked if taken(client, name, form, f"?{query}").status_code != 200] == []


def test_what_was_not_understood_is_told(client):
    answer = taken(client, "projecten", "json", "?thema=onzin&regio=co7&q=%00").json()
    assert answer["niet_herkend"] == ["q", "thema"]
    assert [record["id"] for record in answer["records"]] == ids(client, "projecten", "csv", "?regio=co7")


# The same values.


@each_list
def test_a_table_gives_back_what_json_says(client, name: str):
    grow(make_scene())
    columns = dataset(name).columns
    records = taken(client, name, "json").json()["records"]
    assert [list(record) for record in records] == [[column.name for column in columns]] * len(records)
    plain = csv_rows(content(taken(client, name, "csv")))
    excel = csv_rows(content(taken(client, name, "csv", "?excel=1")), ";")
    assert [{c.name: from_csv(c, row[c.name]) for c in columns} for row in plain] == records
    assert [{c.name: from_csv(c, row[c.name], comma=True) for c in columns} for row in excel] == records
    moments = [column.name for column in columns if column.kind is Kind.MOMENT]
    as_in_excel = [record | {one: to_the_second(record[one]) for one in moments} for record in records]
    book = xlsx_rows(content(taken(client, name, "xlsx")))
    assert [{c.name: from_xlsx(c, row[c.name]) for c in columns} for row in book] == as_in_excel


@each_list
def test_each_value_is_of_the_kind_that_its_column_promises(client, name: str):
    grow(make_scene())
    python: dict[Kind, Any] = {
        Kind.NUMBER: int,
        Kind.DECIMAL: (int, float),
        Kind.YES_NO: bool,
        Kind.LIST: list,
    }
    records = taken(client, name, "json").json()["records"]
    wrong = [
        (record["id"], column.name, value)
        for record in records
        for column in dataset(name).columns
        if not isinstance(value := record[column.name], python.get(column.kind, str))
        and (value is not None or column.sure)
    ]
    assert wrong == []


def test_every_record_tells_its_source_its_doubt_and_its_page(client):
    for name in VIEWS:
        record = taken(client, name, "json").json()["records"][0]
        assert record["url"] == f"http://testserver/{name}/{record['id']}/"
        assert {*record} >= {"bron", "bron_url", "bron_datum", "zekerheid", "nog_te_bevestigen", "nagekeken_op"}
        assert record["bron"]


def test_a_record_in_json_reads_as_its_page(client):
    answer = taken(client, "projecten", "json", "?q=Winterse").json()
    (record,) = answer.pop("records")
    assert answer == {
        "titel": "Projecten: Winterse",
        "beschrijving": "Wat bibliotheken samen doen, in een regio of met een regio naast zich.",
        "url": "http://testserver/projecten/?q=Winterse",
        "gewijzigd_op": "2026-11-24T08:00:00+00:00",
        "licentie": {"naam": "licentie nog te bevestigen door OP/TIL", "url": None},
        "bron": "OP/TIL, portaal IGS cultuur, met de bron die elk gegeven noemt",
        "documentatie": "http://testserver/open-data/#projecten",
        "niet_herkend": [],
        "aantal": 1,
    }
    assert (record["titel"], record["thema_id"], record["regio_id"], record["gemeenten"], record["van_jaar"]) == (
        *("Winterse Vertellingen", "lezen", "ijzervallei"),
        *([], None),
    )


def test_a_municipality_has_its_uri_and_its_place(client):
    (feature,) = [one for one in taken(client, "gemeenten", "geojson").json()["features"] if one["id"] == "ieper"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [2.8665, 50.8543]}
    told = feature["properties"]
    assert (told["uri"], told["regio_id"], told["postnummers"][:2]) == (
        *("https://data.vlaanderen.be/id/gemeente/33011", "co7"),
        ["8900", "8902"],
    )


def test_a_region_has_a_point_for_each_member(client):
    features = taken(client, "regios", "geojson").json()["features"]
    members = {one["id"]: one["properties"]["aantal_gemeenten"] for one in features}
    assert {one["id"]: len(one["geometry"]["coordinates"]) for one in features} == members
    assert {one["geometry"]["type"] for one in features} == {"MultiPoint"}


def test_csv_for_a_belgian_excel_has_its_mark_its_semicolons_and_its_commas(client):
    plain = content(taken(client, "gemeenten", "csv"))
    excel = content(taken(client, "gemeenten", "csv", "?excel=1"))
    assert (plain[:7], excel[:10]) == (b"id,url,", "\ufeffid;url;".encode())
    (row,) = [one for one in csv_rows(excel, ";") if one["id"] == "ieper"]
    assert row["breedtegraad"] == "50,8543"
    assert content(taken(client, "gemeenten", "csv", "?excel=ja")) == plain


def test_a_workbook_explains_its_columns_and_where_it_comes_from(client):
    book = load_workbook(BytesIO(content(taken(client, "regios", "xlsx", "?sorteer=naam"))))
    assert book.sheetnames == ["Regio’s", "Kolommen", "Over deze lijst"]
    explained = [row[0] for row in book["Kolommen"].iter_rows(min_row=2, values_only=True)]
    assert explained == [column.name for column in dataset("regios").columns]
    about = dict(book["Over deze lijst"].iter_rows(values_only=True))
    assert about["adres van de lijst"] == "http://testserver/regios/?sorteer=naam"
    assert about["licentie"] == "licentie nog te bevestigen door OP/TIL"
    sheet = book["Regio’s"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:AC20")


# Harmless.

DANGEROUS = ["=1+1", "+32 2 123", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_cell_that_would_be_calculated_is_a_text(client, text: str):
    slug = "gevaarlijk"
    make_project(title=text, slug=slug, summary=text, body=text, partners=[make_partner(name=text, slug=slug)])
    (row,) = [one for one in csv_rows(content(taken(client, "projecten", "csv"))) if one["id"] == slug]
    assert [row[key] for key in ("titel", "samenvatting", "tekst", "partners")] == [f"'{text}"] * 4
    sheet = load_workbook(BytesIO(content(taken(client, "projecten", "xlsx")))).worksheets[0]
    head, *rows = sheet.iter_rows()
    (cells,) = [{name.value: one for name, one in zip(head, row, strict=True)} for row in rows if row[0].value == slug]
    assert {cells[key].data_type for key in ("titel", "samenvatting", "tekst", "partners")} == {"s"}


def test_no_cell_of_the_fixtures_would_be_calculated(client):
    rows = [row for name in VIEWS for row in csv_rows(content(taken(client, name, "csv")))]
    assert [value for row in rows for value in row.values() if harmless(value) != value] == []


def test_signs_that_xml_cannot_hold_break_no_file(client):
    make_project(title="Een\x0bteken\x1f \ufffe", slug="teken", summary="a\x08b", body="\x0c")
    assert "teken" in ids(client, "projecten", "atom")
    assert feed(content(taken(client, "projecten", "atom"))).bozo is False
    assert "teken" in ids(client, "projecten", "xlsx")


def test_a_text_that_is_too_long_for_a_cell_is_cut_and_not_lost(client):
    make_project(slug="lang", body="a" * 40_000)
    (row,) = [one for one in xlsx_rows(content(taken(client, "projecten", "xlsx"))) if one["id"] == "lang"]
    assert row["tekst"] == "a" * (LONGEST_CELL - 1) + "…"


# Feeds.


@each_list
def test_a_feed_parses_without_complaint(client, name: str):
    read = feed(content(taken(client, name, "atom")))
    assert (read.bozo, read.version) == (False, "atom10")
    assert len({entry.id for entry in read.entries}) == len(read.entries) > 0


def test_a_feed_of_a_search_says_which_and_where(client):
    read = feed(content(taken(client, "projecten", "atom", "?thema=lezen&regio=co7&pagina=2"))).feed
    assert read.title == "Projecten: lezen, co7 · IGS cultuur"
    assert [(link.rel, link.href) for link in read.links] == [
        ("alternate", "http://testserver/projecten/?thema=lezen&regio=co7"),
        ("self", "http://testserver/projecten.atom?thema=lezen&regio=co7"),
    ]


def test_a_feed_with_nothing_in_it_parses_and_stays_the_same(client):
    first, again = (content(taken(client, "projecten", "atom", "?q=onvindbaar")) for _ in range(2))
    assert (feed(first).bozo, feed(first).entries, first == again) == (False, [], True)


def test_an_entry_tells_what_changed_when_and_keeps_its_words(client):
    make_project(title="Lezen & <luisteren>", slug="lezen-en", summary="Voor 5 < 6 & meer.")
    Project.objects.update(changed=datetime(2026, 11, 23, 9, tzinfo=UTC))
    (entry,) = feed(content(taken(client, "projecten", "atom", "?q=luisteren"))).entries
    assert (entry.title, entry.updated) == ("Lezen & <luisteren>", "2026-11-23T09:00:00+00:00")
    assert entry.summary == "Voor 5 &lt; 6 &amp; meer."


# Fresh.


@each_answer
def test_who_has_a_list_already_gets_nothing_again(client, name: str, form: str):
    whole = taken(client, name, form)
    tag, since = whole.headers["ETag"], whole.headers["Last-Modified"]
    for headers in ({"if-none-match": tag}, {"if-modified-since": since}, {"if-none-match": f'"x", W/{tag}'}):
        again = taken(client, name, form, **headers)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert taken(client, name, form, **{"if-none-match": '"x"'}).content == whole.content


def test_a_packed_answer_is_known_again_too(client):
    first = taken(client, "projecten", "csv", **{"accept-encoding": "gzip"})
    assert first.headers["ETag"].startswith('W/"')
    again = taken(client, "projecten", "csv", **{"if-none-match": first.headers["ETag"], "accept-encoding": "gzip"})
    assert (first.headers["Content-Encoding"], again.status_code) == ("gzip", 304)


def test_a_workbook_is_not_packed_again(client):
    assert "Content-Encoding" not in taken(client, "regios", "xlsx", **{"accept-encoding": "gzip"}).headers


def test_a_list_changes_with_all_that_it_names(client):
    library = make_library(name="Kantelbib", slug="kantelbib")
    make_project(slug="met-kantelbib", libraries=[library])
    tags = [taken(client, "projecten", "json").headers["ETag"]]
    Library.objects.filter(pk=library.pk).update(state=State.ARCHIVED)
    tags.append(taken(client, "projecten", "json").headers["ETag"])
    Region.objects.filter(slug="co7").update(name="CO8")
    tags.append(taken(client, "projecten", "json").headers["ETag"])
    assert len(set(tags)) == 3


def test_what_changed_is_sent_to_who_asks_by_day(client):
    since = taken(client, "projecten", "csv").headers["Last-Modified"]
    project = Project.objects.listed()[0]
    project.state = State.ARCHIVED
    project.save()
    again = taken(client, "projecten", "csv", **{"if-modified-since": since})
    assert (again.status_code, project.slug in {row["id"] for row in csv_rows(content(again))}) == (200, False)


def test_what_depends_on_the_day_is_asked_anew_each_day(client):
    since = datetime.strptime(taken(client, "regios", "csv").headers["Last-Modified"], "%a, %d %b %Y %H:%M:%S GMT")
    assert since.replace(tzinfo=UTC) >= timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def test_a_long_list_is_sent_while_it_is_written(client, monkeypatch):
    whole = {form: content(taken(client, "projecten", form)) for form in ("csv", "json")}
    monkeypatch.setattr(answers, "KEPT_WHOLE", 1000)
    for form, expected in whole.items():
        response = taken(client, "projecten", form)
        assert (response.streaming, "ETag" in response.headers) == (True, False)
        assert content(response) == expected


def test_a_list_asks_no_more_queries_when_there_is_more(client):
    scene = make_scene()
    counts = []
    for _ in range(2):
        grow(scene)
        counts.append({name: visit_data(client, name) for name in VIEWS})
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 14


def visit_data(client: Client, name: str) -> int:
    """How many queries a list takes."""
    with CaptureQueriesContext(connection) as queries:
        content(taken(client, name, "json"))
    return len(queries)


# Open.


@each_answer
def test_scripts_on_any_site_may_read_it(client, name: str, form: str):
    whole = taken(client, name, form)
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert whole.headers["Content-Type"] == FORMATS[form].content_type
    again = taken(client, name, form, **{"if-none-match": whole.headers["ETag"]})
    asked = client.options(f"/{name}.{form}")
    assert (again.headers["Access-Control-Allow-Origin"], asked.headers["Access-Control-Allow-Origin"]) == ("*", "*")
    assert (asked.status_code, "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]) == (204, True)
    assert client.head(f"/{name}.{form}").headers["ETag"] == whole.headers["ETag"]


def test_nobody_writes_through_it():
    strict = Client(enforce_csrf_checks=True)
    assert {strict.post(f"/{name}.{form}").status_code for name, form in EVERY} == {405}


def test_no_page_is_open_to_scripts_elsewhere(client):
    assert "Access-Control-Allow-Origin" not in client.get("/projecten/").headers


# Where pages tell of it.


def test_every_list_says_how_to_take_it_along_with_the_same_question(client):
    page = visit(client, "/projecten/?thema=lezen&q=bib&pagina=2")
    found = [link for link in links(page.main) if link[1].startswith("/projecten.")]
    assert found == [
        (FORMATS[form].label, f"/projecten.{form}?thema=lezen&q=bib") for form in ("csv", "xlsx", "json", "atom")
    ]


def test_every_list_names_its_feed(client):
    feeds = {
        name: [one.get("href") for one in visit(client, f"/{name}/?q=zz").root.iter("link") if one.get("type")]
        for name in VIEWS
    }
    assert {name: found[-1] for name, found in feeds.items()} == {name: f"/{name}.atom?q=zz" for name in VIEWS}


def test_every_file_that_a_page_links_to_is_there(client, site: dict[str, Page]):
    files = {
        address
        for page in site.values()
        for _, address in links(page.root)
        if address.startswith(tuple(f"/{name}." for name in VIEWS)) and "?" not in address
    }
    assert {address: client.get(address).status_code for address in files} == dict.fromkeys(files, 200)
    assert files == {f"/{name}.{form}" for name, form in EVERY}

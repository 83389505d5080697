"""Long texts: a small part of Markdown, harmless wherever it is shown, and plain words wherever it is not."""

import csv
import re
from io import StringIO
from typing import Any

import html5lib  # type: ignore[import-untyped]
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from optil_portal.records.prose import plain, rendered
from projects.models import Project
from tests.factories import make_project, make_region
from tests.staff import logged_in, make_account
from tests.visiting import visit

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "h2", "h3", "h4", "h5", "h6"}
PREVIEW = "/beheer/voorbeeld/"
MARKED = "# Kop\n\nWij lezen **voor** op [de site](https://voorbeeldsite.be/paginanaam).\n\n- een\n- twee"


def elements(html: str) -> list[Any]:
    """What stands in a piece of HTML, as a browser reads it."""
    (root,) = [html5lib.parseFragment(html, container="div", namespaceHTMLElements=False)]
    return [element for element in root.iter() if element is not root]


def dangers(html: str) -> list[str]:
    """What a reader of a piece of HTML should not meet."""
    found = [str(one.tag) for one in elements(html) if one.tag not in TAGS]
    attributes = [(name, value) for one in elements(html) for name, value in one.attrib.items()]
    found += [name for name, _ in attributes if name not in ("href", "title", "start")]
    safe = re.compile(r"(https?://|mailto:|/(?![/\\]))", re.IGNORECASE)
    return found + [value for name, value in attributes if name == "href" and not safe.match(value)]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("Een.\n\nTwee.", "<p>Een.</p>\n<p>Twee.</p>\n", id="paragraphs"),
        pytest.param("Een\ntwee", "<p>Een<br>\ntwee</p>\n", id="line"),
        pytest.param("**vet** en *cursief*", "<p><strong>vet</strong> en <em>cursief</em></p>\n", id="emphasis"),
        pytest.param("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", id="list"),
        pytest.param("3. c", '<ol start="3">\n<li>c</li>\n</ol>\n', id="numbers"),
        pytest.param("[OP/TIL](https://x.be)", '<p><a href="https://x.be">OP/TIL</a></p>\n', id="link"),
        pytest.param("[wie](mailto:a@b.be)", '<p><a href="mailto:a@b.be">wie</a></p>\n', id="mail"),
        pytest.param("[hier](/regios/)", '<p><a href="/regios/">hier</a></p>\n', id="own-page"),
        pytest.param("> zegt ze", "<blockquote>\n<p>zegt ze</p>\n</blockquote>\n", id="quotation"),
        pytest.param("R&B < 3 > 2 *", "<p>R&amp;B &lt; 3 &gt; 2 *</p>\n", id="signs"),
        pytest.param("`a` ![b](https://b.be)", '<p>`a` !<a href="https://b.be">b</a></p>\n', id="no-code-no-images"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_text_is_shown(text: str, html: str):
    assert rendered(text, 3) == html


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        pytest.param("# a\n## b\n# c", ["h3", "h4", "h3"], id="in-order"),
        pytest.param("### a\n# b\n## c", ["h3", "h3", "h4"], id="begins-deep"),
        pytest.param("# a\n### b\n## c\n### d", ["h3", "h4", "h4", "h5"], id="skips"),
        pytest.param("# a\n## b\n### c\n#### d\n##### e\n###### f", ["h3", "h4", "h5", "h6", "h6", "h6"], id="deepest"),
    ],
)
def test_headings_keep_their_place_under_the_page(text: str, tags: list[str]):
    assert [one.tag for one in elements(rendered(text, 3))] == tags


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//kwaad.example/)",
    "[x](/\\kwaad.example/)",
    "[x](<javascript:alert(1)>)",
    "<javascript:alert(1)>",
    '[x](https://a.be "\\" onmouseover=alert(1) ")',
    "[x](https://a.be/\"onclick='alert(1)')",
    "![x](javascript:alert(1))",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "**<svg/onload=alert(1)>**",
    "# <style>*{display:none}</style>",
    "<!-- --><iframe src=//kwaad.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_hostile_is_shown_as_it_was_typed(text: str):
    assert dangers(rendered(text, 3)) == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*"<>[]()*_#-\\/\"'`&;:! \n\t1.", "javascript:", "https://a.be", "<script>"])).map("".join)
)
def test_nothing_typed_becomes_anything_else(text: str):
    assert dangers(rendered(text, 2)) == []


def test_the_dangers_are_seen():
    html = '<p onclick="x"><script></script><a href="javascript:x">'
    assert dangers(html) == ["script", "onclick", "javascript:x"]


def test_a_page_shows_a_hostile_text_as_text(client: Client):
    project = make_project(body="\n\n".join(HOSTILE))
    page = client.get(project.get_absolute_url()).content.decode()
    ours = re.sub(r"<script [^>]*src=[^>]*></script>|<script type=\"application/ld\+json\">.*?</script>", "", page)
    assert (re.findall("<script|<svg/|<iframe|<style", ours), "&lt;script&gt;alert(1)" in ours) == ([], True)


def test_each_page_shows_its_text(client: Client):
    shown = 'Wij lezen <strong>voor</strong> op <a href="https://voorbeeldsite.be/paginanaam">de site</a>'
    project, region = make_project(body=MARKED), make_region(about=MARKED)
    theme = project.theme
    assert theme is not None
    type(theme).objects.filter(pk=theme.pk).update(introduction=MARKED)
    levels = {}
    for address in (*(one.get_absolute_url() for one in (project, region, theme)), "/over/"):
        page = visit(client, address).content
        levels[address.split("/")[1]] = re.findall(r"<(h\d)>Kop", page)
        assert shown in page
    assert levels == {"projecten": ["h3"], "regios": ["h2"], "themas": ["h2"], "over": ["h4"]}


def test_plain_words_have_no_marks():
    assert plain(MARKED) == "Kop Wij lezen voor op de site. een twee"
    assert plain("a < b & *c*\n<b>d</b>") == "a < b & c <b>d</b>"


def test_what_reads_no_html_gets_plain_words(client: Client):
    region = make_region(about=MARKED)
    told = "Kop Wij lezen voor op de site. een twee"
    assert f'"description":"{told}"' in client.get(region.get_absolute_url()).content.decode().replace('": "', '":"')
    assert f">{told}</summary>" in client.get("/regios.atom").content.decode()


def test_a_file_holds_it_as_it_was_written(client: Client):
    project = make_project(body=MARKED)
    rows = csv.DictReader(StringIO(client.get("/projecten.csv").content.decode("utf-8-sig")), delimiter=",")
    texts = {row["titel"]: row["tekst"] for row in rows}
    assert texts[project.title].replace("\r\n", "\n") == MARKED


def test_a_search_finds_its_words_and_not_its_addresses():
    project = make_project(body=MARKED)
    found = [project in Project.objects.search(words) for words in ("lezen voor site", "paginanaam", "voorbeeldsite")]
    assert found == [True, False, False]


# While somebody writes.


def test_staff_see_how_a_text_will_look():
    answer = logged_in(make_account("Consulent")).post(PREVIEW, {"text": "**vet** <script>"})
    assert answer.content.decode() == "<p><strong>vet</strong> &lt;script&gt;</p>\n"
    assert "no-store" in answer["Cache-Control"]


def test_nobody_else_does():
    visitor, stranger = Client(), logged_in(make_account(is_staff=False))
    found: list[Any] = [one.post(PREVIEW, {"text": "x"}) for one in (visitor, stranger)]
    assert [(answer.status_code, answer.url) for answer in found] == [(302, f"/beheer/login/?next={PREVIEW}")] * 2


def test_it_is_only_posted_from_our_own_forms():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_account("Consulent"), backend="django.contrib.auth.backends.ModelBackend")
    assert [client.post(PREVIEW, {"text": "x"}).status_code, client.get(PREVIEW).status_code] == [403, 405]


def test_the_form_says_where_to_look_and_which_marks_there_are():
    editor = logged_in(make_account("Redactie"))
    found = {
        label: re.findall(rf'<textarea name="(\w+)"[^>]*data-preview="{PREVIEW}"', editor.get(address).content.decode())
        for label in ("projects_project", "projects_theme", "igs_region", "projects_testimony")
        if (address := reverse(f"admin:{label}_add"))
    }
    assert found == {
        "projects_project": ["body"],
        "projects_theme": ["introduction"],
        "igs_region": ["about"],
        "projects_testimony": [],
    }
    page = editor.get(reverse("admin:projects_project_add")).content.decode()
    assert page.count("**vet**") == 1

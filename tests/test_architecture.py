"""The direction of the house, read from its own files: nothing imports upward, and what filters is the vocabulary."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import ROOT

# From bottom to top: each may import itself and what comes before it.
LAYERS = ("optil_portal.records", "igs", "libraries", "projects", "optil_portal")
SOURCES = sorted(path for layer in LAYERS if "." not in layer for path in (ROOT / layer).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# The files that say what is shown in words of the querysets, and never filter by themselves.
SPEAKING = ("views", "lists", "templatetags", "feeds", "sitemaps")
FILTERING = {"filter", "exclude"}
LONGEST_VIEWS = 80
JUNK_DRAWERS = {"utils", "helpers", "misc", "core", "common"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def layer_of(module: str) -> int | None:
    """The place of a module in LAYERS, None for one that is not ours."""
    names = sorted(LAYERS, key=len, reverse=True)
    within = [name for name in names if module == name or module.startswith(f"{name}.")]
    return LAYERS.index(within[0]) if within else None


def module_of(path: str) -> str:
    """The module in a file, as "igs.views" for "igs/views.py"."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(source: str, path: str) -> Iterator[str]:
    """The modules, and the names in them, that the source of a file imports, wherever in the file."""
    package = module_of(path).split(".")
    if not path.endswith("__init__.py"):
        package.pop()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def upward(source: str, path: str) -> list[str]:
    """What the source of a file imports from a layer above its own."""
    own = layer_of(module_of(path))
    assert own is not None
    return [name for name in imported(source, path) if (layer := layer_of(name)) is not None and layer > own]


def speaks(path: str) -> bool:
    """Whether a file may only speak in words of the querysets."""
    return not set(SPEAKING).isdisjoint(path.removesuffix(".py").split("/"))


def filtering(source: str) -> list[str]:
    """The calls of a queryset's own filters in the source of a file."""
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        ast.unparse(call)
        for call in calls
        if isinstance(call, ast.Attribute) and call.attr in FILTERING and ast.unparse(call.value) != "register"
    ]


# The house.


def test_nothing_imports_upward():
    wrong = {relative(path): upward(path.read_text(), relative(path)) for path in SOURCES}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_every_layer_is_read():
    assert {layer_of(module_of(relative(path))) for path in SOURCES} == set(range(len(LAYERS)))


def test_views_tags_feeds_and_sitemaps_do_not_filter():
    speaking = [path for path in SOURCES if speaks(relative(path))]
    wrong = {relative(path): filtering(path.read_text()) for path in speaking}
    assert {path: calls for path, calls in wrong.items() if calls} == {}
    assert {relative(path) for path in speaking} >= {"igs/views.py", "igs/templatetags/igs_map.py"}


def test_a_file_with_views_stays_short():
    views = [path for path in SOURCES if path.name == "views.py"]
    lengths = {relative(path): len(path.read_text().splitlines()) for path in views}
    assert {path: length for path, length in lengths.items() if length >= LONGEST_VIEWS} == {}
    assert len(lengths) == 9


def test_no_file_or_folder_is_a_junk_drawer():
    names = {part.removesuffix(".py") for path in SOURCES for part in path.relative_to(ROOT).parts}
    assert names & JUNK_DRAWERS == set()


def test_no_template_holds_styles_or_scripts_of_its_own():
    wrong = {relative(path): inline(path.read_text()) for path in TEMPLATES}
    assert {path: found for path, found in wrong.items() if found} == {}
    assert len(TEMPLATES) > 20


def inline(template: str) -> list[str]:
    """The styles and scripts in the source of a template, and the attributes that hold either.

    A script of our own that waits for the page is none: it holds nothing in the template.
    """
    template = re.sub(r"""<script src="{% static '[^']+' %}" defer></script>""", "", template)
    return re.findall(r"<style\b|<script\b|\sstyle=|\son[a-z]+=|javascript:", template)


# The reading itself: it must fail where it should.

WRONG = [
    pytest.param("igs/views.py", "from projects.models import Project", ["projects.models.Project"], id="app-above"),
    pytest.param("igs/views.py", "import libraries.models", ["libraries.models"], id="plain-import"),
    pytest.param("igs/views.py", "from optil_portal import urls", ["optil_portal.urls"], id="roof"),
    pytest.param(
        "projects/views.py", "from optil_portal.settings import DEBUG", ["optil_portal.settings.DEBUG"], id="settings"
    ),
    pytest.param(
        "optil_portal/records/models.py", "from igs.models import Region", ["igs.models.Region"], id="records"
    ),
    pytest.param("optil_portal/records/models.py", "from .. import views", ["optil_portal.views"], id="relative"),
    pytest.param(
        "optil_portal/records/__init__.py", "from ..views import home", ["optil_portal.views.home"], id="init"
    ),
    pytest.param(
        "projects/models/project.py",
        "from optil_portal.proposals.models import Proposal",
        ["optil_portal.proposals.models.Proposal"],
        id="proposals-are-of-the-roof",
    ),
    pytest.param(
        "libraries/models.py",
        "def late():\n    if True:\n        from projects import models\n",
        ["projects.models"],
        id="inside-a-function",
    ),
    pytest.param("libraries/models.py", "import os, projects as p", ["projects"], id="one-of-two"),
]
RIGHT = [
    pytest.param("projects/views.py", "from igs.models import Region", id="app-below"),
    pytest.param("igs/views.py", "from optil_portal.records.clock import today", id="records"),
    pytest.param("igs/views.py", "from optil_portal import records", id="records-from-its-parent"),
    pytest.param("igs/models/region.py", "from .membership import Membership", id="own-layer"),
    pytest.param("optil_portal/views.py", "from projects.models import Project", id="roof"),
    pytest.param("igs/views.py", "import projects_elsewhere", id="other-name-that-begins-the-same"),
    pytest.param("igs/views.py", "from django.db import models", id="not-ours"),
]


@pytest.mark.parametrize(("path", "source", "found"), WRONG)
def test_an_import_that_runs_upward_is_found(path: str, source: str, found: list[str]):
    assert upward(source, path) == found


@pytest.mark.parametrize(("path", "source"), RIGHT)
def test_an_import_that_runs_downward_is_fine(path: str, source: str):
    assert upward(source, path) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("Project.objects.filter(state='published')", ["Project.objects.filter"], id="filter"),
        pytest.param("projects.published().exclude(pk=1)[:3]", ["projects.published().exclude"], id="exclude"),
        pytest.param("Project.objects.published().in_region(region)", [], id="word"),
        pytest.param("@register.filter\ndef known(x): pass", [], id="template-filter"),
        pytest.param("@register.filter(name='known')\ndef known(x): pass", [], id="template-filter-with-a-name"),
    ],
)
def test_a_filter_of_its_own_is_found(source: str, found: list[str]):
    assert filtering(source) == found


@pytest.mark.parametrize(
    ("path", "bound"),
    [
        pytest.param("igs/views.py", True, id="views"),
        pytest.param("igs/views/regions.py", True, id="views-in-a-folder"),
        pytest.param("igs/templatetags/igs_tags.py", True, id="tags"),
        pytest.param("projects/feeds.py", True, id="feeds"),
        pytest.param("optil_portal/sitemaps.py", True, id="sitemaps"),
        pytest.param("igs/models/region.py", False, id="models"),
        pytest.param("projects/filters.py", False, id="filters"),
    ],
)
def test_the_files_that_may_not_filter_are_known(path: str, bound: bool):
    assert speaks(path) == bound


@pytest.mark.parametrize(
    ("template", "found"),
    [
        pytest.param('<p style="color: red">', [" style="], id="style-attribute"),
        pytest.param("<script>go()</script>", ["<script"], id="script"),
        pytest.param("<script src='x.js'></script>", ["<script"], id="script"),
        pytest.param("<script src=\"{% static 'js/x.js' %}\" defer></script>", [], id="own-script-that-waits"),
        pytest.param("<script src=\"{% static 'js/x.js' %}\"></script>", ["<script"], id="own-script-that-blocks"),
        pytest.param("<style>p {}</style>", ["<style"], id="style"),
        pytest.param('<button onclick="go()">', [" onclick="], id="handler"),
        pytest.param('<a href="javascript:go()">', ["javascript:"], id="script-address"),
        pytest.param('<p class="style">{% block style %}{% endblock %}', [], id="words-only"),
    ],
)
def test_a_style_or_script_in_a_template_is_found(template: str, found: list[str]):
    assert inline(template) == found

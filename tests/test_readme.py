"""The README tells the truth: its routes, its settings, its commands and its links are those of the portal."""

import ast
import re

import pytest
from django.core.management import get_commands

from tests.running import ROOT
from tests.visiting import file_routes, public_routes

README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
READERS = (
    "optil_portal/settings.py",
    "optil_portal/server.py",
    "optil_portal/management/commands/serve.py",
)
VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")
GETTERS = ("os.environ.get", "os.getenv", "required_in_production")
IMPLIED = {"dj_database_url.config": "DATABASE_URL"}  # what a library reads by itself


def table(text: str) -> list[list[str]]:
    """The cells of the rows that begin with something in backticks, which are taken away."""
    lines = (line for line in text.splitlines() if line.startswith("| `"))
    return [[cell.strip().strip("`") for cell in line.strip("|").split(" | ")] for line in lines]


def routes_told(text: str) -> list[tuple[str, str]]:
    """The paths and names in the table of routes."""
    return [(path, name) for path, name, *_ in table(text) if path.startswith("/")]


def settings_told(text: str) -> list[str]:
    """The variables in the table of settings."""
    return [cells[0] for cells in table(text) if VARIABLE.fullmatch(cells[0])]


def read_by_python(source: str) -> set[str]:
    """The environment variables that the source of a module reads."""
    names: list[ast.expr] = []
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in IMPLIED:
            found.add(IMPLIED[ast.unparse(node.func)])
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in GETTERS:
            names += node.args[:1]
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            names.append(node.slice)
    return found | {str(name.value) for name in names if isinstance(name, ast.Constant)}


def read_by_make(makefile: str) -> set[str]:
    """The environment variables that a Makefile reads: what it uses before it is set there."""
    found, known = set(), {"MAKE"}
    for line in makefile.splitlines():
        found |= set(re.findall(r"(?<!\$)\$[({]([A-Z][A-Z_]+)[)}]", line)) - known
        known |= set(re.findall(r"^(?:override |export )*([A-Z][A-Z_]+)\s*[:?+]?=", line))
    return found


def test_every_public_route_is_in_its_table_and_none_besides():
    assert sorted(routes_told(README)) == sorted(public_routes() + file_routes())


def test_every_variable_that_is_read_is_in_its_table_and_none_besides():
    read = read_by_make(MAKEFILE).union(*(read_by_python((ROOT / path).read_text()) for path in READERS))
    assert sorted(settings_told(README)) == sorted(read)


def test_no_other_file_reads_the_environment():
    folders = ("optil_portal", "igs", "libraries", "projects")
    readers = {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if read_by_python(path.read_text())
    }
    assert readers == set(READERS)


def test_every_target_of_make_that_it_names_is_there():
    named = set(re.findall(r"`make ([a-z]+)|^ +make ([a-z]+)", README, re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert {one or other for one, other in named} - targets == set()


def test_every_command_that_it_names_is_there():
    named = re.findall(r"`manage\.py ([a-z_]+)", README)
    assert (set(named) - set(get_commands()), named != []) == (set(), True)


def test_every_file_that_it_links_to_is_there():
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert ([target for target in linked if not (ROOT / target).exists()], linked != []) == ([], True)


# The reading itself.


def test_a_table_is_read_whatever_its_widths():
    rows = ["| Path | Name |", "| --- | --- |", "| `/x/<slug>/`   | `x:detail` | a `b` |", "| `PORT` | `80` | where |"]
    text = "\n".join(["A line.", "", *rows, "", "No | row."])
    assert routes_told(text) == [("/x/<slug>/", "x:detail")]
    assert settings_told(text) == ["PORT"]


@pytest.mark.parametrize(
    ("source", "variables"),
    [
        pytest.param('os.environ.get("A_B")', {"A_B"}, id="get"),
        pytest.param('os.environ.get("A_B", "1") or os.environ["C_D"]', {"A_B", "C_D"}, id="item"),
        pytest.param('required_in_production("KEY", "none")', {"KEY"}, id="required"),
        pytest.param("dj_database_url.config(default='sqlite://')", {"DATABASE_URL"}, id="by-a-library"),
        pytest.param('os.environ.setdefault("A_B", "1")', set(), id="set-only"),
        pytest.param('{"A_B": 1}.get("A_B")', set(), id="of-another"),
    ],
)
def test_what_python_reads_is_found(source: str, variables: set[str]):
    assert read_by_python(source) == variables


@pytest.mark.parametrize(
    ("makefile", "variables"),
    [
        pytest.param("override HERE := $(shell realpath $(or $(HERE),var))", {"HERE"}, id="its-own-default"),
        pytest.param("HERE := x\nrun:\n\techo $(HERE)", set(), id="set-before"),
        pytest.param("run:\n\techo $${HOME} $$(KEY) $(PORT)", {"PORT"}, id="not-what-the-shell-reads"),
    ],
)
def test_what_make_reads_is_found(makefile: str, variables: set[str]):
    assert read_by_make(makefile) == variables

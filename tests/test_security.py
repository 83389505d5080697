"""What SECURITY.md promises has a test, and each test that it names is there."""

import ast
import re

from tests.running import ROOT

TOLD = (ROOT / "SECURITY.md").read_text()
CHAPTERS = set(range(1, 18))
NOT_USED = {10, 17}
LONGEST = 60  # lines: a page


def functions_in(name: str) -> set[str]:
    """The functions in a module of tests, those in classes too."""
    tree = ast.parse((ROOT / "tests" / name).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def promises() -> list[list[str]]:
    """The rows of the table: which chapter, what is promised, and what proves it."""
    rows = [line.strip("|").split("|") for line in TOLD.splitlines() if line.startswith("| V")]
    return [[cell.strip() for cell in row] for row in rows]


def test_each_promise_names_tests_that_are_there():
    named = [re.findall(r"`(test_\w+\.py)::(test_\w+)`", proof) for _, _, proof in promises()]
    missing = [f"{module}::{name}" for row in named for module, name in row if name not in functions_in(module)]
    assert (missing, [row for row in named if not row]) == ([], [])


def test_each_chapter_of_the_standard_is_promised_or_told_not_to_be_used():
    told = {int(number) for chapter, _, _ in promises() for number in re.findall(r"V(\d+)", chapter)}
    assert told == CHAPTERS - NOT_USED
    assert [f"V{number} (" in TOLD for number in sorted(NOT_USED)] == [True, True]


def test_it_is_one_page_and_names_who_to_write_to():
    assert len(TOLD.splitlines()) <= LONGEST
    contact = (ROOT / "templates" / "_optil.html").read_text()
    assert [one for one in ("info@cultuuroptil.be", "02 670 06 70") if one not in TOLD or one not in contact] == []

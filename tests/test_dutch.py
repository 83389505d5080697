"""What a library says in the back office is Dutch too: the words that its own catalogue lacks are in ours."""

import gettext
import re
from ast import literal_eval
from pathlib import Path

import django
import pytest
from django.utils.translation import gettext as translated

from tests.running import ROOT

LOCALE = ROOT / "locale/nl/LC_MESSAGES"
TEXT = r'((?:".*"\n)+)'
ENTRY = re.compile(rf"msgid {TEXT}(?:msgid_plural {TEXT})?msgstr(?:\[0\])? {TEXT}(?:msgstr\[1\] {TEXT})?")
PARTS = ("conf", "contrib/admin", "contrib/auth", "contrib/contenttypes", "contrib/messages", "contrib/sessions")
domains = pytest.mark.parametrize("domain", ["django", "djangojs"])


def entries(path: Path) -> dict[str, tuple[str, ...]]:
    """Each English text in a catalogue with its translations: one, or one and many."""
    found = (tuple(map(whole, match.groups())) for match in ENTRY.finditer(f"{path.read_text('utf-8')}\n"))
    return {one: (other, *filter(None, [many])) for one, _, other, many in found if one}


def whole(lines: str | None) -> str:
    """A text that is written as some quoted lines."""
    return "".join(literal_eval(line) for line in (lines or "").splitlines())


def catalogue(domain: str) -> dict[str, str]:
    """What Django says in English in its admin, and wherever else somebody may read it."""
    root = Path(django.__file__).parent
    paths = [root / part / f"locale/en/LC_MESSAGES/{domain}.po" for part in PARTS]
    dutch = [path.parents[2] / f"nl/LC_MESSAGES/{domain}.po" for path in paths]
    english = [text for path in paths if path.exists() for text in entries(path)]
    known = {text: words[0] for path in dutch if path.exists() for text, words in entries(path).items()}
    return {text: known.get(text, "") for text in english}


@domains
def test_our_catalogue_holds_precisely_what_django_leaves_in_english(domain: str):
    left = {text for text, dutch in catalogue(domain).items() if not dutch}
    assert left == set(entries(LOCALE / f"{domain}.po"))


@domains
def test_the_compiled_catalogue_says_what_the_text_says(domain: str):
    with (LOCALE / f"{domain}.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = entries(LOCALE / f"{domain}.po")
    assert {text: said(compiled, text, len(words)) for text, words in written.items()} == written


def said(compiled: gettext.GNUTranslations, text: str, forms: int) -> tuple[str, ...]:
    """What a compiled catalogue makes of a text: of one, and of two where it has a form for many."""
    return (compiled.gettext(text),) if forms == 1 else (compiled.ngettext(text, "", 1), compiled.ngettext(text, "", 2))


def test_the_portal_says_it_in_dutch():
    assert translated("Forgotten your login credentials?") == "Wachtwoord vergeten?"

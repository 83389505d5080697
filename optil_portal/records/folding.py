"""Names as people type them: blind to case, accents, hyphens, spaces and the ways to write IJ."""

import unicodedata

MOST_ASKED = 100


def fold(text: str) -> str:
    """`text` with only its plain letters and digits left, in lower case: "Ĳzervallei" and "ijzer-vallei" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def as_asked(text: str) -> str:
    """`text` from an address as a search takes it: without what no keyboard writes, and no longer than the form."""
    return "".join(character for character in text if character.isprintable())[:MOST_ASKED].strip()

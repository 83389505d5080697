"""Names as people type them: blind to case, accents, hyphens, spaces and the ways to write IJ."""

import unicodedata


def fold(text: str) -> str:
    """`text` with only its plain letters and digits left, in lower case: "Ĳzervallei" and "ijzer-vallei" are one."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())

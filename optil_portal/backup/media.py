"""The files that people brought, wherever they are kept."""

from collections.abc import Iterator

from django.core.files import File
from django.core.files.storage import default_storage

PROBE = "gezond.proef"  # what `optil_portal/health.py` keeps for a moment


def names(folder: str = "") -> Iterator[str]:
    """The names of all files but a probe, in order, as "beelden/feest.webp"."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever brought
        return
    yield from (f"{folder}{name}" for name in sorted(files) if not name.startswith(PROBE))
    for name in sorted(folders):
        yield from names(f"{folder}{name}/")


def place(name: str, content: File) -> None:
    """Keep a file under its own name, in place of another; raises SuspiciousFileOperation for a name outside."""
    default_storage.delete(name)
    default_storage.save(name, content)


def remove(some: set[str]) -> None:
    """Remove files."""
    for name in sorted(some):
        default_storage.delete(name)

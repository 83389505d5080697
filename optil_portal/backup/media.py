"""The files that people brought, wherever they are kept."""

from collections.abc import Iterator
from contextlib import suppress

from django.core.files import File
from django.core.files.storage import default_storage


def names(folder: str = "") -> Iterator[str]:
    """The names of all files, in order, as "beelden/feest.webp"."""
    folders, files = [], []
    with suppress(FileNotFoundError):  # nothing was ever brought
        folders, files = default_storage.listdir(folder)
    yield from (f"{folder}{name}" for name in sorted(files))
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

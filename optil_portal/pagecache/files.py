"""Where pages and their version lie on one machine: in files, of which that of the version is in the memory of all."""

import mmap
import os
import pickle
from pathlib import Path
from time import monotonic, time
from typing import IO, Any

from django.core.cache.backends.filebased import FileBasedCache

VERSION = "version"
PAUSE = 1.0  # seconds between two looks whether a file is still where it was
# What a file gives that was cut short, or written by another release.
UNREADABLE = (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError)


class SharedWord:
    """A word of LENGTH letters that the processes of a machine share: a small file, which each has in its memory.

    To read it is not to ask the system for anything, which would have a thread wait for its turn again.
    """

    LENGTH = 16

    def __init__(self, path: Path) -> None:
        """Use the file at `path`, which need not be there."""
        self.path = path
        self.memory: mmap.mmap | None = None
        self.file = -1
        self.next_look = 0.0

    def opened(self) -> mmap.mmap:
        """The word as it is now, even if somebody took away the folder a moment ago; raises OSError."""
        if self.memory is None or monotonic() >= self.next_look:
            self.next_look = monotonic() + PAUSE
            if self.memory is None or not self.is_there():
                if self.memory is not None:
                    os.close(self.file)
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self.file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
                os.truncate(self.file, self.LENGTH)
                self.memory = mmap.mmap(self.file, self.LENGTH, access=mmap.ACCESS_READ)
        return self.memory

    def is_there(self) -> bool:
        """Whether the file that is in memory is still the one at its path."""
        try:
            return self.path.stat().st_ino == os.fstat(self.file).st_ino
        except FileNotFoundError:
            return False

    def read(self) -> str | None:
        """The word; None when there is none."""
        return self.opened()[:].rstrip(b"\0").decode("ascii", "replace") or None

    def write(self, word: str) -> None:
        """Write the word, or "" for none, where the old one stands: also a full disk has room for that."""
        self.opened()
        os.pwrite(self.file, word.encode().ljust(self.LENGTH, b"\0"), 0)


class BoundedFiles(FileBasedCache):
    """Django's cache in files for a fixed number of keys: it need not count them, and what is kept is compressed.

    One of the keys is read at each request, and has a file of its own kind.
    """

    def __init__(self, folder: Any, *args: Any, **kwargs: Any) -> None:
        """Take what the cache takes."""
        super().__init__(folder, *args, **kwargs)
        self.files: dict[str, str] = {}
        self.word = SharedWord(Path(folder) / VERSION)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        """Keep something under a key."""
        if key == VERSION:
            return self.word.write(value)
        return super().set(key, value, *args, **kwargs)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Keep nothing under a key; whether there was something."""
        if key == VERSION:
            self.word.write("")
            return True
        return super().delete(key, version)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """What was kept under a key, unless its time is over."""
        if key == VERSION:
            return self.word.read() or default
        try:
            with open(self._key_to_file(key, version), "rb") as file:
                until, value = pickle.load(file)  # noqa: S301 - only the portal writes there
        except (FileNotFoundError, *UNREADABLE):
            return default
        return default if until is not None and until < time() else value

    def _write_content(self, file: IO[bytes], timeout: Any, value: Any) -> None:
        pickle.dump((self.get_backend_timeout(timeout), value), file, pickle.HIGHEST_PROTOCOL)

    def _key_to_file(self, key: str, version: int | None = None) -> str:
        if key not in self.files:
            self.files[key] = super()._key_to_file(key, version)  # type: ignore[misc]  # the stubs leave it out
        return self.files[key]

    def _cull(self) -> None:
        pass

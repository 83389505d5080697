"""The file of a backup: a tar that any tool opens, with a seal behind it that breaks when one byte is another."""

import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

CHUNK = 1024 * 1024


class BackupError(Exception):
    """Why a backup cannot be made or put back, in Dutch; nothing was touched."""


class Sealing:
    """A file that is written while a digest is made of all that goes into it."""

    def __init__(self, file: IO[bytes]) -> None:
        """Write to `file`."""
        self.file, self.digest = file, sha256()

    def write(self, data: bytes) -> int:
        """Write some bytes more; gives how many."""
        self.digest.update(data)
        return self.file.write(data)


def seal(digest: str) -> bytes:
    """The last bytes of a file, after those that have a digest."""
    return f"sha256:{digest}\n".encode()


SEAL_LENGTH = len(seal("0" * 64))


@contextmanager
def writing(path: Path) -> Iterator[tarfile.TarFile]:
    """A new file, that only its owner may read, and that is at `path` once it is whole and safely on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            sealing = Sealing(file)
            with tarfile.open(fileobj=sealing, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
                yield tar
            file.write(seal(sealing.digest.hexdigest()))
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        finally:
            with suppress(FileNotFoundError):
                Path(file.name).unlink()


@contextmanager
def reading(path: Path) -> Iterator[tarfile.TarFile]:
    """The file at `path`, once every byte of it was read; raises BackupError when it is not as it was written."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(f"{path} is niet te lezen ({error.strerror}).") from error
    with file:
        require_whole(file)
        file.seek(0)
        with tarfile.open(fileobj=file, mode="r:") as tar:
            yield tar


def require_whole(file: IO[bytes]) -> None:
    """Raise BackupError unless the seal of a file fits all that stands before it."""
    left, digest = os.fstat(file.fileno()).st_size - SEAL_LENGTH, sha256()
    while left > 0 and (data := file.read(min(CHUNK, left))):
        digest.update(data)
        left -= len(data)
    if left or file.read() != seal(digest.hexdigest()):
        raise BackupError("Dit bestand is geen volledige back-up: het is afgebroken of veranderd sinds het gemaakt is.")

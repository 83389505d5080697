"""A whole portal in one file and back: a manifest, a file for each table, and what people brought.

`manifest.json` comes first, then `data/igs.Region.jsonl.gz` and its like, then `media/beelden/feest.webp` and its like.
"""

import gzip
import json
import tarfile
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.db import transaction
from django.utils import timezone

from optil_portal.backup import media, tables
from optil_portal.backup.archive import CHUNK, BackupError, reading, writing
from optil_portal.migrated import migrations
from optil_portal.records.index import rebuild

FORMAT = 1
MANIFEST = "manifest.json"
DATA, MEDIA = "data/", "media/"
STRANGE = "Dit bestand bevat iets wat niet in een back-up hoort: {}."

Manifest = dict[str, Any]


def require_migrated() -> list[str]:
    """The migrations that the database has; raises BackupError when it lacks some of the code."""
    applied, lacking = migrations()
    if lacking:
        told = ", ".join(lacking[:3]) + (" …" if lacking[3:] else "")
        raise BackupError(f"De database mist migraties ({told}). Voer eerst manage.py migrate uit.")
    return applied


def back_up(path: Path) -> list[str]:
    """Write all that the portal holds, as it is now, to a file; gives the names of files that went meanwhile.

    Raises BackupError when the database is not of this version of the portal.
    """
    with tables.snapshot():
        applied = require_migrated()
        held = tables.counted(tables.stored())
        made = timezone.now().isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "made": made, "migrations": applied, "tables": held}
        with writing(path) as tar:
            add(tar, MANIFEST, BytesIO(json.dumps(manifest, indent=1).encode()))
            for label, model in tables.stored().items():
                with SpooledTemporaryFile(CHUNK, dir=str(path.parent)) as file:
                    with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                        tables.write_rows(model, packed)
                    add(tar, f"{DATA}{label}.jsonl.gz", file)
            return [name for name in media.names() if not add_medium(tar, name)]


def add(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> None:
    """Put a file that can be sought in a tar, all of it, for its owner only."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = file.seek(0, 2), 0o600
    file.seek(0)
    tar.addfile(member, file)


def add_medium(tar: tarfile.TarFile, name: str) -> bool:
    """Put what somebody brought in a tar; False when it is gone."""
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        return False
    with file:
        add(tar, f"{MEDIA}{name}", file)
    return True


def put_back(path: Path, replace: bool = False) -> Manifest:
    """Make the portal what a file holds, all of it or nothing; gives the manifest.

    Raises BackupError, before anything is touched, when the file is not whole, is not of this version of the portal, or
    would go over what is there while `replace` is False.
    """
    with reading(path) as tar:
        manifest = read_manifest(tar)
        require_known(tar, manifest)
        if not (replace or tables.is_empty()):
            raise BackupError("Dit portaal is niet leeg. Met --replace komt de back-up in de plaats van al wat er is.")
        before = set(media.names())
        held = {name.removeprefix(MEDIA) for name in tar.getnames() if name.startswith(MEDIA)}
        try:
            with transaction.atomic():
                put_tables_back(tar, manifest)
                put_media_back(tar)
        except BaseException:
            media.remove(held - before)
            raise
        media.remove(before - held)
    return manifest


def read_manifest(tar: tarfile.TarFile) -> Manifest:
    """What a file says of itself; raises BackupError when this version of the portal cannot read it."""
    first = tar.next()
    if first is None or first.name != MANIFEST:
        raise BackupError("Dit bestand is geen back-up van het portaal.")
    manifest = json.load(opened(tar, first))
    if manifest["format"] != FORMAT:
        told = f"{manifest['format']}, dit portaal leest {FORMAT}"
        raise BackupError(f"Deze back-up heeft een ander formaat ({told}). Zet hem terug met de versie die hem maakte.")
    applied, there = set(require_migrated()), set(manifest["migrations"])
    if applied != there:
        more, fewer = (", ".join(sorted(some)) or "geen" for some in (there - applied, applied - there))
        told = f"wel in de back-up en niet hier: {more}; wel hier en niet in de back-up: {fewer}"
        raise BackupError(f"Deze back-up is van een andere versie van het portaal ({told}).")
    return manifest


def require_known(tar: tarfile.TarFile, manifest: Manifest) -> None:
    """Raise BackupError when a tar lacks a table, or holds anything that a backup does not."""
    data = {f"{DATA}{label}.jsonl.gz" for label in manifest["tables"]}
    others = {MANIFEST}
    for member in tar:
        if member.isfile() and member.name.startswith(MEDIA):
            require_inside(member.name.removeprefix(MEDIA))
        elif not member.isfile() or member.name not in data | others:
            raise BackupError(STRANGE.format(member.name))
    if set(manifest["tables"]) != set(tables.stored()) or data - set(tar.getnames()):
        raise BackupError("Deze back-up heeft andere tabellen dan dit portaal.")


def require_inside(name: str) -> None:
    """Raise BackupError for a name of a file that leads out of the folder of what people bring."""
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation as error:
        raise BackupError(STRANGE.format(name)) from error


def put_tables_back(tar: tarfile.TarFile, manifest: Manifest) -> None:
    """Have the tables hold what a tar does, and the search find it."""
    tables.empty()
    renumbered: tables.Renumbered = {}
    for label, model in tables.stored().items():
        with gzip.open(opened(tar, tar.getmember(f"{DATA}{label}.jsonl.gz"))) as file:
            tables.read_rows(model, file, renumbered)
        if tables.counting(model):
            tables.count_from(model, manifest["tables"][label]["last"])
    rebuild()


def put_media_back(tar: tarfile.TarFile) -> None:
    """Keep the files that a tar holds."""
    for member in tar:
        if member.name.startswith(MEDIA):
            media.place(member.name.removeprefix(MEDIA), File(opened(tar, member)))


def opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    """The content of a file in a tar; raises BackupError for anything else."""
    if file := tar.extractfile(member):
        return file
    raise BackupError(STRANGE.format(member.name))

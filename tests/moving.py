"""A portal that moves: all that leaves it as a file, and what a backup of it holds.

`from tests.moving import main; main(…)` in the shell of an empty portal brings one in.
"""

import gzip
import json
import sys
import tarfile
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client

from optil_portal.backup.contents import back_up
from optil_portal.opendata.lists import LISTS, declared
from optil_portal.records.exchange.admin import ExchangeAdmin
from optil_portal.records.history import Step, step
from projects.models import Partner

KEEPER = "bewaarder"  # the account that exports
OTHERS = [
    "/sitemap.xml",
    "/open-data/openapi.json",
    "/open-data/catalogus.jsonld",
    "/projecten.json?q=bib",  # what the index of the search finds, in its order
    "/bibliotheken.csv?q=onzin",
    "/zoeken/voorstellen.json?q=bi",
    "/deel/portaal.png",
]


def addresses() -> list[str]:
    """Where something leaves the portal as a file: each list in each format, and each list of the admin."""
    lists = [f"/{declared(view).name}.{form}" for view in LISTS for form in declared(view).formats]
    office = [
        f"/beheer/{model._meta.app_label}/{model._meta.model_name}/export.{form}"
        for model, one in admin.site._registry.items()
        if isinstance(one, ExchangeAdmin)
        for form in ("csv", "xlsx")
    ]
    return [*lists, *OTHERS, *office]


def exports() -> dict[str, str]:
    """A digest of each file that leaves the portal, by its address."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=KEEPER))
    return {address: digest(client, address) for address in addresses()}


def digest(client: Client, address: str) -> str:
    """A digest of an answer; raises AssertionError when there is none."""
    response = client.get(address)
    assert response.status_code == 200, address
    return sha256(b"".join(response) if response.streaming else response.content).hexdigest()


def held(path: Path) -> dict[str, bytes]:
    """What a backup holds, by name, but when it was made."""
    with tarfile.open(path) as tar:
        files = {member.name: tar.extractfile(member) for member in tar}
        contents = {name: file.read() for name, file in files.items() if file}
    manifest = json.loads(contents.pop("manifest.json"))
    told = {name: value for name, value in manifest.items() if name != "made"}
    rows = {name: gzip.decompress(data) for name, data in contents.items() if name.endswith(".gz")}
    return contents | rows | {"manifest.json": json.dumps(told, sort_keys=True).encode()}


def main(source: str, target: str) -> None:
    """Bring a backup into an empty portal, make one of that, and write the digests of what leaves it."""
    call_command("migrate", verbosity=0)
    call_command("restore", source, stdout=sys.stderr)
    call_command("backup", target, stdout=sys.stderr)
    sys.stdout.write(json.dumps(exports()))


def write_on(until: Event, made: list[str]) -> None:
    """Make partners, each with its version, until somebody says to stop."""
    try:
        while not until.is_set():
            with step(Step.Kind.OTHER):
                made.append(Partner.objects.create(name=f"P{len(made)}", slug=f"p{len(made)}", source_name="T").slug)
    finally:
        connection.close()


def busy(folder: str, times: int) -> None:
    """Back up while somebody writes; write how many partners, steps and versions each backup holds."""
    call_command("migrate", verbosity=0)
    until, made = Event(), list[str]()
    writer = Thread(target=write_on, args=(until, made))
    writer.start()
    counts = []
    for number in range(times):
        already = len(made)
        path = Path(folder, f"{number}.tar")
        back_up(path)
        found = held(path)
        names = [f"data/{label}.jsonl.gz" for label in ("projects.Partner", "records.Step", "records.Version")]
        counts.append([already, *(len(found[name].splitlines()) for name in names), len(made)])
    until.set()
    writer.join()
    sys.stdout.write(json.dumps(counts))

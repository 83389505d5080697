"""A portal is whole again after a restore, on either database, and no file that is not whole is ever begun with."""

import io
import json
import random
import shutil
import stat
import tarfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from optil_portal.backup import contents, media, tables
from optil_portal.backup.archive import SEAL_LENGTH, BackupError, reading, writing
from optil_portal.backup.contents import MANIFEST, back_up, put_back
from optil_portal.proposals.models import Proposal
from optil_portal.records.edition import Edition
from optil_portal.records.history import Step, step
from optil_portal.staff import second_factor
from projects.models import Partner, Project, ProjectLink
from tests.cast import grow, hide, make_scene, show
from tests.factories import make_asked_link, make_project_link, make_proposal, make_version
from tests.moving import KEEPER, exports, held
from tests.running import environment, manage

NOT_WHOLE = "Dit bestand is geen volledige back-up: het is afgebroken of veranderd sinds het gemaakt is."


@dataclass(frozen=True)
class Full:
    """A portal with something of everything: its backup, and the digests of what left it then."""

    path: Path
    exports: dict[str, str]


@pytest.fixture(scope="module", autouse=True)
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Media and backups of these tests alone; a backup asks for its own moment, which a test has begun already."""
    folder = tmp_path_factory.mktemp("keeping")
    with (
        override_settings(MEDIA_ROOT=folder / "media", BACKUPS_DIR=folder / "backups"),
        mock.patch.object(tables, "snapshot", nullcontext),
    ):
        yield


@pytest.fixture(scope="module")
def full(lasting: None, folders: None, tmp_path_factory: pytest.TempPathFactory) -> Full:
    fill()
    told = exports()  # before the backup, for it keeps when the account last came in
    path = tmp_path_factory.mktemp("full") / "portaal.tar"
    back_up(path)
    return Full(path, told)


def fill() -> None:
    """Make something of all that a portal holds."""
    scene = make_scene()
    grow(scene)
    hide(scene)
    show(scene)
    keeper = User.objects.create_superuser(KEEPER, password="vier woorden op rij")
    keeper.groups.add(Group.objects.get(name="Redactie"))
    keeper.user_permissions.set(Permission.objects.order_by("-pk")[:1])
    second_factor.finish(second_factor.begin(keeper))
    kind = ContentType.objects.get_for_model(Project)
    about: dict[str, Any] = {"content_type": kind, "object_id": scene.project.pk, "object_repr": "Feest"}
    LogEntry.objects.create(user=keeper, action_flag=CHANGE, **about)
    with step(Step.Kind.FORM, "Met ‘tekens’ en een é", keeper):
        scene.project.title = "Nieuwe titel ✓"
        scene.project.save()
        scene.project.partners.clear()
    make_version(before={"b": 1, "aa": [1.5, None, "x\ny"]}, after=None)
    make_asked_link(failures=3, failing_since="2026-11-01", fault="404")
    make_proposal(scene.region, {"website": "https://nieuw.example.org"}, sender_email="an@example.org")
    make_project_link(project=scene.project).delete()  # its number never comes back


def clear() -> None:
    """Make the portal as empty as its migrations leave it, but for the groups; the next numbers are the first."""
    tables.empty()
    for label in ("records.Posting", "records.Entry", "records.Word"):
        tables.rows(tables.tables()[label])._raw_delete("default")
    tables.count_from(ProjectLink, 0)
    media.remove(set(media.names()))


def state() -> tuple[Any, ...]:
    """What tells one state of the portal from another."""
    return Edition.current(), tables.counted(tables.stored()), list(media.names())


def sealed(path: Path, files: dict[str, bytes]) -> Path:
    """A backup with a right seal, whatever is in it."""
    with writing(path) as tar:
        for name, data in files.items():
            contents.add(tar, name, io.BytesIO(data))
    return path


def changed(full: Full, path: Path, **manifest: Any) -> Path:
    """That backup with something else in its manifest, and a right seal."""
    with tarfile.open(full.path) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    files[MANIFEST] = json.dumps(json.loads(files[MANIFEST]) | manifest).encode()
    return sealed(path, files)


# There and back.


def test_every_table_is_in_a_backup_or_is_named_as_one_that_is_not():
    named = tables.REMADE | tables.PASSING
    assert set(tables.tables()) == set(tables.stored()) | named
    assert named.isdisjoint(tables.stored())
    assert len(named) == 10


def test_an_empty_portal_becomes_what_the_backup_holds_to_the_last_byte(full: Full, tmp_path: Path):
    clear()
    assert tables.is_empty()
    put_back(full.path)
    back_up(tmp_path / "again.tar")
    assert held(tmp_path / "again.tar") == held(full.path)
    assert exports() == full.exports


def test_it_moves_to_an_empty_portal_on_sqlite_and_back(full: Full, tmp_path: Path):
    there, again = tmp_path / "there.tar", tmp_path / "again.tar"
    elsewhere = environment(tmp_path / "var")
    Path(elsewhere["PORTAL_VAR"]).mkdir()
    code = f"from tests.moving import main; main({str(full.path)!r}, {str(there)!r})"
    moved = manage(elsewhere, "shell", "-v0", "-c", code)
    assert moved.stdout, moved.stderr
    assert json.loads(moved.stdout) == full.exports
    assert held(there) == held(full.path)

    clear()
    put_back(there)
    back_up(again)
    assert held(again) == held(full.path)
    assert exports() == full.exports


def test_what_is_there_already_gives_way_when_that_is_asked(full: Full, tmp_path: Path):
    Partner.objects.create(name="Te veel", slug="te-veel", source_name="Test")
    Session.objects.create(session_key="x" * 32, session_data="", expire_date=timezone.now())
    default_storage.save("beelden/te-veel.webp", io.BytesIO(b"x"))
    before = state()
    with pytest.raises(BackupError, match=r"^Dit portaal is niet leeg\. Met --replace"):
        put_back(full.path)
    assert state() == before

    put_back(full.path, replace=True)
    back_up(tmp_path / "again.tar")
    assert held(tmp_path / "again.tar") == held(full.path)
    assert (Session.objects.count(), default_storage.exists("beelden/te-veel.webp")) == (0, False)
    assert Edition.current() != before[0]


def test_a_number_that_was_given_out_never_comes_back(full: Full):
    last = json.loads(held(full.path)[MANIFEST])["tables"]["projects.ProjectLink"]["last"]
    clear()
    put_back(full.path)
    assert make_project_link(project=Project.objects.all()[0]).pk == last + 1
    assert last > max(
        ProjectLink.objects.order_by("pk").values_list("pk", flat=True)[: ProjectLink.objects.count() - 1]
    )


def test_what_each_database_numbers_by_itself_is_found_by_name(full: Full):
    before = named()
    clear()
    ContentType.objects.all().delete()
    ContentType.objects.clear_cache()
    call_command("migrate", verbosity=0)  # makes them anew, with other numbers
    put_back(full.path)
    assert named() == before
    assert [bool(one) for one in before] == [True] * 4


def named() -> tuple[list[Any], ...]:
    """What rows say of content types and permissions, in words."""
    permission = ("content_type__app_label", "codename")
    return (
        sorted(Group.objects.values_list("name", *(f"permissions__{name}" for name in permission))),
        sorted(User.objects.values_list("username", *(f"user_permissions__{name}" for name in permission))),
        sorted(LogEntry.objects.values_list("content_type__model", "object_repr")),
        sorted(Proposal.objects.values_list("kind__model", "about")),
    )


def test_nobody_but_its_owner_reads_a_backup_and_no_session_is_in_it(full: Full):
    assert stat.S_IMODE(full.path.stat().st_mode) == 0o600
    assert [name for name in held(full.path) if "ession" in name or "axes" in name] == []


@pytest.mark.parametrize("times", [3])
def test_a_backup_while_somebody_writes_is_of_one_moment(empty: dict[str, str], tmp_path: Path, times: int):
    Path(empty["PORTAL_VAR"]).mkdir()
    code = f"from tests.moving import busy; busy({str(tmp_path)!r}, {times})"
    result = manage(empty, "shell", "-v0", "-c", code)
    assert result.stderr == ""
    counts = json.loads(result.stdout)
    assert [partners == steps == versions for _, partners, steps, versions, _ in counts] == [True] * times
    assert [before <= partners <= after for before, partners, _, _, after in counts] == [True] * times
    assert counts[0][-1] > counts[0][0]  # somebody did write meanwhile


# What is not whole.


def test_no_piece_of_a_backup_is_taken_for_one(full: Full, tmp_path: Path):
    data, path = full.path.read_bytes(), tmp_path / "piece.tar"
    lengths = [0, 1, SEAL_LENGTH - 1, SEAL_LENGTH, *range(512, len(data), len(data) // 60), len(data) - 1]
    before = state()
    for length in lengths:
        path.write_bytes(data[:length])
        with pytest.raises(BackupError, match=NOT_WHOLE):
            put_back(path, replace=True)
    path.write_bytes(data + b"\n")
    with pytest.raises(BackupError, match=NOT_WHOLE):
        put_back(path, replace=True)
    assert state() == before


def test_no_backup_of_which_one_bit_is_another_is_taken(full: Full, tmp_path: Path):
    data, chance, path = bytearray(full.path.read_bytes()), random.Random(1), tmp_path / "flipped.tar"
    before = state()
    for place in [0, 100, len(data) - 1, len(data) - SEAL_LENGTH, *(chance.randrange(len(data)) for _ in range(120))]:
        bit = 1 << chance.randrange(8)
        data[place] ^= bit
        path.write_bytes(data)
        with pytest.raises(BackupError, match=NOT_WHOLE):
            put_back(path, replace=True)
        data[place] ^= bit
    assert state() == before
    path.write_bytes(data)
    with reading(path):
        pass  # as it was, it is whole


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("media/../../portaal.py", r"media/\.\./\.\./portaal\.py|\.\./\.\./portaal\.py", id="out"),
        pytest.param("media//etc/portaal", "/etc/portaal", id="absolute"),
        pytest.param("manage.py", "manage.py", id="unknown"),
        pytest.param("data/igs.Region.jsonl", "data/igs.Region.jsonl", id="table"),
    ],
)
def test_a_file_with_something_strange_in_it_is_refused(full: Full, tmp_path: Path, name: str, told: str):
    with tarfile.open(full.path) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]
    path = sealed(tmp_path / "strange.tar", files | {name: b"x"})
    before = state()
    with pytest.raises(BackupError, match=rf"^Dit bestand bevat iets wat niet in een back-up hoort: ({told})\.$"):
        put_back(path, replace=True)
    assert state() == before


def test_a_link_in_a_file_is_refused(full: Full, tmp_path: Path):
    with writing(tmp_path / "link.tar") as tar, tarfile.open(full.path) as whole:
        for member in whole:
            tar.addfile(member, whole.extractfile(member))
        link = tarfile.TarInfo("media/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(BackupError, match="media/link"):
        put_back(tmp_path / "link.tar", replace=True)


def test_another_format_is_refused(full: Full, tmp_path: Path):
    with pytest.raises(BackupError, match=r"^Deze back-up heeft een ander formaat \(2, dit portaal leest 1\)\."):
        put_back(changed(full, tmp_path / "new.tar", format=2), replace=True)


def test_a_backup_of_another_version_is_refused_and_told_by_its_migrations(full: Full, tmp_path: Path):
    mine = json.loads(held(full.path)[MANIFEST])["migrations"]
    path = changed(full, tmp_path / "other.tar", migrations=[*mine[:-1], "igs.0099_later"])
    told = rf"wel in de back-up en niet hier: igs\.0099_later; wel hier en niet in de back-up: {mine[-1]}"
    with pytest.raises(BackupError, match=told):
        put_back(path, replace=True)


def test_a_database_that_was_not_migrated_gives_and_takes_no_backup(full: Full, tmp_path: Path):
    with mock.patch.object(contents, "migrations", return_value=([], ["igs.0001_initial"])):
        for work in (lambda: back_up(tmp_path / "new.tar"), lambda: put_back(full.path, replace=True)):
            with pytest.raises(BackupError, match=r"^De database mist migraties \(igs\.0001_initial\)\."):
                work()
    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_on_the_way_leaves_all_as_it_was(full: Full, monkeypatch: pytest.MonkeyPatch):
    media.remove({next(media.names())})
    before = state()
    monkeypatch.setattr(contents, "put_media_back", mock.Mock(side_effect=OSError("vol")))
    with pytest.raises(OSError, match="vol"):
        put_back(full.path, replace=True)
    assert state() == before


# The commands.


def test_the_command_names_its_file_after_the_moment_and_keeps_the_newest(
    settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings.BACKUPS_DIR = tmp_path
    for day in range(1, 5):
        (tmp_path / f"portaal-2026010{day}T000000Z.tar").touch()
    (tmp_path / "zelf-genoemd.tar").touch()
    call_command("backup", keep=2)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert [kept[0], kept[2]] == ["portaal-20260104T000000Z.tar", "zelf-genoemd.tar"]
    assert capsys.readouterr().out.startswith(f"{tmp_path / kept[1]} bevat alles (")
    with reading(tmp_path / kept[1]):
        pass


def test_a_command_that_cannot_says_why_in_dutch(full: Full, tmp_path: Path):
    with pytest.raises(CommandError, match=r"is niet te schrijven \(File exists\)\.$"):
        call_command("backup", str(full.path / "in.tar"))
    with pytest.raises(CommandError, match=r"nergens\.tar is niet te lezen \(No such file or directory\)\.$"):
        call_command("restore", str(tmp_path / "nergens.tar"))
    shutil.copy(__file__, tmp_path / "geen.tar")
    with pytest.raises(CommandError, match=NOT_WHOLE):
        call_command("restore", str(tmp_path / "geen.tar"))
    with pytest.raises(CommandError, match="keep"):
        call_command("backup", "--keep=0")


def test_a_file_that_goes_while_a_backup_is_made_is_named(full: Full, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(media, "names", lambda: iter(["beelden/weg.webp"]))
    assert back_up(tmp_path / "new.tar") == ["beelden/weg.webp"]
    assert [name for name in held(tmp_path / "new.tar") if name.startswith("media/")] == []

"""A backup restored into an empty database is the same database."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest
from django.db import connection
from django.utils.translation import override

from yunhe.platform.access.models import Grant, Node
from yunhe.platform.access.session import scoped
from yunhe.platform.ops.backup import BackupError, create_backup, restore_backup

pytestmark = pytest.mark.django_db(transaction=True)


def fingerprints() -> dict[str, tuple[int, str]]:
    """Rows and a checksum of every table."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "ab").mkdir(parents=True)
    (settings.MEDIA_ROOT / "ab" / "photo.jpg").write_bytes(b"display photo")
    return settings.MEDIA_ROOT


def test_restore_brings_everything_back(tree, make_user, media, tmp_path):
    user = make_user("dealer_owner", tree["D1"])
    before = fingerprints()
    create_backup(tmp_path / "yunhe.tar")
    Grant.objects.all().delete()
    Node.objects.filter(code="S1").delete()
    (media / "ab" / "photo.jpg").unlink()
    assert fingerprints() != before

    restore_backup(tmp_path / "yunhe.tar")

    assert fingerprints() == before
    assert (media / "ab" / "photo.jpg").read_bytes() == b"display photo"
    with scoped(user.pk):
        assert Node.objects.filter(code="D2").count() == 0


def rewritten(source: Path, target: Path, change) -> Path:
    """The backup with `change(name, content)` applied to every member (None: left out)."""
    with tarfile.open(source) as good, tarfile.open(target, "w") as bad:
        for member in good.getmembers():
            content = change(member.name, good.extractfile(member).read())
            if content is not None:
                entry = tarfile.TarInfo(member.name)
                entry.size = len(content)
                bad.addfile(entry, io.BytesIO(content))
    return target


def flip(wanted):
    """Changes one byte in the middle of the member."""

    def change(name, content):
        if name != wanted:
            return content
        at = len(content) // 2
        return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]

    return change


def drop(wanted):
    return lambda name, content: None if name == wanted else content


def as_format(number):
    def change(name, content):
        told = json.loads(content) if name == "manifest.json" else None
        return content if told is None else json.dumps({**told, "format": number}).encode()

    return change


PHOTO = "files/ab/photo.jpg"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (flip("database.dump"), "ops.backup_damaged"),
        (flip(PHOTO), "ops.backup_damaged"),
        (drop(PHOTO), "ops.backup_damaged"),
        (drop("database.dump"), "ops.backup_damaged"),
        (drop("manifest.json"), "ops.no_backup"),
        (as_format(9), "ops.backup_format"),
    ],
)
def test_a_damaged_backup_changes_nothing(tree, media, tmp_path, change, code):
    create_backup(tmp_path / "good.tar")
    bad = rewritten(tmp_path / "good.tar", tmp_path / "bad.tar", change)
    before = fingerprints()
    (media / "ab" / "photo.jpg").write_bytes(b"changed since")
    with pytest.raises(BackupError) as refused:
        restore_backup(bad)
    assert refused.value.code == code
    assert fingerprints() == before
    assert (media / "ab" / "photo.jpg").read_bytes() == b"changed since"


def test_the_manifest_names_every_file(tree, media, tmp_path):
    manifest = create_backup(tmp_path / "good.tar")
    sums = {"ab/photo.jpg": hashlib.sha256(b"display photo").hexdigest()}
    assert manifest["files"] == sums


def test_a_damaged_stored_file_is_repaired(tree, media, tmp_path):
    create_backup(tmp_path / "good.tar")
    (media / "ab" / "photo.jpg").write_bytes(b"display phot0")
    restore_backup(tmp_path / "good.tar")
    assert (media / "ab" / "photo.jpg").read_bytes() == b"display photo"
    assert [path.name for path in (media / "ab").iterdir()] == ["photo.jpg"]


def test_any_other_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "x.tar").write_text("not a tar")
    with override("en"), pytest.raises(BackupError) as refused:
        restore_backup(tmp_path / "x.tar")
    assert str(refused.value) == (
        f"{tmp_path / 'x.tar'} is no Yunhe backup, or it was cut off; nothing was restored."
    )

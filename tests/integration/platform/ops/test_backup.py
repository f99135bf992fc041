"""A backup restored into an empty database is the same database."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from django.db import connection

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


def test_a_damaged_backup_changes_nothing(tree, media, tmp_path):
    create_backup(tmp_path / "good.tar")
    with (
        tarfile.open(tmp_path / "good.tar") as good,
        tarfile.open(tmp_path / "bad.tar", "w") as bad,
    ):
        manifest = json.loads(good.extractfile("manifest.json").read())
        manifest["database_sha256"] = "0" * 64
        content = json.dumps(manifest).encode()
        entry = tarfile.TarInfo("manifest.json")
        entry.size = len(content)
        bad.addfile(entry, io.BytesIO(content))
        bad.addfile(good.getmember("database.dump"), good.extractfile("database.dump"))
    before = fingerprints()
    with pytest.raises(BackupError, match="damaged"):
        restore_backup(tmp_path / "bad.tar")
    assert fingerprints() == before


def test_any_other_file_is_refused(tmp_path):
    (tmp_path / "x.tar").write_text("not a tar")
    with pytest.raises(BackupError, match="not a Yunhe backup"):
        restore_backup(tmp_path / "x.tar")

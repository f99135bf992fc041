"""Files: taken by content, found by scope, handed out harmlessly."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from yunhe.platform.access.session import scoped
from yunhe.platform.errors import NotFound
from yunhe.platform.files.errors import FileRefused, FileTooLarge
from yunhe.platform.files.models import Attachment, FileObject
from yunhe.platform.files.services import (
    Capture,
    attach_files,
    attachments_of,
    detach_file,
    store_file,
    sweep_orphans,
)
from yunhe.platform.files.signatures import EVIDENCE

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(40)


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def upload(content: bytes = PNG, name: str = "陈列.png") -> ContentFile:
    return ContentFile(content, name)


@pytest.fixture
def stored(tree, make_user):
    """A picture of dealer D1's store, sent by its owner."""
    owner = make_user("dealer_owner", tree["D1"])
    with scoped(owner.pk) as principal:
        capture = Capture(NOW, Decimal("31.230416"), Decimal("121.473701"))
        found = store_file(
            upload(), node_id=tree["S1"].pk, actor=principal, now=NOW, capture=capture
        )
    return owner, found


def test_a_picture_is_kept_under_a_random_name_with_its_hash(stored, storage):
    owner, found = stored
    found.refresh_from_db()
    assert (found.name, found.media_type, found.size) == ("陈列.png", "image/png", len(PNG))
    assert found.sha256 == hashlib.sha256(PNG).hexdigest()
    assert found.storage_name.startswith(f"{NOW:%Y/%m/%d}/")
    assert "陈列" not in found.storage_name
    assert (storage / found.storage_name).read_bytes() == PNG
    assert (found.uploaded_by_id, found.latitude) == (owner.pk, Decimal("31.230416"))


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (PNG, "../../etc/passwd", "passwd.png"),
        (PNG, "C:\\photos\\a.PNG", "a.png"),
        (PNG, "invoice.pdf", "invoice.pdf.png"),
        (b"<script>alert(1)</script>", "page.html", "page.html.txt"),
        (b"a,b\n1,2\n", "sales.csv", "sales.csv"),
        (PNG, "a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
    ],
)
def test_the_name_is_made_harmless(tree, make_user, content, name, kept):
    with scoped(make_user("director", tree["HQ"]).pk) as principal:
        made = store_file(upload(content, name), node_id=tree["HQ"].pk, actor=principal, now=NOW)
    assert made.name == kept


def test_what_is_refused(tree, make_user):
    with scoped(make_user("director", tree["HQ"]).pk) as principal:
        common = {"node_id": tree["HQ"].pk, "actor": principal, "now": NOW}
        with pytest.raises(FileRefused):
            store_file(upload(b""), **common)
        with pytest.raises(FileRefused):
            store_file(upload(b"MZ\x90\x00\x03", "photo.png"), **common)
        with pytest.raises(FileRefused):
            store_file(upload(b"%PDF-1.7"), allowed=EVIDENCE, **common)
        with pytest.raises(FileTooLarge):
            store_file(upload(PNG), max_bytes=10, **common)
    assert FileObject.objects.count() == 0


def test_a_file_cannot_be_put_on_a_foreign_node(tree, make_user):
    owner = make_user("dealer_owner", tree["D1"])
    with (
        pytest.raises(Exception, match="row-level security"),
        scoped(owner.pk) as principal,
    ):
        store_file(upload(), node_id=tree["D2"].pk, actor=principal, now=NOW)


def test_attaching_twice_is_once_and_foreign_files_do_not_exist(stored, tree, make_user):
    owner, found = stored
    with scoped(owner.pk):
        assert attach_files(tree["S1"], [found.pk], node_id=tree["S1"].pk, now=NOW) == 1
        assert attach_files(tree["S1"], [found.pk], node_id=tree["S1"].pk, now=NOW) == 0
        assert [a.file for a in attachments_of(tree["S1"])] == [found]
    other = make_user("dealer_owner", tree["D2"])
    with scoped(other.pk):
        assert not attachments_of(tree["S1"]).exists()
        with pytest.raises(NotFound):
            attach_files(tree["S2"], [found.pk], node_id=tree["S2"].pk, now=NOW)
    with scoped(owner.pk):
        detach_file(tree["S1"], found.pk)
        with pytest.raises(NotFound):
            detach_file(tree["S1"], found.pk)
    assert Attachment.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_attachments_are_one_query(stored, tree, rows, django_assert_num_queries):
    owner, _found = stored
    with scoped(owner.pk) as principal:
        ids = [
            store_file(upload(), node_id=tree["S1"].pk, actor=principal, now=NOW).pk
            for _ in range(rows)
        ]
        attach_files(tree["S1"], ids, node_id=tree["S1"].pk, now=NOW)
        with django_assert_num_queries(1):
            assert len([a.file.name for a in attachments_of(tree["S1"])]) == rows


def test_a_file_never_changes(stored):
    owner, found = stored
    with scoped(owner.pk), pytest.raises(Exception, match="permission denied"):
        FileObject.objects.filter(pk=found.pk).update(name="x")


def test_impossible_places_are_refused_by_the_database(stored):
    with pytest.raises(IntegrityError), transaction.atomic():
        FileObject.objects.update(latitude=Decimal("91"), longitude=Decimal("0"))


def test_downloads_are_harmless_and_scoped(stored, tree, make_user, client):
    owner, found = stored
    client.force_login(owner)
    answer = client.get(found.get_absolute_url())
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"].startswith("inline")
    assert (
        client.get(found.get_absolute_url(), headers={"If-None-Match": answer["ETag"]}).status_code
        == 304
    )
    forced = client.get(found.get_absolute_url() + "?download")
    assert forced["Content-Disposition"].startswith("attachment")
    client.force_login(make_user("dealer_owner", tree["D2"]))
    assert client.get(found.get_absolute_url()).status_code == 404
    client.logout()
    assert client.get(found.get_absolute_url()).status_code == 302


def test_text_is_a_download_and_never_a_page(tree, make_user, client):
    director = make_user("director", tree["HQ"])
    with scoped(director.pk) as principal:
        made = store_file(
            upload(b"<script>alert(1)</script>", "x.html"),
            node_id=tree["HQ"].pk,
            actor=principal,
            now=NOW,
        )
    client.force_login(director)
    answer = client.get(made.get_absolute_url())
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Disposition"] == 'attachment; filename="x.html.txt"'


def test_orphans_are_swept_after_a_day_and_known_files_stay(stored, storage):
    _owner, found = stored
    orphan = default_storage.save(f"{NOW:%Y/%m/%d}/orphan.png", upload())
    assert sweep_orphans(now=NOW) == 0
    yesterday = (NOW - timedelta(days=2)).timestamp()
    for name in (orphan, found.storage_name):
        os.utime(storage / name, (yesterday, yesterday))
    assert sweep_orphans(now=NOW + timedelta(days=1)) == 1
    assert default_storage.exists(found.storage_name)
    assert not default_storage.exists(orphan)

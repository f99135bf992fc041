"""Documents of a version: on the draft by its author, read by whom it reached and nobody else."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.integration.channel.world import SYSTEM, file_partners

from yunhe.channel.policies.errors import IllegalMove
from yunhe.channel.policies.queries import compile_version, documents_of
from yunhe.channel.policies.rules import Severity
from yunhe.channel.policies.services import (
    Audience,
    VersionDraft,
    accept_warning,
    attach_document,
    create_policy,
    detach_document,
    publish_version,
    save_draft,
    start_version,
)
from yunhe.platform.errors import NotFound

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
NOTICE = b"%PDF-1.7 notice"


def upload():
    return SimpleUploadedFile("notice.pdf", NOTICE)


@pytest.fixture
def version(tree):
    """A draft of region R1 for its partners, with one document."""
    file_partners(tree)
    draft = create_policy(tree["R1"], code="P1", title="政策", actor=SYSTEM, now=NOW)
    content = VersionDraft(
        title="政策",
        title_en="Policy",
        body="正文",
        body_en="Text",
        starts_on=date(2026, 11, 1),
        ends_on=date(2027, 1, 1),
        audience=Audience(subtree_ids=(tree["R1"].pk,)),
    )
    draft = save_draft(draft, draft=content, actor=SYSTEM)
    attach_document(draft, upload(), actor=SYSTEM, now=NOW)
    return draft


def publish(version):
    for finding in compile_version(version, today=NOW.date()):
        if finding.severity is Severity.WARNING:
            version = accept_warning(version, finding.key, actor=SYSTEM)
    return publish_version(version, actor=SYSTEM, now=NOW)


def test_the_reader_opens_the_document_others_do_not(version, tree, make_user, client):
    published = publish(version)
    (attachment,) = documents_of(published)
    address = f"/portal/policies/{published.pk}/documents/{attachment.file_id}/"
    client.force_login(make_user("dealer_owner", tree["D1"]))
    assert "notice.pdf" in client.get(f"/portal/policies/{published.pk}/").content.decode()
    answer = client.get(address)
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, NOTICE)
    assert client.get(f"/files/{attachment.file_id}/").status_code == 404
    client.force_login(make_user("dealer_owner", tree["D2"]))
    assert client.get(address).status_code == 404


def test_a_published_version_keeps_its_documents_and_the_next_begins_with_them(version):
    published = publish(version)
    (attachment,) = documents_of(published)
    for change in (
        lambda: attach_document(published, upload(), actor=SYSTEM, now=NOW),
        lambda: detach_document(published, attachment.file_id, actor=SYSTEM),
    ):
        with pytest.raises(IllegalMove):
            change()
    following = start_version(published.policy, actor=SYSTEM, now=NOW)
    assert [each.file_id for each in documents_of(following)] == [attachment.file_id]
    detach_document(following, attachment.file_id, actor=SYSTEM)
    assert (documents_of(following), len(documents_of(published))) == ([], 1)
    with pytest.raises(NotFound):
        detach_document(following, attachment.file_id, actor=SYSTEM)


def test_the_author_adds_and_removes_on_the_page(version, tree, make_user, client):
    client.force_login(make_user("policy_manager", tree["HQ"]))
    added = client.post(f"/policies/versions/{version.pk}/documents/add/", {"file": upload()})
    assert added.status_code == 302
    first, second = (each.file_id for each in documents_of(version))
    gone = client.post(f"/policies/versions/{version.pk}/documents/{second}/remove/")
    assert gone.status_code == 302
    assert [each.file_id for each in documents_of(version)] == [first]

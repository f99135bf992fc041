"""Open a document of a policy, at headquarters and on the phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from yunhe.channel.policies.models import PolicyVersion
from yunhe.channel.policies.queries import documents_of
from yunhe.platform.access.session import owner_access
from yunhe.platform.errors import NotFound
from yunhe.platform.files.downloads import answer_with_file


def serve_document(request: HttpRequest, version: PolicyVersion, file_id: int) -> HttpResponseBase:
    """The bytes of a version's document, once the version was found in the reader's scope."""
    if file_id not in {attachment.file_id for attachment in documents_of(version)}:
        raise NotFound()
    with owner_access("the document belongs to a version that the reader may read"):
        return answer_with_file(request, file_id)

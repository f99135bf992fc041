"""Turn a stored file into an answer that can do no harm."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified

from yunhe.platform.errors import NotFound
from yunhe.platform.files.models import FileObject


def answer_with_file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """The bytes of a file of the reader's scope. Raises NotFound.

    Pictures and videos are shown in place, everything else is a download (`?download`: those too);
    the media type is the one found in the content, browsers must not guess another, and nothing in
    it may run.
    """
    found = FileObject.objects.filter(pk=file_id).first()
    if found is None or not default_storage.exists(found.storage_name):
        raise NotFound()
    etag = f'"{found.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    response = FileResponse(
        default_storage.open(found.storage_name),
        as_attachment=not found.inline or "download" in request.GET,
        filename=found.name,
        content_type=found.media_type,
    )
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=86400"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

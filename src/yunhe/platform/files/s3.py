"""Files in a bucket of an S3-compatible store (AWS, MinIO, Ceph, Alibaba OSS, Tencent COS …).

`YUNHE_FILES_URL=s3://bucket/prefix?endpoint=https://minio.example:9000&region=cn-north-1` with the usual
`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; `&style=virtual` puts the bucket into the host name.
django-storages and boto3 do the work (`pip install yunhe[s3]`); here they learn patience and our errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.utils.deconstruct import deconstructible
from storages.backends.s3 import S3Storage

from yunhe.platform.files.errors import FilesAway

TIMEOUT_S, ATTEMPTS = 20, 3


@deconstructible
class BucketStorage(S3Storage):
    """Files under `prefix` of a bucket. Every method raises FilesAway when the store does not answer
    or refuses us, FileNotFoundError for a file that is not there.
    """

    def __init__(
        self, *, bucket: str, endpoint: str, region: str, prefix: str = "", style: str = "path"
    ) -> None:
        super().__init__(
            bucket_name=bucket,
            endpoint_url=endpoint,
            region_name=region,
            location=prefix,
            client_config=Config(
                s3={"addressing_style": style},
                signature_version="s3v4",
                connect_timeout=TIMEOUT_S,
                read_timeout=TIMEOUT_S,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                # stores other than AWS know no trailing checksums
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def exists(self, name: str) -> bool:
        with _told():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _told():
            super().delete(name)

    def size(self, name: str) -> int:
        with _told():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with _told():
            return cast(datetime, super().get_modified_time(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        """Folders and files directly in a folder; of one that is not there, none."""
        with _told():
            return cast(tuple[list[str], list[str]], super().listdir(path))

    def _open(self, name: str, mode: str = "rb") -> File:
        with _told():
            found = cast(File, super()._open(name, mode))
            found.file  # noqa: B018  # fetched now, so that a store that is away is told here
            return found

    def _save(self, name: str, content: File) -> str:
        with _told():
            return str(super()._save(name, content))


@contextmanager
def _told() -> Iterator[None]:
    """The library's errors as ours."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey"):
            raise FileNotFoundError(str(error)) from error
        raise FilesAway(str(error)) from error
    except BotoCoreError as error:
        raise FilesAway(str(error)) from error

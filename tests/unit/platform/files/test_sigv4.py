"""The published examples of AWS Signature Version 4 for S3 (key AKIAIOSFODNN7EXAMPLE, 24 May 2013)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from yunhe.platform.files.address import s3_options
from yunhe.platform.files.sigv4 import Credentials, sign

BY = Credentials(
    "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region="us-east-1"
)
NOW = datetime(2013, 5, 24, tzinfo=UTC)
HOST = "https://examplebucket.s3.amazonaws.com"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
WELCOME = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"


@pytest.mark.parametrize(
    ("method", "url", "headers", "payload", "signature"),
    [
        (
            "GET",
            "/test.txt",
            {"Range": "bytes=0-9"},
            EMPTY,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            "PUT",
            "/test%24file.text",
            {
                "Date": "Fri, 24 May 2013 00:00:00 GMT",
                "x-amz-storage-class": "REDUCED_REDUNDANCY",
            },
            WELCOME,
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/?lifecycle",
            {},
            EMPTY,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/?max-keys=2&prefix=J",
            {},
            EMPTY,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ],
)
def test_published_example(method, url, headers, payload, signature):  # a case
    told = sign(method, HOST + url, headers, payload_hash=payload, by=BY, now=NOW)
    assert told["authorization"].endswith(f",Signature={signature}")
    assert (
        "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"
        in (told["authorization"])
    )


def test_the_address_of_a_bucket():
    found = s3_options("s3://yunhe/evidence/2026?endpoint=https://minio.example:9000/&region=cn-1")
    assert found == {
        "bucket": "yunhe",
        "prefix": "evidence/2026",
        "endpoint": "https://minio.example:9000",
        "region": "cn-1",
        "style": "path",
    }


@pytest.mark.parametrize("url", ["s3://b", "file:///x?endpoint=y", "s3:///p?endpoint=https://x"])
def test_an_address_without_bucket_or_endpoint_is_refused(url):
    with pytest.raises(ValueError, match="YUNHE_FILES_URL"):
        s3_options(url)

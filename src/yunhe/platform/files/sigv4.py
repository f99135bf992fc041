"""AWS Signature Version 4, as S3-compatible stores ask for it. Pure.

Source: AWS, *Authenticating Requests: Using the Authorization Header (Signature Version 4)*; the tests
are its published examples.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlsplit

ALGORITHM = "AWS4-HMAC-SHA256"
UNRESERVED = "-_.~"


@dataclass(frozen=True)
class Credentials:
    """Who signs, for requests to one region's store."""

    key: str
    secret: str
    region: str
    service: str = "s3"


def sign(
    method: str,
    url: str,
    headers: Mapping[str, str],
    *,
    payload_hash: str,
    by: Credentials,
    now: datetime,
) -> dict[str, str]:
    """The headers to send: the given ones, host, date, hash of the payload and authorization.

    Args:
        url: absolute, its path and query percent-encoded.
        payload_hash: SHA-256 of the body in hexadecimal.
        now: in UTC.
    """
    parts, moment = urlsplit(url), now.strftime("%Y%m%dT%H%M%SZ")
    told = {name.lower(): value.strip() for name, value in headers.items()}
    told |= {"host": parts.netloc, "x-amz-content-sha256": payload_hash, "x-amz-date": moment}
    names = ";".join(sorted(told))
    request = "\n".join(
        (
            method,
            parts.path or "/",
            _canonical_query(parts.query),
            *(f"{name}:{told[name]}" for name in sorted(told)),
            "",
            names,
            payload_hash,
        )
    )
    scope = f"{moment[:8]}/{by.region}/{by.service}/aws4_request"
    text = "\n".join((ALGORITHM, moment, scope, hashlib.sha256(request.encode()).hexdigest()))
    signature = hmac.new(_signing_key(by, moment[:8]), text.encode(), hashlib.sha256).hexdigest()
    told["authorization"] = (
        f"{ALGORITHM} Credential={by.key}/{scope},SignedHeaders={names},Signature={signature}"
    )
    return told


def _canonical_query(query: str) -> str:
    pairs = [
        (quote(name, safe=UNRESERVED), quote(value, safe=UNRESERVED))
        for name, value in parse_qsl(query, keep_blank_values=True)
    ]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _signing_key(by: Credentials, day: str) -> bytes:
    key = f"AWS4{by.secret}".encode()
    for part in (day, by.region, by.service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key

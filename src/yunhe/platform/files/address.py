"""Where files are kept: `YUNHE_FILES_URL` as the options of the storage. Pure."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit


def s3_options(url: str) -> dict[str, str]:
    """The storage's options from `YUNHE_FILES_URL`. Raises ValueError for an incomplete one."""
    parts, asked = urlsplit(url), parse_qs(urlsplit(url).query)
    if parts.scheme != "s3" or not parts.netloc or "endpoint" not in asked:
        raise ValueError("YUNHE_FILES_URL: s3://bucket/prefix?endpoint=https://…&region=…")
    return {
        "bucket": parts.netloc,
        "prefix": parts.path.strip("/"),
        "endpoint": asked["endpoint"][0].rstrip("/"),
        "region": asked.get("region", ["us-east-1"])[0],
        "style": asked.get("style", ["path"])[0],
    }

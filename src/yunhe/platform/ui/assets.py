"""Built files by their plain names: `app.js` → `yunhe/app-K3VQ2F7A.js`."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.templatetags.static import static

BUILD_DIR = Path(__file__).parent / "static" / "yunhe"


def asset(name: str) -> str:
    """The address of a built file. Without a build it names a file that does not exist."""
    return static(f"yunhe/{manifest().get(name, name)}")


def manifest() -> dict[str, str]:
    """Plain name → hashed name, as the build wrote it; empty before `make assets`."""
    path = BUILD_DIR / "manifest.json"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@cache
def _read(path: Path, _changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(path.read_text())
    return names
